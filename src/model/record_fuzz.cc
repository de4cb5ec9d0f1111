// Any bytes decode to an error or to a record that encodes back to the same bytes;
// PropertiesOfRecord() and DecodeRecord() agree.
#include <algorithm>
#include <vector>

#include "base/check.h"
#include "model/record.h"

namespace model = pintle::model;
using pintle::ByteView;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView in(reinterpret_cast<const std::byte*>(data), size);
  const auto record = model::DecodeRecord(in, false);
  static_cast<void>(model::DecodeRecord(in, true));
  const bool whole = record && record->size == static_cast<int64_t>(size);
  const auto properties = model::PropertiesOfRecord(in);
  PINTLE_CHECK(properties.has_value() == whole);
  PINTLE_CHECK(!whole || *properties == record->properties);
  if (!record) return 0;
  const bool shortest_version =
      record->topic.size() <= 255 &&
      (record->topic.size() > 127) == (record->magic == model::kRecordMagicV2);
  if (!shortest_version) return 0;

  model::RecordParts parts;
  parts.topic = record->topic;
  parts.queue_id = record->queue_id;
  parts.flag = record->flag;
  parts.sys_flag = record->sys_flag;
  parts.born_timestamp = record->born_timestamp;
  parts.born_host = record->born_host;
  parts.store_host = record->store_host;
  parts.reconsume_times = record->reconsume_times;
  parts.prepared_transaction_offset = record->prepared_transaction_offset;
  parts.body_crc = record->body_crc;
  parts.body = record->body;
  parts.properties = {record->properties, {}, {}};
  const auto encoded_size = model::RecordSize(parts);
  PINTLE_CHECK(encoded_size && *encoded_size == record->size);
  std::vector<std::byte> out(static_cast<size_t>(record->size));
  model::EncodeRecord(parts, record->queue_offset, record->log_offset, record->store_timestamp,
                      out);
  PINTLE_CHECK(std::ranges::equal(out, in.first(out.size())));
  return 0;
}
