#include "model/property_reader.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "model/properties.h"

namespace pintle::model {
namespace {

// The places of the separators behind entries, front to back. Looks at eight bytes at once: entries
// are so short that a search of its own for each would mostly begin and end.
class EntryEnds {
 public:
  explicit EntryEnds(std::string_view text) : text_(text) {}

  // The next one, or text.size() behind the last.
  size_t Next() {
    while (found_ == 0) {
      if (looked_at_ >= text_.size()) return text_.size();
      LookAhead();
    }
    const auto byte = static_cast<size_t>(std::countr_zero(found_)) / 8;
    found_ &= found_ - 1;
    return looked_at_ - kBytes + byte;
  }

 private:
  static constexpr size_t kBytes = sizeof(uint64_t);

  static constexpr uint64_t InEachByte(uint8_t value) { return value * 0x0101010101010101u; }

  void LookAhead() {
    uint64_t bytes = 0;
    const size_t left = text_.size() - looked_at_;
    if (left >= kBytes) {
      std::memcpy(&bytes, text_.data() + looked_at_, kBytes);
    } else {
      for (size_t i = left; i-- > 0;)
        bytes = bytes << 8 | static_cast<uint8_t>(text_[looked_at_ + i]);
    }
    looked_at_ += kBytes;
    // The upper bit of each byte that is the separator, and of no other: sums do not carry over.
    const uint64_t others = bytes ^ InEachByte(kPropertySeparator);
    found_ = ~(((others & InEachByte(0x7F)) + InEachByte(0x7F)) | others | InEachByte(0x7F));
  }

  const std::string_view text_;
  size_t looked_at_ = 0;  // a multiple of kBytes
  uint64_t found_ = 0;    // in the last bytes looked at: the first byte is the lowest
};

// The value of `entry` if it has this name and a value; nullptr data otherwise.
std::string_view ValueOf(std::string_view entry, std::string_view name) {
  const bool named = entry.size() > name.size() + 1 && entry[name.size()] == kNameValueSeparator &&
                     entry.starts_with(name);
  return named ? entry.substr(name.size() + 1) : std::string_view();
}

}  // namespace

bool TakeProperty(std::string_view& text, PropertyView& out) {
  const std::string_view entry = text.substr(0, text.find(kPropertySeparator));
  text.remove_prefix(std::min(text.size(), entry.size() + 1));
  const size_t separator = entry.find(kNameValueSeparator);
  if (separator == std::string_view::npos || separator == 0 || separator + 1 == entry.size())
    return false;
  out = {entry.substr(0, separator), entry.substr(separator + 1)};
  return true;
}

void FindValues(std::string_view text, std::span<const std::string> names,
                std::span<std::string_view> values) {
  EntryEnds ends(text);
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = ends.Next();
    const std::string_view entry(text.data() + begin, end - begin);
    for (size_t i = 0; i < names.size(); ++i) {
      const std::string_view value = ValueOf(entry, names[i]);
      if (value.data() != nullptr) values[i] = value;
    }
    begin = end + 1;
  }
}

}  // namespace pintle::model
