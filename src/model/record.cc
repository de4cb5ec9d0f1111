#include "model/record.h"

#include <atomic>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "base/crc32.h"
#include "model/properties.h"

namespace pintle::model {
namespace {

// A record without its hosts' 12 extra IPv6 bytes, topic length byte and everything variable.
constexpr size_t kFixedSize = kRecordSizeMin - 1;
constexpr size_t kHostV4Size = 8;  // the address and four bytes of port
constexpr size_t kHostV6Extra = 12;
constexpr size_t kRecordBornHostAt = 48;
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

void LoadHost(const std::byte* at, bool v6, Host& host) {
  host.address_size = v6 ? 16 : 4;
  if (v6) {
    std::memcpy(host.address.data(), at, 16);
  } else {
    std::memcpy(host.address.data(), at, 4);
  }
  host.port = LoadBig<int32_t>(at + host.address_size);
}

// Where the parts of a record stand that may move.
struct Places {
  size_t store_timestamp = 0;
  size_t reconsume_times = 0;
  ByteView body;
  std::string_view topic;
  std::string_view properties;
};

// The places in `in`, if it is one whole record as far as its lengths tell: what is before the first
// of them is there, and together they come to its size.
std::optional<Places> FindPlaces(ByteView in, int32_t magic) {
  if (in.size() < kRecordSizeMin) return std::nullopt;
  const std::byte* const at = in.data();
  const auto sys_flag = LoadBig<int32_t>(at + kRecordSysFlagAt);
  Places places;
  places.store_timestamp =
      kRecordBornHostAt + kHostV4Size + ((sys_flag & kSysBornHostV6) != 0 ? kHostV6Extra : 0);
  places.reconsume_times = places.store_timestamp + sizeof(int64_t) + kHostV4Size +
                           ((sys_flag & kSysStoreHostV6) != 0 ? kHostV6Extra : 0);
  size_t next = places.reconsume_times + sizeof(int32_t) + sizeof(int64_t);
  const size_t topic_length_bytes = magic == kRecordMagicV1 ? 1 : 2;
  constexpr size_t kPropertiesLengthBytes = 2;
  const size_t after_body = topic_length_bytes + kPropertiesLengthBytes;

  if (in.size() < next + 4 + after_body) return std::nullopt;
  const auto body = LoadBig<int32_t>(at + next);
  next += 4;
  if (body < 0 || static_cast<size_t>(body) > in.size() - next - after_body) return std::nullopt;
  places.body = in.subspan(next, static_cast<size_t>(body));
  next += places.body.size();
  const int32_t topic =
      magic == kRecordMagicV1 ? LoadBig<int8_t>(at + next) : LoadBig<int16_t>(at + next);
  next += topic_length_bytes;
  if (topic < 0 || static_cast<size_t>(topic) > in.size() - next - kPropertiesLengthBytes)
    return std::nullopt;
  places.topic = AsText(in.subspan(next, static_cast<size_t>(topic)));
  next += places.topic.size();
  const auto properties = LoadBig<int16_t>(at + next);
  next += kPropertiesLengthBytes;
  if (properties < 0 || in.size() != next + static_cast<size_t>(properties)) return std::nullopt;
  places.properties = AsText(in.subspan(next));
  return places;
}

Status DecodeInto(ByteView in, bool check_crc, Record& record) {
  const std::byte* const at = in.data();
  if (in.size() < 8)
    return Malformed("record: {} bytes are too few for a size and magic", in.size());
  record.size = LoadBig<int32_t>(at);
  record.magic = LoadBig<int32_t>(at + 4);
  if (record.magic != kRecordMagicV1 && record.magic != kRecordMagicV2)
    return Malformed("record: magic 0x{:08x}", static_cast<uint32_t>(record.magic));
  if (record.size < static_cast<int32_t>(kRecordSizeMin) ||
      static_cast<size_t>(record.size) > in.size()) {
    return Malformed("record: size {} is outside {}..{}", record.size, kRecordSizeMin, in.size());
  }
  const auto places = FindPlaces(in.first(static_cast<size_t>(record.size)), record.magic);
  if (!places)
    return Malformed("record: the lengths inside do not add up to its size {}", record.size);

  record.body_crc = LoadBig<int32_t>(at + 8);
  record.queue_id = LoadBig<int32_t>(at + kRecordQueueIdAt);
  record.flag = LoadBig<int32_t>(at + 16);
  record.queue_offset = QueueOffset(LoadBig<int64_t>(at + kRecordQueueOffsetAt));
  record.log_offset = LogOffset(LoadBig<int64_t>(at + kRecordLogOffsetAt));
  record.sys_flag = LoadBig<int32_t>(at + kRecordSysFlagAt);
  record.born_timestamp = LoadBig<int64_t>(at + 40);
  LoadHost(at + kRecordBornHostAt, (record.sys_flag & kSysBornHostV6) != 0, record.born_host);
  record.store_timestamp = LoadBig<int64_t>(at + places->store_timestamp);
  LoadHost(at + places->store_timestamp + sizeof(int64_t), (record.sys_flag & kSysStoreHostV6) != 0,
           record.store_host);
  record.reconsume_times = LoadBig<int32_t>(at + places->reconsume_times);
  record.prepared_transaction_offset =
      LoadBig<int64_t>(at + places->reconsume_times + sizeof(int32_t));
  record.body = places->body;
  record.topic = places->topic;
  record.properties = places->properties;
  if (check_crc && MessageCrc32(record.body) != record.body_crc) {
    return Fail(ErrorCode::kCorrupt, "record: body CRC 0x{:08x}, computed 0x{:08x}",
                static_cast<uint32_t>(record.body_crc),
                static_cast<uint32_t>(MessageCrc32(record.body)));
  }
  return {};
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
  const auto magic = LoadBig<int32_t>(in.data() + 4);
  if (LoadBig<int32_t>(in.data()) != static_cast<int64_t>(in.size())) return std::nullopt;
  if (magic != kRecordMagicV1 && magic != kRecordMagicV2) return std::nullopt;
  const auto places = FindPlaces(in, magic);
  if (!places) return std::nullopt;
  return places->properties;
}

// Filled where it is to be, and not copied there.
Result<Record> DecodeRecord(ByteView in, bool check_crc) {
  Result<Record> decoded(std::in_place);
  if (auto good = DecodeInto(in, check_crc, *decoded); !good)
    decoded = std::unexpected(std::move(good).error());
  return decoded;
}

}  // namespace pintle::model
