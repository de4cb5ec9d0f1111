#include "store/recovery_point.h"

#include <utility>

#include "base/log.h"
#include "store/sealed_text.h"

namespace pintle::store {
namespace {

constexpr std::string_view kMagic = "PINTLERP";
constexpr int32_t kVersion = 1;

}  // namespace

std::string RecoveryPoint::Encode() const {
  SealedWriter out(kMagic);
  out.Put(kVersion);
  out.Put(position.value());
  out.Put(last_record.value());
  out.Put(last_timestamp);
  out.Put(last_indexed.value());
  out.Put(static_cast<int32_t>(indexed));
  out.Put(static_cast<int32_t>(queues.size()));
  for (const QueueRange& queue : queues) {
    out.PutText(queue.topic);
    out.Put(queue.queue_id);
    out.Put(queue.first.value());
    out.Put(queue.end.value());
  }
  out.Put(static_cast<int32_t>(deleted.size()));
  for (const DeletedTopic& topic : deleted) {
    out.PutText(topic.topic);
    out.Put(topic.before.value());
  }
  return std::move(out).Seal();
}

Result<RecoveryPoint> RecoveryPoint::Decode(std::string_view text) {
  PINTLE_ASSIGN(const ByteView body, OpenSealed("recovery point", kMagic, text));
  ByteReader in(body);
  if (const auto version = in.Big<int32_t>(); version != kVersion)
    return Fail(ErrorCode::kUnsupported, "recovery point: version {}", version);
  RecoveryPoint out;
  out.position = LogOffset(in.Big<int64_t>());
  out.last_record = LogOffset(in.Big<int64_t>());
  out.last_timestamp = in.Big<int64_t>();
  out.last_indexed = LogOffset(in.Big<int64_t>());
  out.indexed = in.Big<int32_t>() != 0;
  for (auto left = in.Big<int32_t>(); left > 0 && in.ok(); --left) {
    std::string topic = TakeSealedText(in);
    const auto queue_id = in.Big<int32_t>();
    const QueueOffset first(in.Big<int64_t>());
    out.queues.push_back({std::move(topic), queue_id, first, QueueOffset(in.Big<int64_t>())});
  }
  for (auto left = in.Big<int32_t>(); left > 0 && in.ok(); --left) {
    std::string topic = TakeSealedText(in);
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
