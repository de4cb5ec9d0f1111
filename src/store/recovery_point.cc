#include "store/recovery_point.h"

#include "base/bytes.h"
#include "base/crc32.h"
#include "base/log.h"

namespace pintle::store {
namespace {

constexpr std::string_view kMagic = "PINTLERP";
constexpr int32_t kVersion = 1;

template <typename Int>
void Put(std::string& out, Int value) {
  std::byte bytes[sizeof value];
  StoreBig(bytes, value);
  out.append(AsText(bytes));
}

void PutText(std::string& out, std::string_view text) {
  Put(out, static_cast<int32_t>(text.size()));
  out.append(text);
}

std::string TakeText(ByteReader& in) {
  const auto size = in.Big<int32_t>();
  return std::string(in.TakeText(size < 0 ? SIZE_MAX : static_cast<size_t>(size)));
}

}  // namespace

std::string RecoveryPoint::Encode() const {
  std::string out(kMagic);
  Put(out, kVersion);
  Put(out, position.value());
  Put(out, last_record.value());
  Put(out, last_timestamp);
  Put(out, last_indexed.value());
  Put(out, static_cast<int32_t>(indexed));
  Put(out, static_cast<int32_t>(queues.size()));
  for (const QueueRange& queue : queues) {
    PutText(out, queue.topic);
    Put(out, queue.queue_id);
    Put(out, queue.first.value());
    Put(out, queue.end.value());
  }
  Put(out, static_cast<int32_t>(deleted.size()));
  for (const DeletedTopic& topic : deleted) {
    PutText(out, topic.topic);
    Put(out, topic.before.value());
  }
  Put(out, static_cast<int32_t>(Crc32(AsBytes(out))));
  return out;
}

Result<RecoveryPoint> RecoveryPoint::Decode(std::string_view text) {
  constexpr size_t kCrcBytes = 4;
  if (text.size() < kMagic.size() + kCrcBytes || !text.starts_with(kMagic))
    return Malformed("recovery point: no magic");
  const ByteView all = AsBytes(text);
  const ByteView body = all.first(all.size() - kCrcBytes);
  if (LoadBig<uint32_t>(all.data() + body.size()) != Crc32(body))
    return Fail(ErrorCode::kCorrupt, "recovery point: CRC mismatch");
  ByteReader in(body.subspan(kMagic.size()));
  if (const auto version = in.Big<int32_t>(); version != kVersion)
    return Fail(ErrorCode::kUnsupported, "recovery point: version {}", version);
  RecoveryPoint out;
  out.position = LogOffset(in.Big<int64_t>());
  out.last_record = LogOffset(in.Big<int64_t>());
  out.last_timestamp = in.Big<int64_t>();
  out.last_indexed = LogOffset(in.Big<int64_t>());
  out.indexed = in.Big<int32_t>() != 0;
  for (auto left = in.Big<int32_t>(); left > 0 && in.ok(); --left) {
    std::string topic = TakeText(in);
    const auto queue_id = in.Big<int32_t>();
    const QueueOffset first(in.Big<int64_t>());
    out.queues.push_back({std::move(topic), queue_id, first, QueueOffset(in.Big<int64_t>())});
  }
  for (auto left = in.Big<int32_t>(); left > 0 && in.ok(); --left) {
    std::string topic = TakeText(in);
    out.deleted.push_back({std::move(topic), LogOffset(in.Big<int64_t>())});
  }
  if (!in.ok() || in.remaining() != 0)
    return Malformed("recovery point: its lengths do not add up");
  return out;
}

std::optional<RecoveryPoint> RecoveryPoint::Read(FileSystem& fs, const std::string& path) {
  auto text = ReadWholeFile(fs, path);
  if (!text) {
    if (text.error().code != ErrorCode::kNotFound)
      PINTLE_LOG(kWarn, "store: {} cannot be read: {}", path, text.error().message);
    return std::nullopt;
  }
  auto point = Decode(*text);
  if (!point) {
    PINTLE_LOG(kWarn, "store: {} is not used: {}", path, point.error().message);
    return std::nullopt;
  }
  return *std::move(point);
}

Status RecoveryPoint::Write(FileSystem& fs, const std::string& path) const {
  return WriteFileAtomically(fs, path, Encode(), false);
}

}  // namespace pintle::store
