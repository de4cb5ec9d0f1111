// UTF-8, a character at a time.
#pragma once

namespace pintle::remoting {

// Writes the 1 to 4 bytes of `point`, which is at most 0x10FFFF; returns the end.
inline char* WriteUtf8(char32_t point, char* out) {
  if (point < 0x80) {
    *out++ = static_cast<char>(point);
  } else if (point < 0x800) {
    *out++ = static_cast<char>(0xC0 | point >> 6);
    *out++ = static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    *out++ = static_cast<char>(0xE0 | point >> 12);
    *out++ = static_cast<char>(0x80 | (point >> 6 & 0x3F));
    *out++ = static_cast<char>(0x80 | (point & 0x3F));
  } else {
    *out++ = static_cast<char>(0xF0 | point >> 18);
    *out++ = static_cast<char>(0x80 | (point >> 12 & 0x3F));
    *out++ = static_cast<char>(0x80 | (point >> 6 & 0x3F));
    *out++ = static_cast<char>(0x80 | (point & 0x3F));
  }
  return out;
}

// The character at `p` and how many bytes it takes; 0 when these are not UTF-8 (overlong forms and
// halves of pairs included). `p` < `end`.
inline int ReadUtf8(const char* p, const char* end, char32_t& out) {
  const auto byte = [p](int i) { return static_cast<unsigned char>(p[i]); };
  const auto follows = [&](int n) {
    if (end - p <= n) return false;
    for (int i = 1; i <= n; ++i) {
      if ((byte(i) & 0xC0) != 0x80) return false;
    }
    return true;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) {
    out = lead;
    return 1;
  }
  if (lead >= 0xC2 && lead < 0xE0 && follows(1)) {
    out = (lead & 0x1Fu) << 6 | (byte(1) & 0x3Fu);
    return 2;
  }
  if (lead >= 0xE0 && lead < 0xF0 && follows(2)) {
    out = (lead & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
    return out >= 0x800 && (out < 0xD800 || out >= 0xE000) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead < 0xF5 && follows(3)) {
    out =
        (lead & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 | (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu);
    return out >= 0x10000 && out <= 0x10FFFF ? 4 : 0;
  }
  return 0;
}

}  // namespace pintle::remoting
