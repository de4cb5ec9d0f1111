#include "main/store_report.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "cli/output.h"
#include "model/properties.h"
#include "remoting/utf8.h"

namespace pintle::main {
namespace {

using boost::json::array;
using boost::json::object;

// UTF-8 without control characters, but for tabs and ends of lines.
bool IsText(std::string_view bytes) {
  const char* at = bytes.data();
  const char* end = at + bytes.size();
  while (at < end) {
    char32_t character = 0;
    const int length = remoting::ReadUtf8(at, end, character);
    const bool control =
        (character < 0x20 && character != '\t' && character != '\n' && character != '\r') ||
        character == 0x7F;
    if (length == 0 || control) return false;
    at += length;
  }
  return true;
}

std::string Hex(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) out += fmt::format("{:02x}", static_cast<uint8_t>(byte));
  return out;
}

std::string TextOrHex(std::string_view bytes) {
  return IsText(bytes) ? std::string(bytes) : "0x" + Hex(bytes);
}

// With the characters of JSON for ends of lines, so that a record stays one line.
std::string Quoted(std::string_view text) {
  return boost::json::serialize(boost::json::value(TextOrHex(text)));
}

object SegmentJson(const store::StoreInspection::SegmentFile& one) {
  return {{"base", one.base.value()},
          {"bytes", one.bytes},
          {"firstStoreTime", one.first_time},
          {"lastStoreTime", one.last_time},
          {"end", one.end.value()}};
}

object QueueJson(const store::StoreInspection::Queue& one) {
  return {{"topic", TextOrHex(one.topic)},
          {"queueId", one.queue_id},
          {"min", one.min.value()},
          {"max", one.max.value()},
          {"files", one.files}};
}

object IndexJson(const store::StoreInspection::Index& one) {
  return {{"name", one.name},
          {"bytes", one.bytes},
          {"keys", one.keys},
          {"firstStoreTime", one.first_time},
          {"lastStoreTime", one.last_time},
          {"firstOffset", one.first_offset.value()},
          {"lastOffset", one.last_offset.value()}};
}

object InspectionJson(const store::StoreInspection& all) {
  object out;
  out["store"] = all.root;
  out["segmentBytes"] = all.shape.segment_bytes;
  out["queueFileEntries"] = all.shape.queue_file_entries;
  array& segments = out["segments"].emplace_array();
  for (const auto& one : all.segments) segments.push_back(SegmentJson(one));
  array& queues = out["queues"].emplace_array();
  for (const auto& one : all.queues) queues.push_back(QueueJson(one));
  array& indexes = out["index"].emplace_array();
  for (const auto& one : all.indexes) indexes.push_back(IndexJson(one));
  out["checkpoint"] = object{{"logTimestamp", all.checkpoint.log_timestamp},
                             {"queueTimestamp", all.checkpoint.queue_timestamp},
                             {"indexTimestamp", all.checkpoint.index_timestamp},
                             {"masterFlushedOffset", all.checkpoint.master_flushed_offset},
                             {"confirmOffset", all.checkpoint.confirm_offset}};
  out["abort"] = all.aborted;
  out["recoveryPoint"] = nullptr;
  if (all.recovery_point) {
    out["recoveryPoint"] = object{{"position", all.recovery_point->position.value()},
                                  {"lastRecord", all.recovery_point->last_record.value()},
                                  {"lastTimestamp", all.recovery_point->last_timestamp},
                                  {"queues", all.recovery_point->queues.size()},
                                  {"deletedTopics", all.recovery_point->deleted.size()}};
  }
  array& metadata = out["metadata"].emplace_array();
  for (const auto& one : all.metadata)
    metadata.push_back(object{{"path", one.path}, {"bytes", one.bytes}});
  return out;
}

void PrintMarks(const store::StoreInspection& all) {
  fmt::print(
      "\ncheckpoint   log {}, queues {}, index {}\n", cli::TimeText(all.checkpoint.log_timestamp),
      cli::TimeText(all.checkpoint.queue_timestamp), cli::TimeText(all.checkpoint.index_timestamp));
  fmt::print("abort mark   {}\n",
             all.aborted ? "there: the last broker did not stop cleanly" : "none: a clean stop");
  if (all.recovery_point) {
    fmt::print("recovery     durable up to {}, {} queues\n", all.recovery_point->position,
               all.recovery_point->queues.size());
  } else {
    fmt::print("recovery     no pintle.recovery\n");
  }
}

void PrintInspectionText(const store::StoreInspection& all) {
  fmt::print("store {}: segments of {} bytes, queue files of {} entries\n\n", all.root,
             all.shape.segment_bytes, all.shape.queue_file_entries);
  std::vector<std::vector<std::string>> rows;
  for (const auto& one : all.segments)
    rows.push_back({fmt::to_string(one.base.value()), fmt::to_string(one.bytes),
                    cli::TimeText(one.first_time), cli::TimeText(one.last_time),
                    fmt::to_string(one.end.value())});
  cli::PrintTable({"SEGMENT", "BYTES", "FIRST", "LAST", "END"}, rows);
  rows.clear();
  for (const auto& one : all.queues)
    rows.push_back({TextOrHex(one.topic), fmt::to_string(one.queue_id),
                    fmt::to_string(one.min.value()), fmt::to_string(one.max.value()),
                    fmt::to_string(one.files)});
  fmt::print("\n");
  cli::PrintTable({"TOPIC", "QUEUE", "MIN", "MAX", "FILES"}, rows);
  rows.clear();
  for (const auto& one : all.indexes)
    rows.push_back({one.name, fmt::to_string(one.keys), cli::TimeText(one.first_time),
                    cli::TimeText(one.last_time), fmt::to_string(one.last_offset.value())});
  fmt::print("\n");
  cli::PrintTable({"INDEX", "KEYS", "FIRST", "LAST", "LAST OFFSET"}, rows);
  PrintMarks(all);
  rows.clear();
  for (const auto& one : all.metadata) rows.push_back({one.path, fmt::to_string(one.bytes)});
  fmt::print("\n");
  cli::PrintTable({"METADATA", "BYTES"}, rows);
}

object RecordJson(const model::Record& record, bool crc_ok) {
  object properties;
  const auto parsed = model::Properties::Parse(record.properties);
  for (const auto& [name, value] : parsed.entries()) properties[TextOrHex(name)] = TextOrHex(value);
  object out{{"offset", record.log_offset.value()},
             {"size", record.size},
             {"topic", TextOrHex(record.topic)},
             {"queueId", record.queue_id},
             {"queueOffset", record.queue_offset.value()},
             {"storeTimestamp", record.store_timestamp},
             {"bornTimestamp", record.born_timestamp},
             {"flag", record.flag},
             {"sysFlag", record.sys_flag},
             {"reconsumeTimes", record.reconsume_times},
             {"preparedTransactionOffset", record.prepared_transaction_offset},
             {"crcOk", crc_ok},
             {"properties", properties}};
  const std::string_view body = AsText(record.body);
  if (IsText(body)) {
    out["body"] = body;
  } else {
    out["bodyHex"] = Hex(body);
  }
  return out;
}

}  // namespace

void PrintInspection(const store::StoreInspection& inspection, bool json) {
  if (json) {
    fmt::print("{}\n", boost::json::serialize(InspectionJson(inspection)));
  } else {
    PrintInspectionText(inspection);
  }
}

void PrintRecord(const model::Record& record, bool crc_ok, bool json) {
  if (json) {
    fmt::print("{}\n", boost::json::serialize(RecordJson(record, crc_ok)));
    return;
  }
  std::string properties;
  const auto parsed = model::Properties::Parse(record.properties);
  for (const auto& [name, value] : parsed.entries())
    properties += fmt::format(" {}={}", TextOrHex(name), Quoted(value));
  fmt::print("{}  {}  {} queue {} entry {}{}  {}{}\n", record.log_offset,
             cli::TimeText(record.store_timestamp), TextOrHex(record.topic), record.queue_id,
             record.queue_offset, crc_ok ? "" : "  BAD CRC", Quoted(AsText(record.body)),
             properties);
}

}  // namespace pintle::main
