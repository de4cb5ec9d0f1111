// Text that is nearly always short, without an allocation when it is.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace pintle::remoting {

// Up to `kInline` bytes live in the object; longer text on the heap.
template <size_t kInline>
class ShortText {
 public:
  ShortText() = default;
  ShortText(std::string_view text) { Assign(text); }    // NOLINT: reads as the text it is
  ShortText(const char* text) { Assign(text); }         // NOLINT
  ShortText(const std::string& text) { Assign(text); }  // NOLINT
  // Only what is set is copied.
  ShortText(const ShortText& other) { Assign(other.view()); }
  ShortText(ShortText&& other) noexcept { Take(std::move(other)); }
  ShortText& operator=(const ShortText& other) {
    if (this != &other) Assign(other.view());
    return *this;
  }
  ShortText& operator=(ShortText&& other) noexcept {
    if (this != &other) Take(std::move(other));
    return *this;
  }
  ShortText& operator=(std::string_view text) {
    Assign(text);
    return *this;
  }
  ShortText& operator=(const char* text) { return *this = std::string_view(text); }
  ShortText& operator=(const std::string& text) { return *this = std::string_view(text); }

  operator std::string_view() const { return view(); }  // NOLINT
  std::string_view view() const {
    return size_ <= kInline ? std::string_view(inline_.data(), size_) : std::string_view(heap_);
  }
  std::string str() const { return std::string(view()); }
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }

  // A place for exactly `n` <= kInline characters, which become the text.
  char* Fill(size_t n) {
    size_ = n;
    return inline_.data();
  }

  friend bool operator==(const ShortText& a, const ShortText& b) { return a.view() == b.view(); }
  friend bool operator==(const ShortText& a, std::string_view b) { return a.view() == b; }

 private:
  void Assign(std::string_view text) {
    if (text.size() <= kInline) {
      if (!text.empty()) std::memcpy(inline_.data(), text.data(), text.size());
    } else {
      heap_ = text;
    }
    size_ = text.size();
  }

  void Take(ShortText&& other) {
    size_ = other.size_;
    if (size_ <= kInline) {
      if (size_ != 0) std::memcpy(inline_.data(), other.inline_.data(), size_);
    } else {
      heap_ = std::move(other.heap_);
    }
    other.size_ = 0;
  }

  size_t size_ = 0;
  std::array<char, kInline> inline_;  // only the first size_ bytes are set
  std::string heap_;
};

}  // namespace pintle::remoting
