// Any text compiles or is refused, in bounded time, and what compiles evaluates on any properties:
// the part in front of the first zero byte is the expression, the rest the properties.
#include <algorithm>
#include <string_view>

#include "base/check.h"
#include "filter/selector.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view in(reinterpret_cast<const char*>(data), size);
  const std::string_view expression = in.substr(0, in.find('\0'));
  const std::string_view properties = in.substr(std::min(in.size(), expression.size() + 1));
  const auto selector = pintle::filter::Selector::Compile(expression);
  if (!selector) {
    PINTLE_CHECK(!selector.error().message.empty());
    return 0;
  }
  static_cast<void>((*selector)->Evaluate(properties));
  static_cast<void>((*selector)->Evaluate({}));
  return 0;
}
