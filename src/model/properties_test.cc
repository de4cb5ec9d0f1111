#include "model/properties.h"

#include <gtest/gtest.h>

namespace pintle::model {
namespace {

using namespace std::string_literals;

TEST(PropertiesTest, WritesWhatItReads) {
  const auto text =
      "TAGS\x01"
      "a\x02"
      "KEYS\x01"
      "k1 k2\x02"s;
  const auto properties = Properties::Parse(text);
  EXPECT_EQ(properties.Get("TAGS"), "a");
  EXPECT_EQ(properties.Get("KEYS"), "k1 k2");
  EXPECT_EQ(properties.Get("WAIT"), std::nullopt);
  EXPECT_EQ(properties.ToText(), text);
}

TEST(PropertiesTest, LastSeparatorMayBeAbsent) {
  EXPECT_EQ(FindProperty("TAGS\x01"
                         "a"s,
                         "TAGS"),
            "a");
  EXPECT_EQ(Properties::Parse("TAGS\x01"
                              "a"s)
                .ToText(),
            "TAGS\x01"
            "a\x02"s);
}

TEST(PropertiesTest, DropsWhatJavaDrops) {
  for (const auto& text : {""s, "\x02"s, "TAGS"s, "TAGS\x01"s,
                           "\x01"
                           "a"s,
                           "TAGS\x01\x02"s, "\x01\x02\x02\x01"s}) {
    EXPECT_TRUE(Properties::Parse(text).entries().empty());
    EXPECT_EQ(FindProperty(text, "TAGS"), std::nullopt);
  }
  EXPECT_EQ(FindProperty("x\x02"
                         "TAGS\x01"
                         "a\x02y"s,
                         "TAGS"),
            "a");
}

TEST(PropertiesTest, ValueMayHoldTheNameSeparator) {
  EXPECT_EQ(FindProperty("a\x01"
                         "b\x01"
                         "c\x02"s,
                         "a"),
            "b\x01"
            "c"s);
}

TEST(PropertiesTest, LastOfEqualNamesCounts) {
  const auto text =
      "a\x01"
      "1\x02"
      "a\x01"
      "2\x02"s;
  EXPECT_EQ(FindProperty(text, "a"), "2");
  EXPECT_EQ(Properties::Parse(text).Get("a"), "2");
}

TEST(PropertiesTest, SetAndRemoveChangeTheText) {
  auto properties = Properties::Parse(
      "a\x01"
      "1\x02"
      "b\x01"
      "2\x02"s);
  properties.Set("a", "3");
  properties.Set("c", "4");
  properties.Remove("b");
  EXPECT_EQ(properties.ToText(),
            "a\x01"
            "3\x02"
            "c\x01"
            "4\x02"s);
}

// Values from java.lang.String.hashCode.
TEST(PropertiesTest, TagsCodeIsJavasHashCode) {
  EXPECT_EQ(TagsCode(""), 0);
  EXPECT_EQ(TagsCode("TagA"), 2598919);
  EXPECT_EQ(TagsCode("hello"), 99162322);
  EXPECT_EQ(TagsCode("polygenelubricants"), INT32_MIN);     // sign-extended
  EXPECT_EQ(TagsCode("\xC3\xA9"), 233);                     // U+00E9
  EXPECT_EQ(TagsCode("\xE4\xB8\xAD\xE6\x96\x87"), 646394);  // U+4E2D U+6587
  EXPECT_EQ(TagsCode("\xF0\x9F\x98\x80"), 1772899);         // a surrogate pair
  EXPECT_EQ(TagsCode("\xFF"), 0xFFFD);
}

}  // namespace
}  // namespace pintle::model
