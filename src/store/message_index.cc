#include "store/message_index.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <ctime>
#include <functional>
#include <utility>

#include "base/java_text.h"
#include "base/local_time.h"
#include "base/log.h"

namespace pintle::store {
namespace {

std::string TimeName(const std::tm& t, int64_t ms) {
  return fmt::format("{:04d}{:02d}{:02d}{:02d}{:02d}{:02d}{:03d}", t.tm_year + 1900, t.tm_mon + 1,
                     t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, ms);
}

// yyyyMMddHHmmssSSS in local time.
std::string TimeName(int64_t wall_ms) { return TimeName(LocalTime(wall_ms), wall_ms % 1000); }

// The name one millisecond after `name`, whose digits are taken as a time without daylight saving.
std::string NextTimeName(std::string_view name) {
  const auto number = [&](size_t at, size_t digits) {
    int value = 0;
    std::from_chars(name.data() + at, name.data() + at + digits, value);
    return value;
  };
  std::tm t{};
  t.tm_year = number(0, 4) - 1900;
  t.tm_mon = number(4, 2) - 1;
  t.tm_mday = number(6, 2);
  t.tm_hour = number(8, 2);
  t.tm_min = number(10, 2);
  const int ms = number(14, 3) + 1;
  t.tm_sec = number(12, 2) + ms / 1000;
  const std::time_t seconds = ::timegm(&t);
  ::gmtime_r(&seconds, &t);
  return TimeName(t, ms % 1000);
}

bool IsTimeName(std::string_view name) {
  return name.size() == 17 &&
         std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

KeyHashes::KeyHashes(std::string_view topic, std::string_view uniq_key, std::string_view keys) {
  if (!uniq_key.empty()) Add(Of(topic, uniq_key));
  while (!keys.empty()) {
    const std::string_view key = keys.substr(0, keys.find(' '));
    keys.remove_prefix(std::min(keys.size(), key.size() + 1));
    if (!key.empty()) Add(Of(topic, key));
  }
}

int32_t KeyHashes::Of(std::string_view topic, std::string_view key) {
  std::array<char, 512> few;
  const size_t size = topic.size() + 1 + key.size();
  std::string many;
  char* text = few.data();
  if (size > few.size()) {
    many.resize(size);
    text = many.data();
  }
  std::memcpy(text, topic.data(), topic.size());
  text[topic.size()] = '#';
  std::memcpy(text + topic.size() + 1, key.data(), key.size());
  const int32_t hash = JavaHashCode({text, size});
  if (hash == INT32_MIN) return 0;
  return hash < 0 ? -hash : hash;
}

void KeyHashes::Add(int32_t hash) {
  if (more_.empty() && count_ < few_.size()) {
    few_[count_++] = hash;
    return;
  }
  if (more_.empty()) more_.assign(few_.begin(), few_.end());
  more_.push_back(hash);
}

MessageIndex::MessageIndex(FileSystem& fs, const Clock& clock, MessageIndexOptions options)
    : fs_(fs), clock_(clock), options_(std::move(options)) {}

Status MessageIndex::Load() {
  PINTLE_TRY(fs_.CreateDirectories(options_.folder));
  PINTLE_ASSIGN(auto entries, fs_.List(options_.folder));
  std::ranges::sort(entries, {}, &DirEntry::name);
  Files files;
  for (const DirEntry& entry : entries) {
    if (entry.is_directory || !IsTimeName(entry.name)) continue;
    const std::string path = JoinPath(options_.folder, entry.name);
    auto file = lost_files_ ? Fail(ErrorCode::kCorrupt, "the one before it was damaged")
                            : IndexFile::Open(fs_, path, options_.geometry);
    if (file) {
      files.push_back(*std::move(file));
      continue;
    }
    if (file.error().code != ErrorCode::kCorrupt) return std::unexpected(std::move(file).error());
    PINTLE_LOG(kError, "store: index file {} is made anew from the log: {}", entry.name,
               file.error().message);
    PINTLE_TRY(fs_.Remove(path));
    lost_files_ = true;
  }
  MutexLock lock(mutex_);
  files_ = std::move(files);
  return {};
}

Status MessageIndex::CutAt(LogOffset end) {
  Files files = FilesNow();
  while (!files.empty() && !files.back()->empty() && files.back()->header().begin_offset >= end) {
    PINTLE_TRY(fs_.Remove(files.back()->path()));
    files.pop_back();
  }
  if (!files.empty()) PINTLE_TRY(files.back()->CutAt(end));
  MutexLock lock(mutex_);
  files_ = std::move(files);
  return {};
}

void MessageIndex::Add(std::span<const int32_t> hashes, LogOffset offset, int64_t store_timestamp) {
  if (hashes.empty()) return;
  MutexLock lock(mutex_);
  for (const int32_t hash : hashes) pending_.push_back({hash, offset, store_timestamp});
  last_added_ = offset;
  pending_count_.fetch_add(hashes.size(), std::memory_order_relaxed);
}

void MessageIndex::Add(std::span<const IndexKey> keys) {
  if (keys.empty()) return;
  MutexLock lock(mutex_);
  pending_.insert(pending_.end(), keys.begin(), keys.end());
  last_added_ = keys.back().offset;
  pending_count_.fetch_add(keys.size(), std::memory_order_relaxed);
}

LogOffset MessageIndex::last_added() const {
  const LogOffset written = last_written();
  MutexLock lock(mutex_);
  return std::max(last_added_, written);
}

Result<MessageIndex::Found> MessageIndex::Find(std::string_view topic, std::string_view key,
                                               size_t max, int64_t begin_ms, int64_t end_ms) {
  const int32_t hash = KeyHashes::Of(topic, key);
  Found found;
  Files files;
  {
    MutexLock lock(mutex_);
    files = files_;
    const auto unwritten = std::span<const IndexKey>(writing_).subspan(written_);
    for (const auto keys : {std::span<const IndexKey>(pending_), unwritten}) {
      if (!keys.empty() && found.last_timestamp == 0) {
        found.last_timestamp = keys.back().store_timestamp;
        found.last_offset = keys.back().offset;
      }
      for (auto it = keys.rbegin(); it != keys.rend() && found.offsets.size() < max; ++it) {
        if (it->hash == hash && it->store_timestamp >= begin_ms && it->store_timestamp <= end_ms)
          found.offsets.push_back(it->offset);
      }
    }
  }
  if (found.last_timestamp == 0 && !files.empty()) {
    const IndexHeader header = files.back()->header();
    found.last_timestamp = header.end_timestamp;
    found.last_offset = header.end_offset;
  }
  for (auto file = files.rbegin(); file != files.rend() && found.offsets.size() < max; ++file) {
    if ((*file)->MatchesTime(begin_ms, end_ms))
      PINTLE_TRY((*file)->Find(hash, begin_ms, end_ms, max, found.offsets));
    if (!(*file)->empty() && (*file)->header().begin_timestamp < begin_ms) break;
  }
  // A batch can be seen twice, in memory and in the file that it is being written to.
  std::ranges::sort(found.offsets, std::greater<>());
  const auto repeated = std::ranges::unique(found.offsets);
  found.offsets.erase(repeated.begin(), repeated.end());
  return found;
}

Result<bool> MessageIndex::Flush(size_t keys_max) {
  if (written_ == writing_.size() && !TakePending()) return false;
  // Nobody else changes them, and what could not be written stays for another attempt.
  const auto batch = std::span<const IndexKey>(writing_).subspan(written_).first(
      std::min(keys_max, writing_.size() - written_));
  for (size_t done = 0; done < batch.size();) {
    PINTLE_ASSIGN(const auto file, FileToWrite());
    PINTLE_ASSIGN(const size_t count, file->Append(batch.subspan(done)));
    done += count;
    written_ += count;
  }
  MutexLock lock(mutex_);
  const size_t left = writing_.size() - written_ + pending_.size();
  pending_count_.store(left, std::memory_order_relaxed);
  return left > 0;
}

// By a swap: an append waits for the lock, and must not wait for a copy.
bool MessageIndex::TakePending() {
  constexpr size_t kKept = 256 << 10;  // keys for which memory stays reserved
  std::vector<IndexKey> written;
  MutexLock lock(mutex_);
  written_ = 0;
  writing_.clear();
  if (writing_.capacity() > kKept) writing_.swap(written);
  writing_.swap(pending_);
  return !writing_.empty();
}

Status MessageIndex::Sync() {
  // Full files were synced when the next one was started.
  const Files files = FilesNow();
  return files.empty() ? Status() : files.back()->Sync();
}

Result<int> MessageIndex::RemoveBelow(LogOffset log_min) {
  int removed = 0;
  while (true) {
    std::shared_ptr<IndexFile> oldest;
    {
      MutexLock lock(mutex_);
      if (files_.size() < 2 || files_.front()->header().end_offset >= log_min) break;
      oldest = files_.front();
      files_.erase(files_.begin());
    }
    PINTLE_TRY(fs_.Remove(oldest->path()));
    ++removed;
  }
  return removed;
}

LogOffset MessageIndex::last_written() const {
  const Files files = FilesNow();
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    if (!(*file)->empty()) return (*file)->header().end_offset;
  }
  return LogOffset(-1);
}

int64_t MessageIndex::full_files_timestamp() const {
  const Files files = FilesNow();
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    if ((*file)->full()) return (*file)->header().end_timestamp;
  }
  return 0;
}

size_t MessageIndex::files() const {
  MutexLock lock(mutex_);
  return files_.size();
}

MessageIndex::Files MessageIndex::FilesNow() const {
  MutexLock lock(mutex_);
  return files_;
}

Result<std::shared_ptr<IndexFile>> MessageIndex::FileToWrite() {
  const Files files = FilesNow();
  if (!files.empty()) {
    if (!files.back()->full()) return files.back();
    PINTLE_TRY(files.back()->Sync());
  }
  PINTLE_ASSIGN(const std::string name, NewFileName(files));
  PINTLE_ASSIGN(std::shared_ptr<IndexFile> file,
                IndexFile::Create(fs_, JoinPath(options_.folder, name), options_.geometry));
  PINTLE_TRY(fs_.SyncDirectory(options_.folder));
  MutexLock lock(mutex_);
  files_.push_back(file);
  return file;
}

Result<std::string> MessageIndex::NewFileName(const Files& files) const {
  std::string name = TimeName(clock_.WallMs());
  if (files.empty()) return name;
  const std::string& last_path = files.back()->path();
  const std::string last = last_path.substr(last_path.rfind('/') + 1);
  // The order of names is the order of files, also when the clock was set back or when files fill
  // faster than the clock moves.
  if (name <= last) name = NextTimeName(last);
  if (name <= last || !IsTimeName(name))
    return Fail(ErrorCode::kInternal,
                "no index file can follow {}: its name is no time before the year 10000",
                last_path);
  return name;
}

}  // namespace pintle::store
