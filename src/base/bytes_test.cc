#include "base/bytes.h"

#include <gtest/gtest.h>

#include <array>

namespace pintle {
namespace {

TEST(BytesTest, BigEndianOfEveryWidth) {
  std::array<std::byte, 8> out{};
  StoreBig<uint64_t>(out.data(), 0x0102030405060708u);
  EXPECT_EQ(out[0], std::byte{1});
  EXPECT_EQ(out[7], std::byte{8});
  EXPECT_EQ(LoadBig<uint64_t>(out.data()), 0x0102030405060708u);
  EXPECT_EQ(LoadBig<uint32_t>(out.data()), 0x01020304u);
  EXPECT_EQ(LoadBig<uint16_t>(out.data()), 0x0102u);
  EXPECT_EQ(LoadBig<uint8_t>(out.data()), 1u);
  StoreBig<int32_t>(out.data(), -2);
  EXPECT_EQ(out[3], std::byte{0xfe});
  EXPECT_EQ(LoadBig<int32_t>(out.data()), -2);
}

TEST(ByteReaderTest, StopsForGoodAtTheFirstReadPastTheEnd) {
  const std::string_view text("\0\0\0\3abcde", 9);
  ByteReader reader(AsBytes(text));
  const auto length = reader.Big<uint32_t>();
  EXPECT_EQ(length, 3u);
  EXPECT_EQ(reader.TakeText(length), "abc");
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.Big<uint32_t>(), 0u);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.TakeText(1), "");
  EXPECT_EQ(reader.remaining(), 2u);
  EXPECT_EQ(AsText(reader.rest()), "de");
}

}  // namespace
}  // namespace pintle
