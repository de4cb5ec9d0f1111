// A message as the commit log holds it and as every read answers it.
//
//   totalSize 4 | magic 4 | bodyCRC 4 | queueId 4 | flag 4 | queueOffset 8 | physicalOffset 8 |
//   sysFlag 4 | bornTimestamp 8 | bornHost 8 or 20 | storeTimestamp 8 | storeHost 8 or 20 |
//   reconsumeTimes 4 | preparedTransactionOffset 8 | bodyLength 4, body | topicLength 1 or 2, topic
//   | propertiesLength 2, properties
//
// Big-endian. Version 1 (magic 0xDAA320A7) has one topic length byte, version 2 (0xDAA320AB) two;
// version 2 is written only for topics over 127 bytes. Source: docs/formats/commit_log.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "model/host.h"
#include "model/offsets.h"

namespace pintle::model {

inline constexpr int32_t kRecordMagicV1 = static_cast<int32_t>(0xDAA320A7u);
inline constexpr int32_t kRecordMagicV2 = static_cast<int32_t>(0xDAA320ABu);
inline constexpr int32_t kBlankMagic = static_cast<int32_t>(0xCBD43194u);  // the rest of a segment

// Bits of sysFlag.
inline constexpr int32_t kSysCompressed = 0x1;
inline constexpr int32_t kSysMultiTags = 0x2;
inline constexpr int32_t kSysPrepared = 0x4;
inline constexpr int32_t kSysCommit = 0x8;
inline constexpr int32_t kSysRollback = 0xC;
inline constexpr int32_t kSysTransactionMask = 0xC;
inline constexpr int32_t kSysBornHostV6 = 0x10;
inline constexpr int32_t kSysStoreHostV6 = 0x20;
inline constexpr int32_t kSysNeedUnwrap = 0x40;
inline constexpr int32_t kSysInnerBatch = 0x80;
inline constexpr int32_t kSysCompressionMask = 0x700;

// Where a record's fields stand that do not move.
inline constexpr size_t kRecordQueueIdAt = 12;
inline constexpr size_t kRecordQueueOffsetAt = 20;
inline constexpr size_t kRecordLogOffsetAt = 28;
inline constexpr size_t kRecordSysFlagAt = 36;
inline constexpr size_t kRecordSizeMin = 91;  // both hosts IPv4, everything variable empty

// A decoded record; the views borrow from the encoded bytes.
struct Record {
  int32_t size = 0;
  int32_t magic = kRecordMagicV1;
  int32_t body_crc = 0;
  int32_t queue_id = 0;
  int32_t flag = 0;
  QueueOffset queue_offset;
  LogOffset log_offset;
  int32_t sys_flag = 0;
  int64_t born_timestamp = 0;  // ms, the producer's clock
  Host born_host;
  int64_t store_timestamp = 0;  // ms, the broker's clock, never decreasing along the log
  Host store_host;
  int32_t reconsume_times = 0;
  int64_t prepared_transaction_offset = 0;
  ByteView body;
  std::string_view topic;
  std::string_view properties;
};

// What the producer and the broker know before the record has a place. Borrowed.
struct RecordParts {
  std::string_view topic;
  int32_t queue_id = 0;
  int32_t flag = 0;
  int32_t sys_flag = 0;  // host bits are set from the hosts
  int64_t born_timestamp = 0;
  Host born_host;
  Host store_host;
  int32_t reconsume_times = 0;
  int64_t prepared_transaction_offset = 0;
  int32_t body_crc = 0;
  ByteView body;
  // Concatenated: the client's text, then what the broker adds.
  std::array<std::string_view, 3> properties;
};

// Bytes that EncodeRecord() will write. kInvalidArgument when the topic is over 255 bytes or the
// properties over 32767.
Result<int32_t> RecordSize(const RecordParts& parts);

// Writes the record; `out` has exactly RecordSize() bytes.
void EncodeRecord(const RecordParts& parts, QueueOffset queue_offset, LogOffset log_offset,
                  int64_t store_timestamp, ByteSpan out);

// The properties of `in` if it is one whole record as far as its magic and its lengths tell: what
// DecodeRecord() takes without a look at the CRC, in a few instructions.
std::optional<std::string_view> PropertiesOfRecord(ByteView in);
inline bool IsWholeRecord(ByteView in) { return PropertiesOfRecord(in).has_value(); }

// Decodes the record at the front of `in`, checking every length against the bytes there are and
// against each other. kMalformed for anything else than one whole record (a blank included).
// The body's CRC is compared only with `check_crc`: kCorrupt.
Result<Record> DecodeRecord(ByteView in, bool check_crc);

}  // namespace pintle::model
