#include "model/record.h"

#include <atomic>

#include "base/check.h"
#include "base/crc32.h"
#include "model/properties.h"

namespace pintle::model {
namespace {

// A record without its hosts' 12 extra IPv6 bytes, topic length byte and everything variable.
constexpr size_t kFixedSize = kRecordSizeMin - 1;
constexpr size_t kHostV6Extra = 12;
constexpr size_t kTopicLengthMaxV1 = 127;  // the length byte is signed in Java
constexpr size_t kRecordTopicMax = 255;

size_t PropertiesSize(const RecordParts& parts) {
  size_t size = 0;
  for (const std::string_view part : parts.properties) size += part.size();
  return size;
}

bool IsLongTopic(std::string_view topic) { return topic.size() > kTopicLengthMaxV1; }

// Appends big-endian values to a span that is known to be large enough.
class Writer {
 public:
  explicit Writer(std::byte* out) : out_(out) {}

  template <typename Int>
  void Big(Int v) {
    StoreBig(out_, v);
    out_ += sizeof v;
  }
  void Bytes(ByteView bytes) {
    if (bytes.empty()) return;
    std::memcpy(out_, bytes.data(), bytes.size());
    out_ += bytes.size();
  }
  void Address(const Host& host) {
    std::memcpy(out_, host.address.data(), host.address_size);
    out_ += host.address_size;
    Big<int32_t>(host.port);
  }
  const std::byte* at() const { return out_; }

 private:
  std::byte* out_;
};

Host TakeHost(ByteReader& reader, bool v6) {
  Host host;
  host.address_size = v6 ? 16 : 4;
  const ByteView address = reader.Take(host.address_size);
  if (!address.empty()) std::memcpy(host.address.data(), address.data(), address.size());
  host.port = reader.Big<int32_t>();
  return host;
}

// A length field; negative ones make the reader fail at the Take() that follows.
size_t Length(int32_t value) { return value < 0 ? SIZE_MAX : static_cast<size_t>(value); }

size_t TakeTopicLength(ByteReader& reader, int32_t magic) {
  if (magic == kRecordMagicV1) return Length(reader.Big<int8_t>());
  return Length(reader.Big<int16_t>());
}

void TakeFixed(ByteReader& reader, Record& record) {
  record.size = reader.Big<int32_t>();
  record.magic = reader.Big<int32_t>();
  record.body_crc = reader.Big<int32_t>();
  record.queue_id = reader.Big<int32_t>();
  record.flag = reader.Big<int32_t>();
  record.queue_offset = QueueOffset(reader.Big<int64_t>());
  record.log_offset = LogOffset(reader.Big<int64_t>());
  record.sys_flag = reader.Big<int32_t>();
  record.born_timestamp = reader.Big<int64_t>();
  record.born_host = TakeHost(reader, (record.sys_flag & kSysBornHostV6) != 0);
  record.store_timestamp = reader.Big<int64_t>();
  record.store_host = TakeHost(reader, (record.sys_flag & kSysStoreHostV6) != 0);
  record.reconsume_times = reader.Big<int32_t>();
  record.prepared_transaction_offset = reader.Big<int64_t>();
}

}  // namespace

Result<int32_t> RecordSize(const RecordParts& parts) {
  if (parts.topic.size() > kRecordTopicMax) {
    return Fail(ErrorCode::kInvalidArgument, "the topic has {} bytes; the limit is {}",
                parts.topic.size(), kRecordTopicMax);
  }
  const size_t properties = PropertiesSize(parts);
  if (properties > kPropertiesBytesMax) {
    return Fail(ErrorCode::kInvalidArgument, "the properties have {} bytes; the limit is {}",
                properties, kPropertiesBytesMax);
  }
  const size_t size = kFixedSize + (parts.born_host.is_v6() ? kHostV6Extra : 0) +
                      (parts.store_host.is_v6() ? kHostV6Extra : 0) + parts.body.size() +
                      (IsLongTopic(parts.topic) ? 2 : 1) + parts.topic.size() + properties;
  if (size > INT32_MAX) {
    return Fail(ErrorCode::kInvalidArgument, "the record has {} bytes; the limit is {}", size,
                INT32_MAX);
  }
  return static_cast<int32_t>(size);
}

void EncodeRecord(const RecordParts& parts, QueueOffset queue_offset, LogOffset log_offset,
                  int64_t store_timestamp, ByteSpan out) {
  const bool long_topic = IsLongTopic(parts.topic);
  const int32_t sys_flag = (parts.sys_flag & ~(kSysBornHostV6 | kSysStoreHostV6)) |
                           (parts.born_host.is_v6() ? kSysBornHostV6 : 0) |
                           (parts.store_host.is_v6() ? kSysStoreHostV6 : 0);
  constexpr size_t kSizeAndMagic = 8;
  Writer to(out.data() + kSizeAndMagic);
  to.Big<int32_t>(parts.body_crc);
  to.Big<int32_t>(parts.queue_id);
  to.Big<int32_t>(parts.flag);
  to.Big<int64_t>(queue_offset.value());
  to.Big<int64_t>(log_offset.value());
  to.Big<int32_t>(sys_flag);
  to.Big<int64_t>(parts.born_timestamp);
  to.Address(parts.born_host);
  to.Big<int64_t>(store_timestamp);
  to.Address(parts.store_host);
  to.Big<int32_t>(parts.reconsume_times);
  to.Big<int64_t>(parts.prepared_transaction_offset);
  to.Big<int32_t>(static_cast<int32_t>(parts.body.size()));
  to.Bytes(parts.body);
  if (long_topic) {
    to.Big<int16_t>(static_cast<int16_t>(parts.topic.size()));
  } else {
    to.Big<uint8_t>(static_cast<uint8_t>(parts.topic.size()));
  }
  to.Bytes(AsBytes(parts.topic));
  to.Big<int16_t>(static_cast<int16_t>(PropertiesSize(parts)));
  for (const std::string_view part : parts.properties) to.Bytes(AsBytes(part));
  PINTLE_CHECK(to.at() == out.data() + out.size(), "record of {} bytes, {} written", out.size(),
               to.at() - out.data());
  // Last, so that a process killed halfway leaves no record in its mapped file.
  std::atomic_thread_fence(std::memory_order_release);
  Writer head(out.data());
  head.Big<int32_t>(static_cast<int32_t>(out.size()));
  head.Big<int32_t>(long_topic ? kRecordMagicV2 : kRecordMagicV1);
}

std::optional<std::string_view> PropertiesOfRecord(ByteView in) {
  if (in.size() < kRecordSizeMin) return std::nullopt;
  const std::byte* const at = in.data();
  const auto magic = LoadBig<int32_t>(at + 4);
  if (LoadBig<int32_t>(at) != static_cast<int64_t>(in.size())) return std::nullopt;
  if (magic != kRecordMagicV1 && magic != kRecordMagicV2) return std::nullopt;
  const auto sys_flag = LoadBig<int32_t>(at + kRecordSysFlagAt);
  constexpr size_t kBodyLengthAt = kRecordSizeMin - 7;
  size_t next = kBodyLengthAt + ((sys_flag & kSysBornHostV6) != 0 ? kHostV6Extra : 0) +
                ((sys_flag & kSysStoreHostV6) != 0 ? kHostV6Extra : 0);
  const size_t topic_length_bytes = magic == kRecordMagicV1 ? 1 : 2;
  constexpr size_t kPropertiesLengthBytes = 2;
  const size_t after_body = topic_length_bytes + kPropertiesLengthBytes;

  if (in.size() < next + 4 + after_body) return std::nullopt;
  const auto body = LoadBig<int32_t>(at + next);
  next += 4;
  if (body < 0 || static_cast<size_t>(body) > in.size() - next - after_body) return std::nullopt;
  next += static_cast<size_t>(body);
  const int32_t topic =
      magic == kRecordMagicV1 ? LoadBig<int8_t>(at + next) : LoadBig<int16_t>(at + next);
  next += topic_length_bytes;
  if (topic < 0 || static_cast<size_t>(topic) > in.size() - next - kPropertiesLengthBytes)
    return std::nullopt;
  next += static_cast<size_t>(topic);
  const auto properties = LoadBig<int16_t>(at + next);
  next += kPropertiesLengthBytes;
  if (properties < 0 || in.size() != next + static_cast<size_t>(properties)) return std::nullopt;
  return AsText(in.subspan(next));
}

Result<Record> DecodeRecord(ByteView in, bool check_crc) {
  ByteReader head(in);
  Record record;
  record.size = head.Big<int32_t>();
  record.magic = head.Big<int32_t>();
  if (!head.ok()) return Malformed("record: {} bytes are too few for a size and magic", in.size());
  if (record.magic != kRecordMagicV1 && record.magic != kRecordMagicV2)
    return Malformed("record: magic 0x{:08x}", static_cast<uint32_t>(record.magic));
  if (record.size < static_cast<int32_t>(kRecordSizeMin) || Length(record.size) > in.size()) {
    return Malformed("record: size {} is outside {}..{}", record.size, kRecordSizeMin, in.size());
  }

  ByteReader reader(in.first(Length(record.size)));
  TakeFixed(reader, record);
  record.body = reader.Take(Length(reader.Big<int32_t>()));
  record.topic = reader.TakeText(TakeTopicLength(reader, record.magic));
  record.properties = reader.TakeText(Length(reader.Big<int16_t>()));
  if (!reader.ok() || reader.remaining() != 0)
    return Malformed("record: the lengths inside do not add up to its size {}", record.size);
  if (check_crc && MessageCrc32(record.body) != record.body_crc) {
    return Fail(ErrorCode::kCorrupt, "record: body CRC 0x{:08x}, computed 0x{:08x}",
                static_cast<uint32_t>(record.body_crc),
                static_cast<uint32_t>(MessageCrc32(record.body)));
  }
  return record;
}

}  // namespace pintle::model
