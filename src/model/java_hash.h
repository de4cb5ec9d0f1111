// Java's String.hashCode, which RocketMQ stores: tags codes in queue entries, keys in the index.
#pragma once

#include <cstdint>
#include <string_view>

namespace pintle::model {

// h = 31*h + unit over the UTF-16 units of `utf8`, wrapping at 32 bits. `seed` is the hash of what
// comes before: JavaHash(b, JavaHash(a)) == JavaHash(a+b). Bytes that are not UTF-8 count as
// U+FFFD, as Java's decoder replaces them.
int32_t JavaHash(std::string_view utf8, int32_t seed = 0);

}  // namespace pintle::model
