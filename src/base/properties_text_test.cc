#include "base/properties_text.h"

#include <gmock/gmock.h>

namespace pintle {
namespace {

std::vector<std::pair<std::string, std::string>> Parse(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> out;
  const auto entries = ParseProperties(text);
  EXPECT_TRUE(entries) << entries.error().message;
  if (!entries) return out;
  for (const PropertyLine& entry : *entries) out.emplace_back(entry.key, entry.value);
  return out;
}

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(PropertiesTextTest, ReadsEachFormOfAnEntry) {
  EXPECT_THAT(Parse("a=1\n b = 2 \r\nc:3\nd 4\ne\nf=\n"),
              ElementsAre(Pair("a", "1"), Pair("b", "2"), Pair("c", "3"), Pair("d", "4"),
                          Pair("e", ""), Pair("f", "")));
}

TEST(PropertiesTextTest, SkipsCommentsAndBlankLines) {
  EXPECT_THAT(Parse("# a=1\n  ! b=2\n\n   \nc=3 # part of it"),
              ElementsAre(Pair("c", "3 # part of it")));
  EXPECT_THAT(Parse(""), IsEmpty());
}

TEST(PropertiesTextTest, JoinsContinuedLinesAndKeepsTheFirstLinesNumber) {
  const auto entries = ParseProperties("# first\nservers = a:1;\\\n   b:2\nlast=1\\\\\n");
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ((*entries)[0].value, "a:1;b:2");
  EXPECT_EQ((*entries)[0].line, 2);
  EXPECT_EQ((*entries)[1].value, "1\\");
  EXPECT_EQ((*entries)[1].line, 4);
}

TEST(PropertiesTextTest, UndoesEscapes) {
  EXPECT_THAT(Parse("a\\ b\\=c=x\\ty\\u00e9\\ud83d\\ude00\\z"),
              ElementsAre(Pair("a b=c", "x\ty\u00e9\U0001F600z")));
}

TEST(PropertiesTextTest, RefusesWhatCannotBeRead) {
  for (const char* text : {"a=\\u12", "a=\\ud83d", "\n=1"}) {
    const auto entries = ParseProperties(text);
    ASSERT_FALSE(entries) << text;
    EXPECT_THAT(entries.error().message, HasSubstr("line "));
  }
}

}  // namespace
}  // namespace pintle
