#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "base/properties_text.h"

// Whatever the text, it is read or refused, and entries lie in it in order.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto entries = pintle::ParseProperties({reinterpret_cast<const char*>(data), size});
  if (!entries) return 0;
  int line = 0;
  for (const pintle::PropertyLine& entry : *entries) {
    PINTLE_CHECK(entry.line > line && !entry.key.empty(), "line {} after {}", entry.line, line);
    line = entry.line;
  }
  return 0;
}
