#include "broker/delay/delay_progress.h"

#include <utility>

#include "remoting/bodies/delay_offsets.h"

namespace pintle::broker {
namespace {

// delayOffsetUpdateVersionStep: the version advances once in so many changes, as slaves that follow
// the table expect.
constexpr int64_t kChangesPerVersion = 200;

}  // namespace

DelayProgress::DelayProgress(const Clock& clock, FileSystem& fs, BoundedExecutor& executor,
                             std::string path)
    : clock_(clock),
      file_(fs, executor, std::move(path), [this] { return Encode(/*pretty=*/true); }) {}

Status DelayProgress::Load() {
  return file_.Load([this](std::string_view text) { return Decode(text); });
}

model::QueueOffset DelayProgress::Find(int32_t level) const {
  MutexLock lock(mutex_);
  const auto found = levels_.find(level);
  return found == levels_.end() ? model::QueueOffset(0) : found->second.safe;
}

void DelayProgress::Delivered(int32_t level, model::QueueOffset next, model::LogOffset end) {
  MutexLock lock(mutex_);
  levels_[level].not_durable.push_back({next, end});
}

void DelayProgress::OnDurable(model::LogOffset durable) {
  bool changed = false;
  {
    MutexLock lock(mutex_);
    for (auto& [number, level] : levels_) {
      while (!level.not_durable.empty() && level.not_durable.front().end <= durable) {
        level.safe = level.not_durable.front().next;
        level.not_durable.pop_front();
        changed = true;
        if (++changes_ % kChangesPerVersion == 0) version_.Next(clock_.WallMs());
      }
    }
  }
  if (changed) file_.Changed();
}

std::string DelayProgress::Encode(bool pretty) const {
  remoting::DelayOffsets out;
  MutexLock lock(mutex_);
  out.version = version_;
  for (const auto& [number, level] : levels_) out.offsets[number] = level.safe.value();
  return remoting::EncodeDelayOffsets(
      out, pretty ? remoting::JsonStyle::kPretty : remoting::JsonStyle::kLegacy);
}

Status DelayProgress::Decode(std::string_view text) {
  PINTLE_ASSIGN(const remoting::DelayOffsets in, remoting::DecodeDelayOffsets(AsBytes(text)));
  MutexLock lock(mutex_);
  for (const auto& [number, offset] : in.offsets) levels_[number].safe = model::QueueOffset(offset);
  version_ = in.version;
  return {};
}

}  // namespace pintle::broker
