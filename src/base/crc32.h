// CRC-32 as java.util.zip.CRC32 and zlib compute it (IEEE 802.3, reflected), folded.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace pintle {

// `seed` is the CRC of what came before: Crc32(b, Crc32(a)) == Crc32(a+b).
uint32_t Crc32(ByteView bytes, uint32_t seed = 0);

// RocketMQ keeps CRCs non-negative: the top bit is cleared.
inline int32_t MessageCrc32(ByteView bytes) {
  return static_cast<int32_t>(Crc32(bytes) & 0x7fffffffu);
}

}  // namespace pintle
