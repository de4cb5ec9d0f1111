#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/check.h"
#include "remoting/json.h"
#include "remoting/json_scanner.h"

namespace pintle::remoting {

namespace {

// From here on JavaScript's numbers have gaps, so fastjson quotes them where browsers read.
constexpr int64_t kExactMax = (int64_t{1} << 53) - 1;

constexpr size_t kEscapeMax = 6;

// As Java's Double.toString(): always a fraction, and an exponent outside of [10^-3, 10^7).
std::string JavaDouble(double value) {
  if (!std::isfinite(value)) return "null";
  char digits[32];
  const double size = std::abs(value);
  if (size == 0 || (size >= 1e-3 && size < 1e7)) {
    const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed);
    std::string text(digits, end.ptr);
    if (text.find('.') == text.npos) text += ".0";
    return text;
  }
  const auto end =
      std::to_chars(digits, digits + sizeof digits, value, std::chars_format::scientific);
  std::string text(digits, end.ptr);
  const size_t e = text.find('e');
  std::string mantissa = text.substr(0, e);
  if (mantissa.find('.') == mantissa.npos) mantissa += ".0";
  // 1e+07 -> 1.0E7
  return mantissa + 'E' + std::to_string(std::atoi(text.c_str() + e + 1));
}

}  // namespace

void JsonWriter::NewLine() {
  if (style_ != JsonStyle::kPretty) return;
  out_ += '\n';
  out_.append(has_one_.size(), '\t');
}

void JsonWriter::Value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (has_one_.empty()) return;
  if (has_one_.back()) out_ += ',';
  has_one_.back() = true;
  NewLine();
}

void JsonWriter::Open(char bracket) {
  Value();
  out_ += bracket;
  has_one_.push_back(false);
}

void JsonWriter::Close(char bracket) {
  PINTLE_CHECK(!has_one_.empty() && !after_key_, "an End without its Begin, or after a key");
  const bool had_one = has_one_.back();
  has_one_.pop_back();
  if (had_one) NewLine();
  out_ += bracket;
}

void JsonWriter::BeginObject() { Open('{'); }
void JsonWriter::EndObject() { Close('}'); }
void JsonWriter::BeginArray() { Open('['); }
void JsonWriter::EndArray() { Close(']'); }

void JsonWriter::Key(std::string_view name) {
  String(name);
  out_ += ':';
  after_key_ = true;
}

void JsonWriter::Key(int64_t number) {
  if (style_ == JsonStyle::kStandard) {
    Key(std::to_string(number));
    return;
  }
  Raw(std::to_string(number));
  out_ += ':';
  after_key_ = true;
}

void JsonWriter::ObjectKey(std::string_view text) {
  if (style_ == JsonStyle::kStandard) {
    Key(text);
    return;
  }
  Raw(text);
  out_ += ':';
  after_key_ = true;
}

void JsonWriter::String(std::string_view text) {
  Value();
  out_ += '"';
  const size_t begin = out_.size();
  // Copies of 16 bytes may run past the text's own end.
  out_.resize(begin + text.size() * kEscapeMax);
  char* const at = out_.data() + begin;
  char* const end =
      style_ == JsonStyle::kStandard ? WriteJsonEscapedAscii(text, at) : WriteJsonEscaped(text, at);
  out_.resize(static_cast<size_t>(end - out_.data()));
  out_ += '"';
}

void JsonWriter::Int(int64_t value) {
  if (style_ == JsonStyle::kStandard && (value > kExactMax || value < -kExactMax)) {
    String(std::to_string(value));
    return;
  }
  Value();
  char digits[24];
  out_.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void JsonWriter::Double(double value) { Raw(JavaDouble(value)); }
void JsonWriter::Bool(bool value) { Raw(value ? "true" : "false"); }
void JsonWriter::Null() { Raw("null"); }

void JsonWriter::Raw(std::string_view json) {
  Value();
  out_ += json;
}

std::string JsonWriter::Take() {
  PINTLE_CHECK(has_one_.empty() && !after_key_, "{} brackets are open", has_one_.size());
  return std::exchange(out_, {});
}

}  // namespace pintle::remoting
