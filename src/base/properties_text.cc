#include "base/properties_text.h"

#include <charconv>
#include <utility>

namespace pintle {

namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

std::string_view TrimFront(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  return text;
}

void AppendUtf8(uint32_t point, std::string& out) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xc0 | point >> 6);
    out += static_cast<char>(0x80 | (point & 0x3f));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xe0 | point >> 12);
    out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (point & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | point >> 18);
    out += static_cast<char>(0x80 | (point >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (point >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (point & 0x3f));
  }
}

// The four hex digits at the front of `text`.
bool TakeHex4(std::string_view& text, uint32_t& unit) {
  if (text.size() < 4) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 4, unit, 16);
  if (error != std::errc() || end != text.data() + 4) return false;
  text.remove_prefix(4);
  return true;
}

// Undoes escapes. `text` has no line ends.
Result<std::string> Unescape(std::string_view text, int line) {
  std::string out;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '\\' || text.empty()) {
      out += c;
      continue;
    }
    const char escaped = text.front();
    text.remove_prefix(1);
    switch (escaped) {
      case 't':
        out += '\t';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 'f':
        out += '\f';
        break;
      case 'u': {
        uint32_t unit = 0;
        if (!TakeHex4(text, unit)) return Malformed("line {}: \\u needs four hex digits", line);
        uint32_t low = 0;
        std::string_view rest = text;
        if (unit >= 0xd800 && unit < 0xdc00 && rest.starts_with("\\u")) {
          rest.remove_prefix(2);
          if (TakeHex4(rest, low) && low >= 0xdc00 && low < 0xe000) {
            unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            text = rest;
          }
        }
        if (unit >= 0xd800 && unit < 0xe000)
          return Malformed("line {}: \\u{:04x} is half of a surrogate pair", line, unit);
        AppendUtf8(unit, out);
        break;
      }
      default:
        out += escaped;
    }
  }
  return out;
}

// Where the key of a joined line ends: at the first unescaped blank, '=' or ':'.
size_t KeyEnd(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (IsBlank(text[i]) || text[i] == '=' || text[i] == ':') {
      return i;
    }
  }
  return text.size();
}

bool EndsInOddBackslashes(std::string_view text) {
  size_t count = 0;
  while (count < text.size() && text[text.size() - 1 - count] == '\\') ++count;
  return count % 2 == 1;
}

// The next line without its end; advances `text` past it.
std::string_view TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

Result<std::vector<PropertyLine>> ParseProperties(std::string_view text) {
  std::vector<PropertyLine> entries;
  int number = 0;
  while (!text.empty()) {
    const int first = ++number;
    std::string_view piece = TrimFront(TakeLine(text));
    if (piece.empty() || piece.front() == '#' || piece.front() == '!') continue;
    std::string joined(piece);
    while (EndsInOddBackslashes(joined)) {
      joined.pop_back();
      if (text.empty()) break;
      joined += TrimFront(TakeLine(text));
      ++number;
    }
    std::string_view rest = joined;
    const size_t key_end = KeyEnd(rest);
    PINTLE_ASSIGN(std::string key, Unescape(rest.substr(0, key_end), first));
    rest = TrimFront(rest.substr(key_end));
    if (!rest.empty() && (rest.front() == '=' || rest.front() == ':'))
      rest = TrimFront(rest.substr(1));
    while (!rest.empty() && IsBlank(rest.back())) rest.remove_suffix(1);
    PINTLE_ASSIGN(std::string value, Unescape(rest, first));
    if (key.empty()) return Malformed("line {}: a value without a key", first);
    entries.push_back({.key = std::move(key), .value = std::move(value), .line = first});
  }
  return entries;
}

}  // namespace pintle
