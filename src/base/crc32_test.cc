#include "base/crc32.h"

#include <gtest/gtest.h>

#include <string>

namespace pintle {
namespace {

TEST(Crc32Test, IsTheOneOfZip) {
  EXPECT_EQ(Crc32(AsBytes("123456789")), 0xcbf43926u);
  EXPECT_EQ(Crc32({}), 0u);
  EXPECT_EQ(Crc32(AsBytes("a")), 0xe8b7be43u);
}

TEST(Crc32Test, MessagesKeepItNonNegative) {
  EXPECT_EQ(MessageCrc32(AsBytes("123456789")), 0x4bf43926);
}

TEST(Crc32Test, ContinuesFromASeedAtEverySplit) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += static_cast<char>(i * 7);
  const uint32_t whole = Crc32(AsBytes(text));
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    const std::string_view view = text;
    EXPECT_EQ(Crc32(AsBytes(view.substr(cut)), Crc32(AsBytes(view.substr(0, cut)))), whole);
  }
}

}  // namespace
}  // namespace pintle
