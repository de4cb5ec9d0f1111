#include "remoting/fields.h"

#include <algorithm>

#include "base/log.h"

namespace pintle::remoting {

namespace {

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

template <typename Int>
bool ParseInt(std::string_view text, Int& out) {
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text.front() == '-') return false;
  }
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, out);
  return error == std::errc() && at == end;
}

// What a client sent goes into a message for it and into the log only in part.
std::string_view Shortened(std::string_view text) { return text.substr(0, 64); }

}  // namespace

bool ParseFieldText(std::string_view text, int32_t& out) {
  int32_t value = 0;
  if (!ParseInt(text, value)) return false;
  out = value;
  return true;
}

bool ParseFieldText(std::string_view text, int64_t& out) {
  int64_t value = 0;
  if (!ParseInt(text, value)) return false;
  out = value;
  return true;
}

bool ParseFieldText(std::string_view text, bool& out) {
  out = EqualsIgnoringCase(text, "true");
  return true;
}

bool ParseFieldEnum(std::string_view text, std::span<const std::string_view> names, size_t& out) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (EqualsIgnoringCase(text, names[i])) {
      out = i;
      return true;
    }
  }
  return false;
}

namespace detail {

std::unexpected<Error> FieldMissing(std::string_view name) {
  return Fail(ErrorCode::kInvalidArgument, "the custom field <{}> is null", name);
}

std::unexpected<Error> FieldInvalid(std::string_view name, std::string_view text) {
  return Fail(ErrorCode::kInvalidArgument, "the custom field <{}> cannot be \"{}\"", name,
              Shortened(text));
}

void FieldIgnored(std::string_view name, std::string_view text) {
  static LogLimiter limiter;
  if (limiter.Allow())
    PINTLE_LOG(kWarn, "remoting: the field {} cannot be \"{}\"; taken for absent", name,
               Shortened(text));
}

}  // namespace detail

}  // namespace pintle::remoting
