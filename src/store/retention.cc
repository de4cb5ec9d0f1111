#include "store/retention.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "base/local_time.h"

namespace pintle::store {
namespace {

constexpr int64_t kTurnMs = 1'000;
constexpr int kRemovedPerTurn = 10;
constexpr int64_t kHourMs = 3'600'000;

// As df counts: what nobody but root may use is neither used nor free.
double UsedPercent(const SpaceUsage& space) {
  if (space.total_bytes <= 0) return 0;
  const auto used = static_cast<double>(space.total_bytes - space.free_bytes);
  return 100.0 * used / static_cast<double>(space.total_bytes);
}

}  // namespace

Retention::Retention(FileSystem& fs, const Clock& clock, const StoreOptions& options,
                     std::string folder, CommitLog& log, const Flusher& flusher,
                     const DerivedWriter& derived, WriteGate& gate)
    : fs_(fs),
      clock_(clock),
      options_(options),
      folder_(std::move(folder)),
      log_(log),
      flusher_(flusher),
      derived_(derived),
      gate_(gate),
      age_clock_(clock) {}

Retention::~Retention() { Stop(); }

void Retention::Start() {
  if (options_.background_threads) thread_ = std::thread([this] { Run(); });
}

void Retention::Stop() {
  {
    MutexLock lock(mutex_);
    stop_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void Retention::RunTurn() {
  PINTLE_CHECK(!options_.background_threads, "the retention thread does this");
  Turn();
}

void Retention::Run() {
  while (true) {
    Turn();
    MutexLock lock(mutex_);
    if (!stop_) wake_.wait_for(mutex_, std::chrono::milliseconds(kTurnMs));
    if (stop_) return;
  }
}

void Retention::Turn() {
  const int64_t now = age_clock_.NowMs();
  auto space = Space();
  if (!space) return;
  // After a failed sync nobody knows what is on the disk: what is there stays.
  if (!gate_.failed()) {
    RemoveByAge(*space, now);
    RemoveForSpace();
    space = Space();
  }
  if (space) SetGate(*space);
}

std::optional<SpaceUsage> Retention::Space() {
  auto space = fs_.Space(folder_);
  if (space) return *space;
  if (unknown_space_.Allow()) {
    PINTLE_LOG(kError, "store: the disk's free space is not known, nothing is deleted: {}",
               space.error().message);
  }
  return std::nullopt;
}

bool Retention::IsAgeDue(const SpaceUsage& space) const {
  return UsedPercent(space) >= options_.disk_clean_percent ||
         options_.delete_hours.Has(LocalTime(clock_.WallMs()).tm_hour);
}

std::optional<int64_t> Retention::YoungestInOldest() const {
  const auto segments = log_.segments();
  if (segments->empty()) return std::nullopt;
  // Store times do not decrease, except in a store that was written elsewhere or was damaged: the
  // larger one counts.
  const int64_t own = log_.StoreTime(segments->front()->base());
  for (size_t i = 1; i < segments->size(); ++i) {
    const int64_t time = log_.StoreTime((*segments)[i]->base());
    if (time >= 0) return std::max(own, time);
  }
  return std::nullopt;
}

void Retention::RemoveByAge(const SpaceUsage& space, int64_t now_ms) {
  if (!IsAgeDue(space)) return;
  for (int i = 0; i < kRemovedPerTurn; ++i) {
    const auto youngest = YoungestInOldest();
    if (!youngest || now_ms - *youngest < options_.reserved_hours * kHourMs) return;
    if (!RemoveOldest(fmt::format("its messages are older than store.retention_hours = {}",
                                  options_.reserved_hours)))
      return;
  }
}

bool Retention::NeedsSpace(const SpaceUsage& space) const {
  return UsedPercent(space) >= options_.disk_force_clean_percent ||
         space.free_bytes - log_.segment_bytes() < options_.disk_free_bytes_min;
}

void Retention::RemoveForSpace() {
  for (int i = 0; i < kRemovedPerTurn; ++i) {
    const auto space = Space();
    if (!space || !NeedsSpace(*space)) return;
    // Its space comes back when its last reader is done: another deletion would be one too many.
    if (!removed_.expired()) return;
    const std::string why = fmt::format(
        "the disk is {:.1f} % full (store.disk_force_clean_percent = {}), {} bytes are "
        "free",
        UsedPercent(*space), options_.disk_force_clean_percent, space->free_bytes);
    if (!RemoveOldest(why)) return;
  }
}

bool Retention::RemoveOldest(std::string_view why) {
  LogOffset base;
  LogOffset limit;
  {
    const auto segments = log_.segments();
    if (segments->size() < 2) return false;
    base = segments->front()->base();
    limit = segments->front()->limit();
    // What is not durable, or not in the files of the queues, is needed by a restart.
    if (limit > flusher_.durable() || limit > derived_.complete_below()) return false;
    removed_ = segments->front();
  }
  if (Status removed = log_.RemoveOldest(); !removed) {
    if (failed_removal_.Allow()) {
      PINTLE_LOG(kError, "store: the segment at {} of the log could not be deleted: {}", base,
                 removed.error().message);
    }
    return false;
  }
  PINTLE_LOG(kWarn, "store: the messages at {}..{} of the log are deleted: {}", base, limit, why);
  return true;
}

std::string Retention::Shortage(const SpaceUsage& space) const {
  if (const double used = UsedPercent(space); used >= options_.disk_full_percent) {
    return fmt::format(
        "the disk is {:.1f} % full, by whatever is on it, {} of {} bytes are free; messages are "
        "refused from store.disk_full_percent = {} on: free some space or raise that",
        used, space.free_bytes, space.total_bytes, options_.disk_full_percent);
  }
  if (space.free_bytes < options_.disk_free_bytes_min) {
    return fmt::format(
        "the disk has {} bytes free; messages are refused below store.disk_free_bytes_min = {}: "
        "free some space or lower that",
        space.free_bytes, options_.disk_free_bytes_min);
  }
  if (needs_segment_ && space.free_bytes - log_.segment_bytes() < options_.disk_free_bytes_min) {
    return fmt::format(
        "the disk has {} bytes free; another segment of the log takes {} (store.segment_bytes) and "
        "must leave {} (store.disk_free_bytes_min): free some space or lower these",
        space.free_bytes, log_.segment_bytes(), options_.disk_free_bytes_min);
  }
  return {};
}

void Retention::SetGate(const SpaceUsage& space) {
  // Then the disk itself refused somebody.
  if (gate_.disk_full() && !refusing_) needs_segment_ = true;
  std::string shortage = Shortage(space);
  refusing_ = !shortage.empty();
  if (refusing_) {
    gate_.SetDiskFull(std::move(shortage));
    return;
  }
  needs_segment_ = false;
  gate_.ClearDiskFull();
}

}  // namespace pintle::store
