#include "remoting/json.h"

#include <gtest/gtest.h>

#include "remoting/bodies/json_parts.h"

namespace pintle::remoting {
namespace {

// What was understood, as compact text.
std::string Parsed(std::string_view text) {
  const auto document = JsonDocument::Parse(text);
  return document ? JsonText(document->root()) : "error";
}

TEST(JsonTest, TakesWhatFastjsonTakes) {
  EXPECT_EQ(Parsed(R"({"a":1,"b":[true,null,"x"]})"), R"({"a":1,"b":[true,null,"x"]})");
  EXPECT_EQ(Parsed("{a:1,'b':'x'}"), R"({"a":1,"b":"x"})");
  EXPECT_EQ(Parsed(R"([1,,2,])"), "[1,2]");
  EXPECT_EQ(Parsed(R"({,"a":1,,"b":2,})"), R"({"a":1,"b":2})");
  EXPECT_EQ(Parsed(R"({"s":Set["a","b"],"t":TreeSet[1]})"), R"({"s":["a","b"],"t":[1]})");
  EXPECT_EQ(Parsed("/* why */ {\"a\": // here\n 1}"), R"({"a":1})");
  EXPECT_EQ(Parsed(R"({"a":1L,"b":+1,"c":-0.5})"), R"({"a":1L,"b":+1,"c":-0.5})");
  EXPECT_EQ(Parsed(""), "null");
  EXPECT_EQ(Parsed(" \n"), "null");
}

TEST(JsonTest, KeysMayBeNumbersAndObjects) {
  EXPECT_EQ(Parsed(R"({0:"a",1:"b"})"), R"({0:"a",1:"b"})");
  EXPECT_EQ(Parsed(R"({{"queueId":1,"topic":"t"}:{"x":1},{"queueId":2}:5})"),
            R"({{"queueId":1,"topic":"t"}:{"x":1},{"queueId":2}:5})");
}

TEST(JsonTest, RefusesWhatIsNotJson) {
  for (const char* text : {"{", "[", "\"", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\" 1}",
                           "{\"a\":1 \"b\":2}", "[1 2]", "tru", "{\"a\":tru}", "1 2", "{} x", "]",
                           "}", ":", "{[1]:2}", "Set", "{\"a\":\"\\u00g0\"}"})
    EXPECT_EQ(Parsed(text), "error") << text;
}

TEST(JsonTest, BoundsDepthAndSize) {
  const auto nested = [](int depth) {
    return std::string(static_cast<size_t>(depth), '[') +
           std::string(static_cast<size_t>(depth), ']');
  };
  EXPECT_TRUE(JsonDocument::Parse(nested(64)));
  const auto deep = JsonDocument::Parse(nested(65));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().message, "JSON: nested deeper than 64");
  EXPECT_FALSE(JsonDocument::Parse(std::string(100'000, '{')));
  EXPECT_FALSE(JsonDocument::Parse("[1,2,3]", {.values = 3}));
  EXPECT_TRUE(JsonDocument::Parse("[1,2,3]", {.values = 4}));
  EXPECT_FALSE(JsonDocument::Parse("[1,2,3]", {.text_bytes = 6}));
}

TEST(JsonTest, ConvertsAsFastjsonDoes) {
  const auto document = JsonDocument::Parse(
      R"({"s":"5","i":7,"f":2.9,"e":1e3,"big":9223372036854775807,"t":"true","one":1,"n":null,"x":"x"})");
  ASSERT_TRUE(document);
  const JsonValue& root = document->root();
  EXPECT_EQ(root.Int("s"), 5);
  EXPECT_EQ(root.Int("i"), 7);
  EXPECT_EQ(root.Int("f"), 2);
  EXPECT_EQ(root.Int("e"), 1000);
  EXPECT_EQ(root.Int("big"), INT64_MAX);
  EXPECT_EQ(root.Int("n", -1), -1);
  EXPECT_EQ(root.Int("x", -1), -1);
  EXPECT_EQ(root.Int("absent", -1), -1);
  EXPECT_TRUE(root.Bool("t"));
  EXPECT_TRUE(root.Bool("one"));
  EXPECT_FALSE(root.Bool("n"));
  EXPECT_EQ(root.Double("f"), 2.9);
  EXPECT_EQ(root.String("i"), "7");
  EXPECT_EQ(root.String("n", "none"), "none");
}

std::string Written(JsonStyle style) {
  JsonWriter out(style);
  out.BeginObject();
  out.Member("d", 0.0);
  out.Key("empty");
  out.BeginObject();
  out.EndObject();
  out.Key("ids");
  out.BeginObject();
  out.Key(int64_t{0});
  out.String("x");
  out.EndObject();
  out.Member("l", (int64_t{1} << 53));
  out.Key("list");
  out.BeginArray();
  out.Int(1);
  out.String("\x01中\"");
  out.EndArray();
  out.EndObject();
  return out.Take();
}

TEST(JsonTest, WritesCompactLegacyText) {
  EXPECT_EQ(Written(JsonStyle::kLegacy),
            R"({"d":0.0,"empty":{},"ids":{0:"x"},"l":9007199254740992,"list":[1,"\u0001中\""]})");
}

TEST(JsonTest, WritesStandardText) {
  EXPECT_EQ(Written(JsonStyle::kStandard),
            R"({"d":0.0,"empty":{},"ids":{"0":"x"},"l":"9007199254740992",)"
            R"("list":[1,"\u0001\u4e2d\""]})");
}

TEST(JsonTest, WritesFilesAsRocketMqDoes) {
  EXPECT_EQ(Written(JsonStyle::kPretty),
            "{\n\t\"d\":0.0,\n\t\"empty\":{},\n\t\"ids\":{\n\t\t0:\"x\"\n\t},\n"
            "\t\"l\":9007199254740992,\n\t\"list\":[\n\t\t1,\n\t\t\"\\u0001中\\\"\"\n\t]\n}");
}

TEST(JsonTest, WritesDoublesAsJavaDoes) {
  const auto text = [](double value) {
    JsonWriter out;
    out.Double(value);
    return out.Take();
  };
  EXPECT_EQ(text(0), "0.0");
  EXPECT_EQ(text(1), "1.0");
  EXPECT_EQ(text(-5.5), "-5.5");
  EXPECT_EQ(text(0.001), "0.001");
  EXPECT_EQ(text(0.0001), "1.0E-4");
  EXPECT_EQ(text(9999999), "9999999.0");
  EXPECT_EQ(text(1e7), "1.0E7");
  EXPECT_EQ(text(123456789.125), "1.23456789125E8");
  EXPECT_EQ(text(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(text(1e300), "1.0E300");
}

TEST(JsonTest, EscapesLongTextAndBrokenUtf8) {
  JsonWriter out;
  const std::string text = "0123456789abcdef0123456789\n0123456789abcdef \xff中\xe4\xb8";
  out.String(text);
  EXPECT_EQ(out.Take(), "\"0123456789abcdef0123456789\\n0123456789abcdef ?中??\"");
}

}  // namespace
}  // namespace pintle::remoting
