#include "remoting/command.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <map>

#include "remoting/binary_header.h"
#include "remoting/codes.h"

namespace pintle::remoting {
namespace {

std::string Frame(std::string_view header, HeaderEncoding encoding, std::string_view body = {}) {
  std::array<std::byte, kFrameHeadSize> head{};
  StoreBig(head.data(), static_cast<uint32_t>(4 + header.size() + body.size()));
  StoreBig(head.data() + 4, static_cast<uint32_t>(header.size()) | static_cast<uint32_t>(encoding)
                                                                       << 24);
  return std::string(AsText(head)) + std::string(header) + std::string(body);
}

class CommandTest : public testing::Test {
 protected:
  Status Decode(const std::string& frame) {
    frame_ = frame;
    return DecodeCommand(AsBytes(frame_), arena_, command_);
  }
  Status DecodeJson(std::string_view header) {
    return Decode(Frame(header, HeaderEncoding::kJson));
  }
  std::string_view Value(std::string_view name) {
    const Field* field = command_.Find(name);
    return field == nullptr ? "(absent)" : field->value;
  }

  std::string frame_;
  ScratchArena arena_;
  Command command_;
};

Result<FrameHead> Head(uint32_t total, uint32_t packed) {
  std::array<std::byte, kFrameHeadSize> bytes{};
  StoreBig(bytes.data(), total);
  StoreBig(bytes.data() + 4, packed);
  return DecodeFrameHead(bytes);
}

TEST(FrameTest, RefusesLengthsThatCannotBe) {
  EXPECT_FALSE(Head(0, 0));
  EXPECT_FALSE(Head(3, 0));
  EXPECT_TRUE(Head(4, 0));
  EXPECT_TRUE(Head(kFrameLengthMax, 0));
  EXPECT_FALSE(Head(kFrameLengthMax + 1, 0));
  EXPECT_FALSE(Head(0xffffffff, 0));
  EXPECT_EQ(Head(0xffffffff, 0).error().message, "frame: length -1 is outside 4..16777212");
}

TEST(FrameTest, RefusesHeaderLongerThanFrame) {
  EXPECT_TRUE(Head(5, 1));
  const auto head = Head(5, 2);
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().code, ErrorCode::kMalformed);
}

TEST(FrameTest, RefusesUnknownEncoding) {
  EXPECT_EQ(Head(4, 1u << 24)->encoding, HeaderEncoding::kBinary);
  EXPECT_FALSE(Head(4, 2u << 24));
}

TEST_F(CommandTest, RefusesPartsOfFrames) {
  const std::string whole = Frame(R"({"code":1})", HeaderEncoding::kJson, "body");
  EXPECT_TRUE(Decode(whole));
  for (size_t n = 0; n < whole.size(); ++n) EXPECT_FALSE(Decode(whole.substr(0, n))) << n;
  EXPECT_FALSE(Decode(whole + "x"));
}

TEST_F(CommandTest, ReadsWhatAJavaClientSends) {
  ASSERT_TRUE(Decode(
      Frame(R"({"code":310,"extFields":{"a":"group","b":"topic","i":"KEYS\u0001k\u0002"},"flag":0,)"
            R"("language":"JAVA","opaque":7,"serializeTypeCurrentRPC":"JSON","version":399})",
            HeaderEncoding::kJson, "hello")));
  EXPECT_EQ(command_.head.code, 310);
  EXPECT_EQ(command_.head.language, Language::kJava);
  EXPECT_EQ(command_.head.version, 399);
  EXPECT_EQ(command_.head.opaque, 7);
  EXPECT_FALSE(command_.head.is_response());
  EXPECT_EQ(Value("b"), "topic");
  EXPECT_EQ(Value("i"), "KEYS\x01k\x02");
  EXPECT_EQ(AsText(command_.body), "hello");
}

// C++ clients send bare numbers in extFields, Go clients another order, all know other languages.
TEST_F(CommandTest, IsAsLenientAsFastjson) {
  ASSERT_TRUE(DecodeJson(
      R"( { 'version' : "317" , code: 11, "extFields":{'queueId':3,"order":true,"none":null,)"
      R"("deep":{"a":[1,{"b":"}"}]},"e":"",},"unknown":[{"x":[1,2]}],"flag":null,)"
      R"("language":"COBOL","opaque":-5,"remark":null,} )"));
  EXPECT_EQ(command_.head.code, 11);
  EXPECT_EQ(command_.head.version, 317);
  EXPECT_EQ(command_.head.opaque, -5);
  EXPECT_EQ(command_.head.language, Language::kOther);
  EXPECT_EQ(Value("queueId"), "3");
  EXPECT_EQ(Value("order"), "true");
  EXPECT_EQ(Value("none"), "(absent)");
  EXPECT_EQ(Value("deep"), "(absent)");
  EXPECT_EQ(Value("e"), "");
  EXPECT_EQ(command_.remark, "");
}

TEST_F(CommandTest, TakesLanguagesAsNamesAndNumbers) {
  ASSERT_TRUE(DecodeJson(R"({"language":"GO"})"));
  EXPECT_EQ(command_.head.language, Language::kGo);
  ASSERT_TRUE(DecodeJson(R"({"language":1})"));
  EXPECT_EQ(command_.head.language, Language::kCpp);
  ASSERT_TRUE(DecodeJson(R"({"language":99})"));
  EXPECT_EQ(command_.head.language, Language::kOther);
}

TEST_F(CommandTest, UndoesEscapes) {
  ASSERT_TRUE(DecodeJson(
      R"({"remark":"\"\\\/\b\f\n\r\t\u00e9\u4e2d\ud83d\ude00\ud800x\x41\0 and a text long enough to go by blocks \u0001 twice \u0002 over"})"));
  using std::string_literals::operator""s;
  EXPECT_EQ(
      command_.remark,
      "\"\\/\b\f\n\r\té中😀?xA\0 and a text long enough to go by blocks \x01 twice \x02 over"s);
}

TEST_F(CommandTest, RefusesBrokenJson) {
  for (const char* header :
       {"", "{", "}", "[]", "{\"code\"}", "{\"code\":}", "{\"code\":1", "{\"code\":\"x\"}",
        "{\"code\":99999999999}", "{\"remark\":\"abc}", "{\"remark\":\"\\u12\"}",
        "{\"remark\":\"\\q\"}", "{\"code\":1}x", "{\"extFields\":[]}", "{\"extFields\":{\"a\":}}",
        "{\"extFields\":{\"a\":\"b\"}", "{\"x\":[}", "{:1}", "{/*\"code\":1}"}) {
    EXPECT_FALSE(DecodeJson(header)) << header;
  }
}

TEST_F(CommandTest, RefusesNestingWithoutEnd) {
  EXPECT_TRUE(DecodeJson("{\"x\":" + std::string(20, '[') + std::string(20, ']') + "}"));
  EXPECT_FALSE(DecodeJson("{\"x\":" + std::string(10'000, '[') + std::string(10'000, ']') + "}"));
}

TEST_F(CommandTest, LastOfEqualNamesCounts) {
  ASSERT_TRUE(DecodeJson(R"({"extFields":{"a":"1","b":"2","a":"3"}})"));
  EXPECT_EQ(Value("a"), "3");
}

TEST_F(CommandTest, WritesKeysInJavasOrder) {
  CommandHead head;
  head.code = 0;
  head.opaque = 12;
  head.flag = kFlagResponse;
  head.version = 513;
  const Field fields[] = {{"queueId", "3"}, {"text", "a\"b\x01"}};
  EXPECT_EQ(EncodeCommand(head, "why", fields, AsBytes("body")).substr(kFrameHeadSize),
            R"({"code":0,"extFields":{"queueId":"3","text":"a\"b\u0001"},"flag":1,)"
            R"("language":"JAVA","opaque":12,"remark":"why","serializeTypeCurrentRPC":"JSON",)"
            R"("version":513}body)");
  EXPECT_EQ(EncodeCommand(head, "", {}, {}).substr(kFrameHeadSize),
            R"({"code":0,"flag":1,"language":"JAVA","opaque":12,)"
            R"("serializeTypeCurrentRPC":"JSON","version":513})");
}

TEST_F(CommandTest, WritesBinaryHeaderAsDrawn) {
  CommandHead head;
  head.code = 0x0102;
  head.language = Language::kGo;
  head.version = 0x0304;
  head.opaque = 0x05060708;
  head.flag = 2;
  head.encoding = HeaderEncoding::kBinary;
  const Field fields[] = {{"k", "vv"}};
  EXPECT_EQ(EncodeCommand(head, "r", fields, AsBytes("B")),
            std::string("\0\0\0\x24\x01\0\0\x1f"
                        "\x01\x02\x09\x03\x04\x05\x06\x07\x08\0\0\0\x02"
                        "\0\0\0\x01r"
                        "\0\0\0\x09\0\x01k\0\0\0\x02vv"
                        "B",
                        40));
}

TEST_F(CommandTest, RefusesBinaryHeadersWhoseLengthsDisagree) {
  CommandHead head;
  head.encoding = HeaderEncoding::kBinary;
  const Field fields[] = {{"name", "value"}};
  const std::string good = EncodeCommand(head, "remark", fields, {});
  ASSERT_TRUE(Decode(good));
  EXPECT_EQ(Value("name"), "value");
  // Each of the length bytes, and what is cut off the end.
  for (const size_t at : {21u, 24u, 31u, 34u, 35u, 36u, 41u, 44u}) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] + 1);
    EXPECT_FALSE(Decode(bad)) << at;
  }
  const std::string header = good.substr(kFrameHeadSize);
  for (size_t n = 0; n < header.size(); ++n)
    EXPECT_FALSE(Decode(Frame(header.substr(0, n), HeaderEncoding::kBinary))) << n;
}

// 200050 has no room in 16 bits; what is left of it is nobody else's.
TEST_F(CommandTest, RecognisesPopCodesInBinary) {
  for (const int32_t code : {request_code::kPopMessage, request_code::kAckMessage,
                             request_code::kBatchAckMessage, request_code::kPopRollback}) {
    CommandHead head;
    head.code = code;
    head.encoding = HeaderEncoding::kBinary;
    ASSERT_TRUE(Decode(EncodeCommand(head, {}, {}, {})));
    EXPECT_EQ(command_.head.code, code);
    EXPECT_EQ(RequestCodeName(code - kCutFromPopCodes), "UNKNOWN");
  }
}

// ---- properties

struct Parts {
  CommandHead head;
  std::string remark;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
};

Parts AnyParts(HeaderEncoding encoding) {
  Parts parts;
  parts.head.code = *rc::gen::inRange(-32768, 32768);
  if (encoding == HeaderEncoding::kJson) parts.head.code = *rc::gen::arbitrary<int32_t>();
  parts.head.language = static_cast<Language>(*rc::gen::inRange(0, 14));
  parts.head.version = *rc::gen::inRange(-32768, 32768);
  parts.head.opaque = *rc::gen::arbitrary<int32_t>();
  parts.head.flag = *rc::gen::inRange(0, 4);
  parts.head.encoding = encoding;
  // Text of one to three byte characters, controls and quotes among them.
  const auto text =
      rc::gen::map(rc::gen::container<std::vector<char>>(rc::gen::inRange<char>(0, 127)),
                   [](const std::vector<char>& chars) {
                     std::string out;
                     for (const char c : chars) {
                       if (c == 'e') {
                         out += "é";
                       } else if (c == 'z') {
                         out += "中😀";
                       } else {
                         out += c;
                       }
                     }
                     return out;
                   });
  parts.remark = *text;
  parts.fields = *rc::gen::container<std::vector<std::pair<std::string, std::string>>>(
      rc::gen::pair(text, text));
  parts.body = *text;
  return parts;
}

void ExpectRoundTrip(const Parts& parts) {
  std::vector<Field> fields;
  for (const auto& [name, value] : parts.fields) fields.push_back({name, value});
  const std::string frame = EncodeCommand(parts.head, parts.remark, fields, AsBytes(parts.body));
  ScratchArena arena;
  Command decoded;
  const Status status = DecodeCommand(AsBytes(frame), arena, decoded);
  RC_ASSERT(status.has_value());
  CommandHead head = parts.head;
  // Cut codes of the pop family come back whole.
  if (decoded.head.code != head.code) {
    RC_ASSERT(decoded.head.code == head.code + kCutFromPopCodes);
    head.code = decoded.head.code;
  }
  RC_ASSERT(decoded.head == head);
  RC_ASSERT(decoded.remark == parts.remark);
  RC_ASSERT(AsText(decoded.body) == parts.body);
  RC_ASSERT(decoded.fields.size() == fields.size());
  for (size_t i = 0; i < fields.size(); ++i) {
    RC_ASSERT(decoded.fields[i].name == fields[i].name);
    RC_ASSERT(decoded.fields[i].value == fields[i].value);
  }
  RC_ASSERT(EncodeCommand(decoded) == frame);
}

RC_GTEST_PROP(CommandProperty, JsonRoundTrips, ()) {
  ExpectRoundTrip(AnyParts(HeaderEncoding::kJson));
}
RC_GTEST_PROP(CommandProperty, BinaryRoundTrips, ()) {
  ExpectRoundTrip(AnyParts(HeaderEncoding::kBinary));
}

}  // namespace
}  // namespace pintle::remoting
