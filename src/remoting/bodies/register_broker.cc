#include "remoting/bodies/register_broker.h"

#include <zlib.h>

#include "base/check.h"
#include "remoting/bodies/json_parts.h"
#include "remoting/fields.h"

namespace pintle::remoting {

namespace {

void AppendBig32(std::string& out, size_t value) {
  std::byte bytes[4];
  StoreBig(bytes, static_cast<uint32_t>(value));
  out += AsText(bytes);
}

void AppendText(std::string& out, std::string_view text) {
  AppendBig32(out, text.size());
  out += text;
}

std::string Deflate(std::string_view text) {
  uLongf size = compressBound(text.size());
  std::string out(size, '\0');
  const int result =
      compress2(reinterpret_cast<Bytef*>(out.data()), &size,
                reinterpret_cast<const Bytef*>(text.data()), text.size(), Z_BEST_COMPRESSION);
  PINTLE_CHECK(result == Z_OK, "zlib: {}", result);
  out.resize(size);
  return out;
}

Result<std::string> Inflate(ByteView in) {
  z_stream stream{};
  PINTLE_CHECK(inflateInit(&stream) == Z_OK, "zlib");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
  stream.avail_in = static_cast<uInt>(in.size());
  std::string out;
  std::vector<Bytef> piece(size_t{64} << 10);
  int result = Z_OK;
  while (result == Z_OK && out.size() < kRegisterBrokerBytesMax) {
    stream.next_out = piece.data();
    stream.avail_out = static_cast<uInt>(piece.size());
    result = inflate(&stream, Z_NO_FLUSH);
    out.append(reinterpret_cast<const char*>(piece.data()), piece.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (result == Z_STREAM_END) return out;
  if (result == Z_OK)
    return Fail(ErrorCode::kInvalidArgument, "registration: over {} bytes when unpacked",
                kRegisterBrokerBytesMax);
  return Malformed("registration: zlib gave {} after {} bytes", result, out.size());
}

std::string_view Word(std::string_view& text) {
  const size_t space = text.find(' ');
  const std::string_view word = text.substr(0, space);
  text.remove_prefix(space == text.npos ? text.size() : space + 1);
  return word;
}

std::string TopicLine(const model::TopicConfig& topic) {
  JsonWriter attributes;
  WriteStringMap(attributes, topic.attributes);
  return fmt::format("{} {} {} {} {} {}", topic.name, topic.read_queues, topic.write_queues,
                     topic.perm, EnumName(topic.filter_type), attributes.Take());
}

Result<model::TopicConfig> ReadTopicLine(std::string_view line) {
  std::string_view rest = line;
  model::TopicConfig topic;
  topic.name = Word(rest);
  if (topic.name.empty() || !ParseFieldText(Word(rest), topic.read_queues) ||
      !ParseFieldText(Word(rest), topic.write_queues) || !ParseFieldText(Word(rest), topic.perm) ||
      !ParseFieldText(Word(rest), topic.filter_type))
    return Malformed("registration: \"{}\" is no topic", line.substr(0, 300));
  if (!rest.empty()) {
    PINTLE_ASSIGN(const JsonDocument attributes, JsonDocument::Parse(rest));
    topic.attributes = ReadStringMap(attributes.root().members());
  }
  return topic;
}

std::string EncodeCompressed(const RegisterBrokerBody& body, int32_t broker_version) {
  std::string out;
  AppendText(out, EncodeDataVersion(body.topics.version));
  AppendBig32(out, body.topics.topics.size());
  for (const auto& [name, topic] : body.topics.topics) AppendText(out, TopicLine(topic));
  JsonWriter servers;
  WriteStrings(servers, body.filter_servers);
  AppendText(out, servers.Take());
  if (broker_version >= kQueueMappingVersion) {
    AppendBig32(out, body.queue_mappings.size());
    for (const auto& [topic, mapping] : body.queue_mappings) AppendText(out, mapping);
  }
  return Deflate(out);
}

std::string EncodePlain(const RegisterBrokerBody& body) {
  JsonWriter out;
  out.BeginObject();
  out.Key("filterServerList");
  WriteStrings(out, body.filter_servers);
  out.Key("topicConfigSerializeWrapper");
  out.BeginObject();
  WriteTopicTableMembers(out, body.topics);
  if (!body.queue_mappings.empty()) {
    out.Key("topicQueueMappingInfoMap");
    out.BeginObject();
    for (const auto& [topic, mapping] : body.queue_mappings) {
      out.Key(topic);
      out.Raw(mapping);
    }
    out.EndObject();
  }
  out.EndObject();
  out.EndObject();
  return out.Take();
}

Result<RegisterBrokerBody> DecodePlain(ByteView bytes) {
  PINTLE_ASSIGN(const JsonDocument document, ParseBody("registration", bytes));
  RegisterBrokerBody body;
  body.filter_servers = ReadStrings(document.root().Items("filterServerList"));
  if (const JsonValue* table = document.root().Find("topicConfigSerializeWrapper")) {
    body.topics = ReadTopicTable(*table);
    for (const JsonMember& member : table->Members("topicQueueMappingInfoMap"))
      body.queue_mappings[std::string(member.key.text())] = JsonText(member.value);
  }
  return body;
}

Result<RegisterBrokerBody> DecodeUnpacked(ByteView bytes, int32_t broker_version) {
  ByteReader in(bytes);
  RegisterBrokerBody body;
  const auto text = [&in] { return in.TakeText(in.Big<uint32_t>()); };

  PINTLE_ASSIGN(body.topics.version, DecodeDataVersion(AsBytes(text())));
  for (auto count = in.Big<uint32_t>(); count > 0 && in.ok(); --count) {
    const std::string_view line = text();
    if (!in.ok()) break;
    PINTLE_ASSIGN(model::TopicConfig topic, ReadTopicLine(line));
    std::string name = topic.name;
    body.topics.topics.insert_or_assign(std::move(name), std::move(topic));
  }
  PINTLE_ASSIGN(const JsonDocument servers, JsonDocument::Parse(text()));
  body.filter_servers = ReadStrings(servers.root().items());
  // Brokers that write no mappings end here whatever their version says.
  if (broker_version >= kQueueMappingVersion && in.remaining() > 0) {
    for (auto count = in.Big<uint32_t>(); count > 0 && in.ok(); --count) {
      const std::string_view mapping = text();
      PINTLE_ASSIGN(const JsonDocument document, JsonDocument::Parse(mapping));
      if (in.ok()) body.queue_mappings[document.root().String("topic")] = mapping;
    }
  }
  if (!in.ok()) return Malformed("registration: ends within a text, at {} bytes", bytes.size());
  return body;
}

}  // namespace

std::string EncodeRegisterBroker(const RegisterBrokerBody& body, bool compressed,
                                 int32_t broker_version) {
  return compressed ? EncodeCompressed(body, broker_version) : EncodePlain(body);
}

Result<RegisterBrokerBody> DecodeRegisterBroker(ByteView body, bool compressed,
                                                int32_t broker_version) {
  if (!compressed) return DecodePlain(body);
  PINTLE_ASSIGN(const std::string unpacked, Inflate(body));
  return DecodeUnpacked(AsBytes(unpacked), broker_version);
}

}  // namespace pintle::remoting
