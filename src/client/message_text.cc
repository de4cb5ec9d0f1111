#include "client/message_text.h"

#include <fmt/format.h>
#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "client/sdk_error.h"
#include "model/batch.h"
#include "model/message_id.h"
#include "model/properties.h"
#include "model/property_reader.h"
#include "model/record.h"
#include "model/topic.h"

namespace pintle::client {

namespace {

constexpr size_t kInflatedBytesMax = size_t{256} << 20;  // a decompression bomb ends here

// Names that an application may not set itself: the broker and the clients give them a meaning.
constexpr std::array<std::string_view, 49> kReserved = {
    model::property::kKeys,
    model::property::kTags,
    model::property::kWaitStoreOk,
    model::property::kDelayLevel,
    model::property::kRetryTopic,
    model::property::kRealTopic,
    model::property::kRealQueueId,
    model::property::kTransactionPrepared,
    model::property::kProducerGroup,
    model::property::kMinOffset,
    model::property::kMaxOffset,
    model::property::kOriginMessageId,
    model::property::kReconsumeTime,
    model::property::kMaxReconsumeTimes,
    model::property::kMsgRegion,
    model::property::kTraceSwitch,
    model::property::kUniqKey,
    model::property::kCluster,
    model::property::kInstanceId,
    model::property::kPopCheckpoint,
    model::property::kTransactionId,
    model::property::kTransactionCheckTimes,
    model::property::kTransactionPreparedQueueOffset,
    model::property::kCorrelationId,
    model::property::kReplyToClient,
    kTimeToLive,
    model::property::kMessageType,
    model::property::kCrc32,
    model::property::kTimerDelaySeconds,
    model::property::kTimerDelayMs,
    model::property::kTimerDeliverMs,
    "TIMER_ENQUEUE_MS",
    "TIMER_DEQUEUE_MS",
    "TIMER_ROLL_TIMES",
    "TIMER_OUT_MS",
    "TIMER_DEL_UNIQKEY",
    "TIMER_DELAY_LEVEL",
    "BUYER_ID",
    "TRANSFER_FLAG",
    "CORRECTION_FLAG",
    "MQ2_FLAG",
    "CONSUME_START_TIME",
    "POP_CK_OFFSET",
    "1ST_POP_TIME",
    "DUP_INFO",
    "EXTEND_UNIQ_INFO",
    "INNER_MULTI_QUEUE_OFFSET",
    "__BORNHOST",
    "BORN_TIMESTAMP",
};
// Begins of names, likewise.
constexpr std::array<std::string_view, 4> kReservedBegins = {"ARRIVE_TIME", "PUSH_REPLY_TIME",
                                                             "DLQ_ORIGIN_", "__RMQ.TRANSIENT."};

bool IsReserved(std::string_view name) {
  return std::ranges::find(kReserved, name) != kReserved.end() ||
         std::ranges::any_of(kReservedBegins,
                             [name](std::string_view begin) { return name.starts_with(begin); });
}

bool HasSeparator(std::string_view text) {
  return text.find_first_of("\x01\x02") != std::string_view::npos;
}

Result<std::string> Inflate(ByteView in) {
  std::string out;
  out.resize(std::max<size_t>(in.size() * 4, 4096));
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return SdkFail(ErrorCode::kIo, "zlib: no memory");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
  stream.avail_in = static_cast<uInt>(in.size());
  size_t written = 0;
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + written);
    stream.avail_out = static_cast<uInt>(out.size() - written);
    const int status = inflate(&stream, Z_NO_FLUSH);
    written = out.size() - stream.avail_out;
    if (status == Z_STREAM_END) break;
    if (status != Z_OK || (stream.avail_in == 0 && stream.avail_out != 0))
      return SdkFail(ErrorCode::kIo, "a message's zlib body is damaged or cut");
    if (out.size() >= kInflatedBytesMax)
      return SdkFail(ErrorCode::kIo, "a message's body inflates past 256 MiB");
    out.resize(out.size() * 2);
  }
  if (written < out.size()) out.resize(written);
  return out;
}

Result<std::string> Lz4(ByteView in) {
  LZ4F_dctx* context = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)) != 0)
    return SdkFail(ErrorCode::kIo, "lz4: no memory");
  const std::unique_ptr<LZ4F_dctx, size_t (*)(LZ4F_dctx*)> guard(context,
                                                                 LZ4F_freeDecompressionContext);
  std::string out;
  std::array<char, 64 << 10> chunk;
  while (!in.empty()) {
    size_t produced = chunk.size();
    size_t consumed = in.size();
    const size_t status =
        LZ4F_decompress(context, chunk.data(), &produced, in.data(), &consumed, nullptr);
    if (LZ4F_isError(status) != 0)
      return SdkFail(ErrorCode::kIo, "a message's lz4 body is damaged");
    out.append(chunk.data(), produced);
    in = in.subspan(consumed);
    if (status == 0 && produced == 0 && consumed == 0) break;
    if (out.size() > kInflatedBytesMax)
      return SdkFail(ErrorCode::kIo, "a message's body inflates past 256 MiB");
  }
  return out;
}

Result<std::string> Zstd(ByteView in) {
  const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                   ZSTD_freeDCtx);
  std::string out;
  std::array<char, 64 << 10> chunk;
  ZSTD_inBuffer input{in.data(), in.size(), 0};
  size_t status = 1;
  while (input.pos < input.size || status != 0) {
    ZSTD_outBuffer output{chunk.data(), chunk.size(), 0};
    status = ZSTD_decompressStream(context.get(), &output, &input);
    if (ZSTD_isError(status) != 0)
      return SdkFail(ErrorCode::kIo, "a message's zstd body is damaged");
    out.append(chunk.data(), output.pos);
    if (out.size() > kInflatedBytesMax)
      return SdkFail(ErrorCode::kIo, "a message's body inflates past 256 MiB");
    if (input.pos == input.size && output.pos < chunk.size()) break;
  }
  if (status != 0) return SdkFail(ErrorCode::kIo, "a message's zstd body is cut");
  return out;
}

std::vector<std::string> SplitKeys(std::string_view text) {
  std::vector<std::string> keys;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    if (end > 0) keys.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return keys;
}

using PropertyMap = std::map<std::string, std::string>;

// The entry of that name, which is made when there is none. Looks behind `near` first, and goes round
// at the end: names come in the same order again and again, be it another one than the map's.
PropertyMap::iterator FindFrom(PropertyMap& map, PropertyMap::iterator near,
                               std::string_view name) {
  constexpr int kLooks = 8;
  for (int looks = 0; looks < kLooks && !map.empty(); ++looks) {
    if (near == map.end()) near = map.begin();
    if (near->first == name) return near;
    ++near;
  }
  return map.try_emplace(std::string(name)).first;
}

constexpr size_t kOffsetMessageIdMax = 56;

}  // namespace

Status CheckMessage(const Message& message, size_t body_bytes_max) {
  if (auto valid = model::ValidateTopicName(message.topic); !valid)
    return std::unexpected(ToSdkError(valid.error()));
  if (model::IsSendForbidden(message.topic))
    return SdkFail(ErrorCode::kInvalidArgument,
                   fmt::format("topic {} is the broker's own; send to another one", message.topic));
  if (message.body.empty())
    return SdkFail(ErrorCode::kInvalidArgument, "the message has no body; give it at least a byte");
  if (message.body.size() > body_bytes_max)
    return SdkFail(ErrorCode::kInvalidArgument,
                   fmt::format("the body has {} bytes; the limit is {} (message_bytes_max)",
                               message.body.size(), body_bytes_max));
  for (const std::string& key : message.keys) {
    if (key.empty() || key.find(' ') != std::string::npos || HasSeparator(key))
      return SdkFail(ErrorCode::kInvalidArgument,
                     fmt::format("key '{}' is empty or has a space or a control byte", key));
  }
  if (HasSeparator(message.tags) || message.tags.find('|') != std::string::npos)
    return SdkFail(ErrorCode::kInvalidArgument,
                   fmt::format("tag '{}' has a control byte or '|'", message.tags));
  for (const auto& [name, value] : message.properties) {
    if (name.empty() || value.empty() || HasSeparator(name) || HasSeparator(value))
      return SdkFail(ErrorCode::kInvalidArgument,
                     fmt::format("property '{}' is empty or has a control byte 1 or 2", name));
    if (IsReserved(name))
      return SdkFail(ErrorCode::kInvalidArgument,
                     fmt::format("property name {} is reserved; choose another", name));
  }
  const size_t size = PropertiesText(message, std::string(32, '0')).size();
  if (size > model::kPropertiesBytesMax)
    return SdkFail(ErrorCode::kInvalidArgument,
                   fmt::format("the properties have {} bytes; the limit is {}", size,
                               model::kPropertiesBytesMax));
  return {};
}

std::string PropertiesText(const Message& message, std::string_view uniq_key,
                           const SystemProperties& system) {
  std::string text;
  const auto add = [&text](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    text.append(name).push_back(model::kNameValueSeparator);
    text.append(value).push_back(model::kPropertySeparator);
  };
  add(model::property::kUniqKey, uniq_key);
  add(model::property::kWaitStoreOk, message.wait_store_ok ? "true" : "false");
  add(model::property::kTags, message.tags);
  add(model::property::kKeys, fmt::format("{}", fmt::join(message.keys, " ")));
  if (message.delay_level > 0)
    add(model::property::kDelayLevel, std::to_string(message.delay_level));
  for (const auto& [name, value] : system) add(name, value);
  for (const auto& [name, value] : message.properties) add(name, value);
  return text;
}

std::string CompressBody(std::string_view body, bool& compressed) {
  uLongf size = compressBound(body.size());
  std::string out(size, '\0');
  compressed = compress2(reinterpret_cast<Bytef*>(out.data()), &size,
                         reinterpret_cast<const Bytef*>(body.data()), body.size(), 5) == Z_OK &&
               size < body.size();
  if (!compressed) return std::string(body);
  out.resize(size);
  return out;
}

Result<std::string> DecompressBody(ByteView body, int32_t sys_flag) {
  if ((sys_flag & model::kSysCompressed) == 0) return std::string(AsText(body));
  switch (sys_flag & model::kSysCompressionMask) {
    case 0x100:
      return Lz4(body);
    case 0x200:
      return Zstd(body);
    case 0:
    case 0x300:
      return Inflate(body);
    default:
      return SdkFail(ErrorCode::kIo, fmt::format("a message's compression type {:#x} is unknown",
                                                 sys_flag & model::kSysCompressionMask));
  }
}

void ReadProperties(std::string_view text, MessageView& view) {
  view.tags.clear();
  view.keys.clear();
  // Messages that follow one another mostly have the same names: their entries are used again. An
  // entry that is read has a value, so that those without one are of the message before alone.
  for (auto& [name, value] : view.properties) value.clear();
  auto at = view.properties.begin();
  model::PropertyView entry;
  while (!text.empty()) {
    if (!model::TakeProperty(text, entry)) continue;
    if (entry.name == model::property::kTags) view.tags = entry.value;
    if (entry.name == model::property::kKeys) view.keys = SplitKeys(entry.value);
    if (entry.name == model::property::kUniqKey) view.message_id = entry.value;
    at = FindFrom(view.properties, at, entry.name);
    at->second = entry.value;
  }
  std::erase_if(view.properties, [](const auto& property) { return property.second.empty(); });
}

void FillView(const model::Record& record, std::string_view body, std::string_view broker_name,
              HostTexts& hosts, MessageView& view) {
  view.queue.topic = record.topic;
  view.queue.broker_name = broker_name;
  view.queue.queue_id = record.queue_id;
  view.queue_offset = record.queue_offset.value();
  view.log_offset = record.log_offset.value();
  view.body = body;
  view.flag = record.flag;
  view.born_timestamp_ms = record.born_timestamp;
  view.store_timestamp_ms = record.store_timestamp;
  view.born_host = hosts.born.Of(record.born_host);
  view.store_host = hosts.store.Of(record.store_host);
  view.reconsume_times = record.reconsume_times;
  view.offset_message_id.resize(kOffsetMessageIdMax);
  view.offset_message_id.resize(model::OffsetMessageId{record.store_host, record.log_offset}.Format(
      view.offset_message_id.data()));
  view.message_id.clear();
  ReadProperties(record.properties, view);
  if (view.message_id.empty()) view.message_id = view.offset_message_id;
}

Result<MessageView> ViewRecord(ByteView bytes, std::string_view broker_name) {
  const auto record = model::DecodeRecord(bytes, /*check_crc=*/true);
  if (!record) return std::unexpected(ToSdkError(record.error()));
  auto body = DecompressBody(record->body, record->sys_flag);
  if (!body) return std::unexpected(body.error());
  MessageView view;
  HostTexts hosts;
  FillView(*record, *body, broker_name, hosts, view);
  return view;
}

std::string BatchBody(std::span<const Message> messages, std::span<const std::string> uniq_keys) {
  std::string out;
  for (size_t i = 0; i < messages.size(); ++i) {
    const std::string properties = PropertiesText(messages[i], uniq_keys[i]);
    // Sizes have been checked by CheckMessage().
    (void)model::AppendToBatch(
        {.flag = messages[i].flag, .body = AsBytes(messages[i].body), .properties = properties},
        out);
  }
  return out;
}

}  // namespace pintle::client
