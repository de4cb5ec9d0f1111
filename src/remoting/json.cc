#include "remoting/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "remoting/json_scanner.h"

namespace pintle::remoting {

namespace {

// Without a sign that from_chars does not take, and without the letter that fastjson may put after
// a number.
std::string_view Bared(std::string_view number) {
  if (!number.empty() && number.front() == '+') number.remove_prefix(1);
  if (!number.empty() && std::string_view("LSBFD").find(number.back()) != std::string_view::npos)
    number.remove_suffix(1);
  return number;
}

template <typename T>
std::optional<T> Parsed(std::string_view text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || at != end) return std::nullopt;
  return value;
}

bool LooksLikeNumber(std::string_view token) {
  const char c = token.front();
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.';
}

}  // namespace

std::string_view JsonValue::text() const {
  switch (kind_) {
    case Kind::kBool:
    case Kind::kNumber:
    case Kind::kString:
      return {text_, size_};
    case Kind::kNull:
    case Kind::kArray:
    case Kind::kObject:
      break;
  }
  return {};
}

std::span<const JsonValue> JsonValue::items() const {
  if (kind_ != Kind::kArray) return {};
  return {items_, size_};
}

std::span<const JsonMember> JsonValue::members() const {
  if (kind_ != Kind::kObject) return {};
  return {members_, size_};
}

std::optional<int64_t> JsonValue::AsInt() const {
  if (kind_ == Kind::kBool) return text() == "true" ? 1 : 0;
  if (auto whole = Parsed<int64_t>(Bared(text()))) return whole;
  // 1e3 and 1.0 are numbers too; a fraction is cut off.
  const auto real = AsDouble();
  if (!real || !(std::abs(*real) < 9.2e18)) return std::nullopt;
  return static_cast<int64_t>(*real);
}

std::optional<double> JsonValue::AsDouble() const {
  if (kind_ != Kind::kNumber && kind_ != Kind::kString) return std::nullopt;
  return Parsed<double>(Bared(text()));
}

std::optional<bool> JsonValue::AsBool() const {
  const std::string_view value = text();
  if (value == "true" || value == "1" || value == "TRUE" || value == "Y") return true;
  if (value == "false" || value == "0" || value == "FALSE" || value == "N") return false;
  return std::nullopt;
}

const JsonValue* JsonValue::Find(std::string_view name) const {
  const auto all = members();
  for (size_t i = all.size(); i > 0; --i) {
    const JsonMember& member = all[i - 1];
    if (!member.key.is_object() && member.key.text() == name) return &member.value;
  }
  return nullptr;
}

int64_t JsonValue::Int(std::string_view name, int64_t otherwise) const {
  const JsonValue* value = Find(name);
  return value == nullptr ? otherwise : value->AsInt().value_or(otherwise);
}

double JsonValue::Double(std::string_view name, double otherwise) const {
  const JsonValue* value = Find(name);
  return value == nullptr ? otherwise : value->AsDouble().value_or(otherwise);
}

bool JsonValue::Bool(std::string_view name, bool otherwise) const {
  const JsonValue* value = Find(name);
  return value == nullptr ? otherwise : value->AsBool().value_or(otherwise);
}

std::string JsonValue::String(std::string_view name, std::string_view otherwise) const {
  const JsonValue* value = Find(name);
  const bool has_text = value != nullptr && (value->is_string() || !value->text().empty());
  return std::string(has_text ? value->text() : otherwise);
}

std::span<const JsonValue> JsonValue::Items(std::string_view name) const {
  const JsonValue* value = Find(name);
  return value == nullptr ? std::span<const JsonValue>() : value->items();
}

std::span<const JsonMember> JsonValue::Members(std::string_view name) const {
  const JsonValue* value = Find(name);
  return value == nullptr ? std::span<const JsonMember>() : value->members();
}

// Recursive descent. What an open array or object has so far is on a stack; it moves to the
// document's memory, in one piece, when the bracket closes.
class JsonParser {
 public:
  JsonParser(std::string_view text, JsonLimits limits, JsonDocument& out)
      : limits_(limits), out_(out), scan_(text, *out.text_) {}

  Status Parse() {
    if (scan_.AtEnd()) return {};
    if (!Value(limits_.depth, out_.root_)) return Failure();
    if (!scan_.AtEnd()) return scan_.Fail("something after the value");
    return {};
  }

 private:
  Status Failure() const {
    if (too_many_) return Fail(ErrorCode::kInvalidArgument, "JSON: over {} values", limits_.values);
    if (too_deep_)
      return Fail(ErrorCode::kInvalidArgument, "JSON: nested deeper than {}", limits_.depth);
    return scan_.Fail("no value, or half of one");
  }

  bool Value(int depth_left, JsonValue& out) {
    if (++values_ > limits_.values) return !(too_many_ = true);
    switch (scan_.Peek()) {
      case '"':
      case '\'':
        return Text(JsonValue::Kind::kString, out);
      case '{':
        return Object(depth_left, out);
      case '[':
        return Array(depth_left, out);
      default:
        return Token(depth_left, out);
    }
  }

  bool Text(JsonValue::Kind kind, JsonValue& out) {
    const std::string_view text = scan_.String();
    if (text.data() == nullptr) return false;
    Set(kind, text, out);
    return true;
  }

  static void Set(JsonValue::Kind kind, std::string_view text, JsonValue& out) {
    out.kind_ = kind;
    out.text_ = text.data();
    out.size_ = text.size();
  }

  bool Token(int depth_left, JsonValue& out) {
    const std::string_view token = scan_.Bare();
    if (token.empty()) return false;
    if (token == "true" || token == "false") {
      Set(JsonValue::Kind::kBool, token, out);
    } else if (token == "null" || token == "undefined" || token == "NaN") {
      out = {};
    } else if (token == "Set" || token == "TreeSet") {
      return scan_.Peek() == '[' && Array(depth_left, out);
    } else if (LooksLikeNumber(token)) {
      Set(JsonValue::Kind::kNumber, token, out);
    } else {
      return false;
    }
    return true;
  }

  bool Array(int depth_left, JsonValue& out) {
    if (depth_left == 0) return !(too_deep_ = true);
    scan_.Skip();
    const size_t first = items_.size();
    while (true) {
      const char c = scan_.Peek();
      if (c == ']') break;
      if (c == ',') {
        scan_.Skip();
        continue;
      }
      JsonValue item;
      if (!Value(depth_left - 1, item)) return false;
      items_.push_back(item);
      const char next = scan_.Peek();
      if (next != ',' && next != ']') return false;
    }
    scan_.Skip();
    out.kind_ = JsonValue::Kind::kArray;
    out.items_ = Keep(items_, first, out.size_);
    return true;
  }

  bool Object(int depth_left, JsonValue& out) {
    if (depth_left == 0) return !(too_deep_ = true);
    scan_.Skip();
    const size_t first = members_.size();
    while (true) {
      const char c = scan_.Peek();
      if (c == '}') break;
      if (c == ',') {
        scan_.Skip();
        continue;
      }
      JsonMember member;
      if (!Key(c, depth_left, member.key) || !scan_.Take(':') ||
          !Value(depth_left - 1, member.value))
        return false;
      members_.push_back(member);
      const char next = scan_.Peek();
      if (next != ',' && next != '}') return false;
    }
    scan_.Skip();
    out.kind_ = JsonValue::Kind::kObject;
    out.members_ = Keep(members_, first, out.size_);
    return true;
  }

  bool Key(char first, int depth_left, JsonValue& out) {
    if (first == '"' || first == '\'') return Text(JsonValue::Kind::kString, out);
    if (first == '{') return Object(depth_left - 1, out);
    const std::string_view token = scan_.Bare();
    if (token.empty()) return false;
    Set(LooksLikeNumber(token) ? JsonValue::Kind::kNumber : JsonValue::Kind::kString, token, out);
    return true;
  }

  template <typename T>
  const T* Keep(std::vector<T>& stack, size_t first, size_t& size) {
    size = stack.size() - first;
    if (size == 0) return nullptr;
    T* const kept = static_cast<T*>(out_.values_->allocate(size * sizeof(T), alignof(T)));
    std::uninitialized_copy(stack.begin() + static_cast<ptrdiff_t>(first), stack.end(), kept);
    stack.resize(first);
    return kept;
  }

  const JsonLimits limits_;
  JsonDocument& out_;
  JsonScanner scan_;
  std::vector<JsonValue> items_;
  std::vector<JsonMember> members_;
  size_t values_ = 0;
  bool too_many_ = false;
  bool too_deep_ = false;
};

Result<JsonDocument> JsonDocument::Parse(std::string_view text, JsonLimits limits) {
  if (text.size() > limits.text_bytes)
    return Fail(ErrorCode::kInvalidArgument, "JSON: {} bytes, over the limit of {}", text.size(),
                limits.text_bytes);
  JsonDocument out;
  out.text_ = std::make_unique<ScratchArena>();
  out.values_ = std::make_unique<std::pmr::monotonic_buffer_resource>();
  PINTLE_TRY(JsonParser(text, limits, out).Parse());
  return out;
}

}  // namespace pintle::remoting
