#include "base/java_text.h"

#include <gtest/gtest.h>

namespace pintle {
namespace {

// The expected values were printed by a JVM.
TEST(JavaTextTest, HashesAsJavaDoes) {
  EXPECT_EQ(JavaHashCode(""), 0);
  EXPECT_EQ(JavaHashCode("TopicTest"), -1902610879);
  EXPECT_EQ(JavaHashCode("TagA"), 2598919);
  EXPECT_EQ(JavaHashCode("消息"), 893927);
  EXPECT_EQ(JavaHashCode("😀"), 1772899);
}

TEST(JavaTextTest, HashesLongTextsAsShortOnes) {
  std::string text;
  uint32_t hash = 0;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(JavaHashCode(text), static_cast<int32_t>(hash)) << text;
    // Not ASCII all the way: what follows a longer character is no whole word.
    const bool wide = i % 29 == 28;
    text += wide ? "\u00e9" : std::string(1, static_cast<char>('!' + i % 90));
    hash = hash * 31 + (wide ? 0xe9u : static_cast<uint32_t>('!' + i % 90));
  }
}

TEST(JavaTextTest, LengthCountsUtf16Units) {
  EXPECT_EQ(JavaLength(""), 0u);
  EXPECT_EQ(JavaLength("a longer ASCII text"), 19u);
  EXPECT_EQ(JavaLength("消息"), 2u);
  EXPECT_EQ(JavaLength("0123456789é😀"), 13u);
}

TEST(JavaTextTest, ReplacesMalformedBytesAsOftenAsJavaDoes) {
  EXPECT_EQ(DecodeJavaText("a\x80z"), u"a\ufffdz");
  EXPECT_EQ(DecodeJavaText("\xc0\x80"), u"\ufffd\ufffd");
  EXPECT_EQ(DecodeJavaText("\xc3z"), u"\ufffdz");
  EXPECT_EQ(DecodeJavaText("\xe0\x80\x80"), u"\ufffd\ufffd\ufffd");
  EXPECT_EQ(DecodeJavaText("\xe6\xb6z"), u"\ufffdz");
  EXPECT_EQ(DecodeJavaText("\xed\xa0\x80"), u"\ufffd");
  EXPECT_EQ(DecodeJavaText("\xf0\x9f\x98z"), u"\ufffdz");
  EXPECT_EQ(DecodeJavaText("\xf0\x8f\xbf\xbf"), u"\ufffd\ufffd\ufffd\ufffd");
  EXPECT_EQ(DecodeJavaText("\xf4\x90\x80\x80"), u"\ufffd\ufffd\ufffd\ufffd");
  EXPECT_EQ(DecodeJavaText("\xf8\x88"), u"\ufffd\ufffd");
}

TEST(JavaTextTest, TellsWellFormedUtf8) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("plain text that is longer than a word, é, 消息, 😀"));
  EXPECT_TRUE(IsUtf8("\xf4\x8f\xbf\xbf"));
  EXPECT_TRUE(IsUtf8("\xef\xbf\xbd"));
  EXPECT_FALSE(IsUtf8("\xed\xa0\x80"));
  EXPECT_FALSE(IsUtf8("\xc1\xbf"));
  EXPECT_FALSE(IsUtf8("01234567\xff"));
  EXPECT_FALSE(IsUtf8("\xe6\xb6"));
}

}  // namespace
}  // namespace pintle
