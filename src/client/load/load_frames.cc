#include "client/load/load_frames.h"

#include <fmt/format.h>

#include <charconv>

#include "base/check.h"
#include "base/random.h"
#include "client/message_text.h"
#include "model/batch.h"
#include "model/properties.h"
#include "model/record.h"
#include "model/topic.h"
#include "remoting/codes.h"
#include "remoting/command.h"
#include "remoting/fields.h"
#include "remoting/protocol/pull_message.h"
#include "remoting/protocol/send_message.h"

namespace pintle::client {

namespace {

// Texts that stand nowhere else in a frame, to find the places that are patched.
constexpr std::string_view kUniqPlaceholder = "PINTLE0123456789FFFFFFFFFFFFFFFF";
constexpr size_t kUniqDigits = 16;
constexpr int64_t kBornPlaceholder = 1'111'111'111'111;
constexpr std::string_view kBornText = "1111111111111";
constexpr std::string_view kOffsetText = "0000000000000000000";
constexpr size_t kBinaryOpaqueAt = 8 + 2 + 1 + 2;

remoting::CommandHead RequestHead(int32_t code, HeaderEncoding encoding) {
  remoting::CommandHead head;
  head.code = code;
  head.language = remoting::Language::kCpp;
  head.version = remoting::kOurVersion;
  head.opaque = kFirstOpaque;
  head.encoding = encoding == HeaderEncoding::kBinary ? remoting::HeaderEncoding::kBinary
                                                      : remoting::HeaderEncoding::kJson;
  return head;
}

std::string Encode(const remoting::CommandHead& head, const remoting::FieldList& list,
                   std::string_view body) {
  std::vector<remoting::Field> fields;
  for (const auto& [name, value] : list) fields.push_back({name, value});
  return remoting::EncodeCommand(head, {}, fields, AsBytes(body));
}

size_t OpaqueAt(const std::string& frame, bool binary) {
  if (binary) return kBinaryOpaqueAt;
  const size_t at = frame.find("\"opaque\":1000000000");
  PINTLE_CHECK(at != std::string::npos, "a JSON header without its opaque");
  return at + std::string_view("\"opaque\":").size();
}

// `digits` decimal digits with leading zeros.
void WriteDigits(std::byte* out, uint64_t value, size_t digits) {
  for (size_t i = digits; i-- > 0; value /= 10) out[i] = std::byte('0' + value % 10);
}

void WriteHex(std::byte* out, uint64_t value, size_t digits) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (size_t i = digits; i-- > 0; value >>= 4) out[i] = std::byte(kHex[value & 0xf]);
}

void WriteOpaque(std::byte* out, int32_t slot, bool binary) {
  if (binary) {
    StoreBig<int32_t>(out, kFirstOpaque + slot);
  } else {
    WriteDigits(out, static_cast<uint64_t>(kFirstOpaque) + static_cast<uint64_t>(slot), 10);
  }
}

std::string MakeBody(const LoadOptions& options) {
  std::string body(options.body_bytes, 'p');
  Random random(7);
  for (size_t i = 0; i < body.size(); ++i) {
    body[i] = options.random_body ? static_cast<char>(random.Next())
                                  : static_cast<char>('a' + (i * 7 + i / 64) % 26);
  }
  return body;
}

std::string MakeProperties(const LoadOptions& options) {
  std::string text;
  const auto add = [&text](std::string_view name, std::string_view value) {
    text.append(name).push_back(model::kNameValueSeparator);
    text.append(value).push_back(model::kPropertySeparator);
  };
  add(model::property::kUniqKey, kUniqPlaceholder);
  add(model::property::kWaitStoreOk, "true");
  if (options.keys > 0) {
    std::string keys;
    for (int32_t i = 0; i < options.keys; ++i) keys += fmt::format("{}key-{}", i ? " " : "", i);
    add(model::property::kKeys, keys);
  }
  for (int32_t i = 0; i < options.properties; ++i)
    add(fmt::format("property-{}", i), "value-0123456789");
  return text;
}

std::optional<int64_t> NumberAfter(std::string_view text, std::string_view key) {
  const size_t at = text.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  const char* begin = text.data() + at + key.size();
  int64_t value = 0;
  if (std::from_chars(begin, text.data() + text.size(), value).ec != std::errc())
    return std::nullopt;
  return value;
}

// nextBeginOffset in a binary header's fields: int16 length, name, int32 length, value.
std::optional<int64_t> BinaryNextOffset(ByteView header) {
  constexpr std::string_view kName = "nextBeginOffset";
  const std::string_view text = AsText(header);
  const size_t at = text.find(kName);
  if (at == std::string_view::npos || at + kName.size() + 4 > text.size()) return std::nullopt;
  const auto length = LoadBig<uint32_t>(header.data() + at + kName.size());
  const char* begin = text.data() + at + kName.size() + 4;
  if (length > static_cast<size_t>(text.data() + text.size() - begin)) return std::nullopt;
  int64_t value = 0;
  if (std::from_chars(begin, begin + length, value).ec != std::errc()) return std::nullopt;
  return value;
}

}  // namespace

SendTemplate::SendTemplate(const LoadOptions& options, const LoadTarget& target)
    : binary_(options.encoding == HeaderEncoding::kBinary) {
  std::string body = MakeBody(options);
  bool compressed = false;
  if (options.compress) body = CompressBody(body, compressed);
  const size_t message_bytes = body.size();
  std::string properties = MakeProperties(options);
  if (options.batch > 1) {
    std::string batch;
    for (int32_t i = 0; i < options.batch; ++i) {
      const auto added =
          model::AppendToBatch({.flag = 0, .body = AsBytes(body), .properties = properties}, batch);
      PINTLE_CHECK(added.has_value(), "the generator's properties are too long");
    }
    body = std::move(batch);
    properties = "WAIT\x01true\x02";
  }
  remoting::SendMessageRequest fields;
  fields.producer_group = options.group;
  fields.topic = target.topic;
  fields.default_topic = model::kAutoCreateTopic;
  fields.default_topic_queues = 4;
  fields.queue_id = target.queue_id;
  fields.sys_flag = compressed ? model::kSysCompressed : 0;
  fields.born_timestamp = kBornPlaceholder;
  fields.properties = properties;
  fields.batch = options.batch > 1;
  const int32_t code = options.batch > 1 ? remoting::request_code::kSendBatchMessage
                                         : remoting::request_code::kSendMessageV2;
  frame_ = Encode(RequestHead(code, options.encoding), remoting::ToFieldList(fields), body);
  opaque_at_ = OpaqueAt(frame_, binary_);
  born_at_ = frame_.find(kBornText);
  PINTLE_CHECK(born_at_ != std::string::npos, "a send request without its time");
  for (size_t at = frame_.find(kUniqPlaceholder); at != std::string::npos;
       at = frame_.find(kUniqPlaceholder, at + 1)) {
    uniq_at_.push_back(at + kUniqPlaceholder.size() - kUniqDigits);
  }
  if (compressed || message_bytes < 8) return;
  const size_t body_at = frame_.size() - body.size();
  const size_t stride = body.size() / static_cast<size_t>(options.batch);
  const size_t inside = options.batch > 1 ? 20 : 0;  // before the body in a batch's message
  for (int32_t i = 0; i < options.batch; ++i)
    stamp_at_.push_back(body_at + static_cast<size_t>(i) * stride + inside);
}

void SendTemplate::Write(std::byte* out, int32_t slot, uint64_t serial, int64_t born_ms,
                         int64_t sent_ns) const {
  std::memcpy(out, frame_.data(), frame_.size());
  WriteOpaque(out + opaque_at_, slot, binary_);
  WriteDigits(out + born_at_, static_cast<uint64_t>(born_ms), kBornText.size());
  for (const size_t at : uniq_at_) WriteHex(out + at, serial++, kUniqDigits);
  for (const size_t at : stamp_at_) StoreBig<int64_t>(out + at, sent_ns);
}

PullTemplate::PullTemplate(const LoadOptions& options, const LoadTarget& target)
    : binary_(options.encoding == HeaderEncoding::kBinary) {
  remoting::PullMessageRequest fields;
  fields.consumer_group = options.group;
  fields.topic = target.topic;
  fields.queue_id = target.queue_id;
  fields.max_messages = options.pull_batch;
  fields.sys_flag = (options.hold ? 0x2 : 0) | 0x4;
  fields.suspend_timeout_ms = 15'000;
  fields.subscription = options.sql.empty() ? "*" : options.sql;
  fields.expression_type = options.sql.empty() ? "TAG" : "SQL92";
  remoting::FieldList list = remoting::ToFieldList(fields);
  for (auto& [name, value] : list) {
    if (name == "queueOffset") value = kOffsetText;
  }
  frame_ = Encode(RequestHead(remoting::request_code::kPullMessage, options.encoding), list, {});
  opaque_at_ = OpaqueAt(frame_, binary_);
  offset_at_ = frame_.find(kOffsetText);
  PINTLE_CHECK(offset_at_ != std::string::npos, "a pull request without its offset");
}

void PullTemplate::Write(std::byte* out, int32_t slot, int64_t offset) const {
  std::memcpy(out, frame_.data(), frame_.size());
  WriteOpaque(out + opaque_at_, slot, binary_);
  WriteDigits(out + offset_at_, static_cast<uint64_t>(offset), kOffsetText.size());
}

std::optional<ScannedAnswer> ScanAnswer(ByteView frame, bool with_offset) {
  const auto head = remoting::DecodeFrameHead(frame.first<remoting::kFrameHeadSize>());
  if (!head) return std::nullopt;
  ScannedAnswer answer;
  const ByteView header = frame.subspan(remoting::kFrameHeadSize, head->header_bytes);
  answer.body = frame.subspan(remoting::kFrameHeadSize + head->header_bytes);
  int32_t opaque = 0;
  int32_t flag = 0;
  if (head->encoding == remoting::HeaderEncoding::kBinary) {
    ByteReader reader(header);
    answer.code = reader.Big<int16_t>();
    reader.Take(1 + 2);
    opaque = reader.Big<int32_t>();
    flag = reader.Big<int32_t>();
    if (!reader.ok()) return std::nullopt;
    if (with_offset) answer.next_offset = BinaryNextOffset(header);
  } else {
    const std::string_view text = AsText(header);
    const auto code = NumberAfter(text, "\"code\":");
    const auto at = NumberAfter(text, "\"opaque\":");
    const auto flags = NumberAfter(text, "\"flag\":");
    if (!code || !at || !flags) return std::nullopt;
    answer.code = static_cast<int32_t>(*code);
    opaque = static_cast<int32_t>(*at);
    flag = static_cast<int32_t>(*flags);
    if (with_offset) answer.next_offset = NumberAfter(text, "\"nextBeginOffset\":\"");
  }
  if ((flag & remoting::kFlagResponse) == 0) return std::nullopt;
  answer.slot = opaque - kFirstOpaque;
  return answer;
}

int64_t ReadStamp(ByteView record) {
  const auto sys_flag = LoadBig<int32_t>(record.data() + model::kRecordSysFlagAt);
  size_t at = 48 + ((sys_flag & model::kSysBornHostV6) != 0 ? 20u : 8u);    // store time
  at += 8 + ((sys_flag & model::kSysStoreHostV6) != 0 ? 20u : 8u) + 4 + 8;  // body length
  if (record.size() < at + 12) return 0;
  const auto body_bytes = LoadBig<int32_t>(record.data() + at);
  return body_bytes < 8 ? 0 : LoadBig<int64_t>(record.data() + at + 4);
}

}  // namespace pintle::client
