#include "model/properties.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

#include "model/property_reader.h"

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

// Texts of few letters, in which separators stand everywhere and names and values of all lengths up
// to several words of the search.
RC_GTEST_PROP(PropertyReaderProperty, FindsWhatIsTakenOneByOne, ()) {
  auto text = *rc::gen::container<std::string>(
      rc::gen::weightedElement<char>({{2, '\x01'}, {2, '\x02'}, {1, '\x03'}, {3, 'a'}, {2, 'b'}}));
  const auto longer = *rc::gen::inRange<size_t>(0, 40);
  text.insert(*rc::gen::inRange<size_t>(0, text.size() + 1), longer, 'a');
  const std::vector<std::string> names = {"a", "b", "ab", "aa", std::string(longer + 1, 'a')};
  std::vector<std::string_view> found(names.size());
  FindValues(text, names, found);

  std::vector<std::string_view> taken(names.size());
  PropertyView property;
  for (std::string_view rest = text; !rest.empty();) {
    if (!TakeProperty(rest, property)) continue;
    for (size_t i = 0; i < names.size(); ++i)
      if (property.name == names[i]) taken[i] = property.value;
  }
  for (size_t i = 0; i < names.size(); ++i) {
    RC_ASSERT(found[i].data() == taken[i].data());
    RC_ASSERT(found[i].size() == taken[i].size());
  }
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
