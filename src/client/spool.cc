#include "client/spool.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/crc32.h"
#include "base/log.h"
#include "client/message_text.h"
#include "client/sdk_error.h"
#include "model/properties.h"
#include "model/record.h"

namespace pintle::client {

namespace {

constexpr size_t kHeadBytes = 16;  // length 4, CRC 4, next 8
constexpr std::string_view kSuffix = ".spool";
constexpr size_t kDigits = 20;

std::unexpected<Error> SpoolError(const pintle::Error& error) {
  return SdkFail(ErrorCode::kIo, fmt::format("the spool: {}", error.message));
}

model::Host HostOf(const std::string& text) {
  return model::Host::Parse(text).value_or(model::Host());
}

// The record that the message came in, without its compression.
pintle::Status AppendRecord(const MessageView& message, std::vector<std::byte>& out) {
  std::string properties;
  for (const auto& [name, value] : message.properties) {
    properties.append(name).push_back(model::kNameValueSeparator);
    properties.append(value).push_back(model::kPropertySeparator);
  }
  model::RecordParts parts;
  parts.topic = message.queue.topic;
  parts.queue_id = message.queue.queue_id;
  parts.flag = message.flag;
  parts.born_timestamp = message.born_timestamp_ms;
  parts.born_host = HostOf(message.born_host);
  parts.store_host = HostOf(message.store_host);
  parts.reconsume_times = message.reconsume_times;
  parts.body = AsBytes(message.body);
  parts.body_crc = MessageCrc32(parts.body);
  parts.properties = {properties, {}, {}};
  const auto size = model::RecordSize(parts);
  if (!size) return std::unexpected(size.error());
  const size_t at = out.size();
  out.resize(at + static_cast<size_t>(*size));
  model::EncodeRecord(parts, model::QueueOffset(message.queue_offset),
                      model::LogOffset(message.log_offset), message.store_timestamp_ms,
                      ByteSpan(out).subspan(at));
  return {};
}

// `message`: nullptr when there is none between the last entry and `next`.
pintle::Status AppendEntry(const MessageView* message, int64_t next, std::vector<std::byte>& out) {
  const size_t at = out.size();
  out.resize(at + kHeadBytes);
  if (message != nullptr) {
    if (auto added = AppendRecord(*message, out); !added) return added;
  }
  StoreBig(out.data() + at, static_cast<uint32_t>(out.size() - at - kHeadBytes));
  StoreBig(out.data() + at + 8, next);
  StoreBig(out.data() + at + 4, Crc32(ByteView(out).subspan(at + 8)));
  return {};
}

std::optional<int64_t> OffsetOfName(std::string_view name) {
  if (name.size() != kDigits + kSuffix.size() || !name.ends_with(kSuffix)) return {};
  int64_t offset = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + kDigits, offset);
  if (error != std::errc() || end != name.data() + kDigits || offset < 0) return {};
  return offset;
}

}  // namespace

std::optional<SpoolEntry> DecodeSpoolEntry(ByteView in) {
  ByteReader reader(in);
  const auto length = reader.Big<uint32_t>();
  const auto crc = reader.Big<uint32_t>();
  const ByteView checked = reader.rest();
  SpoolEntry entry;
  entry.next = reader.Big<int64_t>();
  entry.record = reader.Take(length);
  if (!reader.ok() || entry.next < 0) return {};
  if (Crc32(checked.first(sizeof(int64_t) + length)) != crc) return {};
  entry.bytes = kHeadBytes + length;
  return entry;
}

Result<std::unique_ptr<Spool>> Spool::Open(FileSystem& fs, std::string folder, SpoolSpace& space,
                                           int64_t segment_bytes) {
  std::unique_ptr<Spool> spool(new Spool(fs, std::move(folder), space, segment_bytes));
  if (auto loaded = spool->Load(); !loaded) return std::unexpected(loaded.error());
  return spool;
}

Spool::~Spool() {
  for (const auto& [begin, segment] : segments_) space_.bytes -= segment.bytes;
}

std::string Spool::PathOf(int64_t begin) const {
  return JoinPath(folder_, fmt::format("{:020}{}", begin, kSuffix));
}

Status Spool::Load() {
  if (auto made = fs_.CreateDirectories(folder_); !made) return SpoolError(made.error());
  auto entries = fs_.List(folder_);
  if (!entries) return SpoolError(entries.error());
  std::vector<int64_t> begins;
  for (const DirEntry& entry : *entries) {
    if (const auto begin = OffsetOfName(entry.name)) begins.push_back(*begin);
  }
  std::ranges::sort(begins);
  bool whole = true;
  for (const int64_t begin : begins) {
    // Behind a gap nothing counts.
    if (!whole || (!segments_.empty() && begin != end_)) {
      if (auto removed = fs_.Remove(PathOf(begin)); !removed) return SpoolError(removed.error());
      whole = false;
      continue;
    }
    auto file = fs_.Open(PathOf(begin), OpenMode::kReadWrite);
    if (!file) return SpoolError(file.error());
    Segment segment{.file = *std::move(file), .bytes = 0};
    if (auto scanned = Scan(begin, segment, whole); !scanned) return scanned;
    if (segment.bytes == 0) {
      if (auto removed = fs_.Remove(PathOf(begin)); !removed) return SpoolError(removed.error());
      continue;
    }
    space_.bytes += segment.bytes;
    segments_.emplace(begin, std::move(segment));
  }
  return {};
}

Status Spool::Scan(int64_t begin, Segment& segment, bool& whole) {
  auto size = segment.file->Size();
  if (!size) return SpoolError(size.error());
  int64_t at = 0;
  int64_t offset = begin;
  while (at < *size) {
    auto bytes = ReadEntryAt(segment, at);
    if (!bytes) return std::unexpected(bytes.error());
    const auto entry = DecodeSpoolEntry(*bytes);
    if (!entry || entry->next <= offset) break;
    at += static_cast<int64_t>(entry->bytes);
    offset = entry->next;
  }
  whole = at == *size;
  if (!whole) {
    PINTLE_LOG(kWarn, "spool: {} is cut at {} of {} bytes; what follows is fetched again",
               PathOf(begin), at, *size);
    if (auto cut = segment.file->Truncate(at); !cut) return SpoolError(cut.error());
  }
  segment.bytes = at;
  if (at > 0 || segments_.empty()) end_ = offset;
  return {};
}

// The bytes of the entry, or of what looks like one, as far as there are any.
Result<ByteView> Spool::ReadEntryAt(const Segment& segment, int64_t at) {
  const auto read = [&](size_t bytes) -> Result<ByteView> {
    buffer_.resize(std::max(buffer_.size(), bytes));
    auto got = segment.file->ReadAt(at, ByteSpan(buffer_).first(bytes));
    if (!got) return SpoolError(got.error());
    return ByteView(buffer_).first(*got);
  };
  auto head = read(kHeadBytes);
  if (!head || head->size() < kHeadBytes) return head;
  const size_t length = LoadBig<uint32_t>(head->data());
  auto size = segment.file->Size();
  if (!size) return SpoolError(size.error());
  // A length from damaged bytes must not become memory.
  if (at + static_cast<int64_t>(kHeadBytes + length) > *size) return ByteView();
  return read(kHeadBytes + length);
}

Status Spool::Append(int64_t from, std::span<const MessageView> messages, int64_t next) {
  if (empty()) end_ = from;
  if (next <= end_) return {};
  std::vector<std::byte> bytes;
  for (size_t i = 0; i < messages.size(); ++i) {
    const bool last = i + 1 == messages.size();
    const int64_t after = last ? next : messages[i].queue_offset + 1;
    if (auto added = AppendEntry(&messages[i], after, bytes); !added)
      return SpoolError(added.error());
  }
  if (messages.empty()) (void)AppendEntry(nullptr, next, bytes);

  if (empty() || segments_.rbegin()->second.bytes >= segment_bytes_) {
    auto file = fs_.Open(PathOf(end_), OpenMode::kTruncate);
    if (!file) return SpoolError(file.error());
    segments_.emplace(end_, Segment{.file = *std::move(file), .bytes = 0});
    tail_dirty_ = false;
  }
  Segment& tail = segments_.rbegin()->second;
  Status written;
  if (tail_dirty_) {
    if (auto cut = tail.file->Truncate(tail.bytes); !cut) written = SpoolError(cut.error());
  }
  if (written) {
    tail_dirty_ = true;
    if (auto put = tail.file->WriteAt(tail.bytes, bytes); !put) written = SpoolError(put.error());
  }
  if (!written) {
    // A segment without an entry is no segment.
    if (tail.bytes == 0) (void)Remove(std::prev(segments_.end()));
    return written;
  }
  tail_dirty_ = false;
  tail.bytes += static_cast<int64_t>(bytes.size());
  space_.bytes += static_cast<int64_t>(bytes.size());
  end_ = next;
  return {};
}

Status Spool::MoveCursor(int64_t offset) {
  if (cursor_.segment >= 0 && cursor_.offset == offset) return {};
  const auto segment = std::prev(segments_.upper_bound(offset));
  cursor_ = {.segment = segment->first, .at = 0, .offset = segment->first};
  while (cursor_.at < segment->second.bytes) {
    auto bytes = ReadEntryAt(segment->second, cursor_.at);
    if (!bytes) return std::unexpected(bytes.error());
    const auto entry = DecodeSpoolEntry(*bytes);
    if (!entry || entry->next > offset) break;
    cursor_.at += static_cast<int64_t>(entry->bytes);
    cursor_.offset = entry->next;
  }
  return {};
}

Result<Spool::Batch> Spool::Read(int64_t offset, size_t max, const std::string& broker_name) {
  Batch batch{.messages = {}, .next = offset};
  if (empty() || offset < begin() || offset >= end_) return batch;
  if (auto moved = MoveCursor(offset); !moved) return std::unexpected(moved.error());
  while (batch.messages.size() < max && cursor_.offset < end_) {
    auto segment = segments_.find(cursor_.segment);
    if (cursor_.at >= segment->second.bytes) {
      ++segment;
      cursor_ = {.segment = segment->first, .at = 0, .offset = segment->first};
    }
    auto bytes = ReadEntryAt(segment->second, cursor_.at);
    if (!bytes) return std::unexpected(bytes.error());
    const auto entry = DecodeSpoolEntry(*bytes);
    auto view = entry && !entry->record.empty() ? ViewRecord(entry->record, broker_name)
                                                : Result<MessageView>();
    if (!entry || !view) {
      PINTLE_LOG(kWarn, "spool: {} is damaged at byte {}; what follows is fetched again",
                 PathOf(segment->first), cursor_.at);
      if (auto cut = CutAt(segment, cursor_.at, cursor_.offset); !cut)
        return std::unexpected(cut.error());
      break;
    }
    cursor_.at += static_cast<int64_t>(entry->bytes);
    cursor_.offset = entry->next;
    batch.next = std::max(batch.next, entry->next);
    if (!entry->record.empty() && view->queue_offset >= offset)
      batch.messages.push_back(*std::move(view));
  }
  return batch;
}

Status Spool::CutAt(Segments::iterator segment, int64_t at, int64_t end) {
  while (std::next(segment) != segments_.end()) {
    if (auto removed = Remove(std::prev(segments_.end())); !removed) return removed;
  }
  end_ = end;
  if (at == 0) return Remove(segment);
  if (auto cut = segment->second.file->Truncate(at); !cut) return SpoolError(cut.error());
  space_.bytes -= segment->second.bytes - at;
  segment->second.bytes = at;
  return {};
}

Status Spool::Remove(Segments::iterator segment) {
  if (auto removed = fs_.Remove(PathOf(segment->first)); !removed)
    return SpoolError(removed.error());
  if (cursor_.segment == segment->first) cursor_ = {};
  space_.bytes -= segment->second.bytes;
  segments_.erase(segment);
  return {};
}

Status Spool::Forget(int64_t offset) {
  while (!segments_.empty()) {
    const auto first = segments_.begin();
    const auto second = std::next(first);
    const int64_t first_end = second == segments_.end() ? end_ : second->first;
    if (first_end > offset) return {};
    if (auto removed = Remove(first); !removed) return removed;
  }
  return {};
}

Status Spool::Clear() {
  while (!segments_.empty()) {
    // From behind: what a crash leaves has no gap.
    if (auto removed = Remove(std::prev(segments_.end())); !removed) return removed;
  }
  return {};
}

}  // namespace pintle::client
