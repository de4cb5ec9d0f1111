#include "remoting/json_header.h"

#include <cstdint>

#include "remoting/fields.h"
#include "remoting/json_scanner.h"

namespace pintle::remoting {

namespace {

// How deep values that nobody reads may be nested.
constexpr int kDepthMax = 32;

class HeaderReader {
 public:
  HeaderReader(std::string_view header, ScratchArena& arena, Command& out)
      : scan_(header, arena), out_(out) {}

  Status Read() {
    if (!scan_.Take('{')) return scan_.Fail("no object");
    while (true) {
      const char c = scan_.Peek();
      if (c == '}') break;
      if (c == ',') {
        scan_.Skip();
        continue;
      }
      const std::string_view key = Key(c);
      if (key.data() == nullptr) return scan_.Fail("no key");
      if (!Member(key)) return scan_.Fail("no value for a key");
    }
    scan_.Skip();
    if (!scan_.AtEnd()) return scan_.Fail("something after the object");
    return {};
  }

 private:
  // With the colon after it; null data() when there is none.
  std::string_view Key(char first) {
    const std::string_view key = first == '"' || first == '\'' ? scan_.String() : BareKey();
    if (!scan_.Take(':')) [[unlikely]]
      return {};
    return key;
  }
  std::string_view BareKey() {
    const std::string_view key = scan_.Bare();
    return key.empty() ? std::string_view{} : key;
  }

  bool Member(std::string_view key) {
    switch (key.size()) {
      case 4:
        if (key == "code") return Int(out_.head.code);
        if (key == "flag") return Int(out_.head.flag);
        break;
      case 6:
        if (key == "opaque") return Int(out_.head.opaque);
        if (key == "remark") return Text(out_.remark);
        break;
      case 7:
        if (key == "version") return Int(out_.head.version);
        break;
      case 8:
        if (key == "language") {
          std::string_view name;
          if (!Text(name)) return false;
          if (!name.empty()) out_.head.language = LanguageOf(name);
          return true;
        }
        break;
      case 9:
        if (key == "extFields") return Fields();
        break;
      default:
        break;
    }
    return scan_.SkipValue(kDepthMax);
  }

  // A string, or a bare token as its text. Null data() when there is neither; `is_null` for null.
  std::string_view Scalar(bool& is_null) {
    const char c = scan_.Peek();
    if (c == '"' || c == '\'') return scan_.String();
    const std::string_view token = BareKey();
    is_null = token == "null";
    return token;
  }

  // null is empty.
  bool Text(std::string_view& out) {
    bool is_null = false;
    const std::string_view text = Scalar(is_null);
    if (!is_null) out = text;
    return text.data() != nullptr;
  }

  bool Int(int32_t& out) {
    if (scan_.ShortInt(out)) [[likely]]
      return true;
    bool is_null = false;
    const std::string_view text = Scalar(is_null);
    return is_null || ParseFieldText(text, out);
  }

  bool Fields() {
    if (!scan_.Take('{')) return scan_.Bare() == "null";
    out_.has_fields = true;
    while (true) {
      const char c = scan_.Peek();
      if (c == '}') {
        scan_.Skip();
        return true;
      }
      if (c == ',') {
        scan_.Skip();
        continue;
      }
      if (c == '"') [[likely]] {
        scan_.PlainMembers(
            [this](std::string_view name, std::string_view value) { Add(name, value); });
        if (scan_.Peek() != '"') continue;
      }
      const std::string_view name = Key(c);
      if (name.data() == nullptr || !Value(name)) return false;
    }
  }

  bool Value(std::string_view name) {
    if (scan_.Peek() != '"') return OddField(name);
    const std::string_view value = scan_.String();
    if (value.data() == nullptr) return false;
    Add(name, value);
    return true;
  }

  // In place and from registers: a view that goes through memory in halves and is read back as a
  // whole costs more than the search for its end.
  void Add(std::string_view name, std::string_view value) {
    Field& field = out_.fields.emplace_back();
    field.name = name;
    field.value = value;
  }

  // A value that Java does not write: a number, a boolean, null, an object.
  bool OddField(std::string_view name) {
    const char first = scan_.Peek();
    if (first == '{' || first == '[') return scan_.SkipValue(kDepthMax);
    bool is_null = false;
    const std::string_view value = Scalar(is_null);
    if (value.data() == nullptr) return false;
    if (!is_null) Add(name, value);
    return true;
  }

  JsonScanner scan_;
  Command& out_;
};

}  // namespace

Status DecodeJsonHeader(std::string_view header, ScratchArena& arena, Command& out) {
  return HeaderReader(header, arena, out).Read();
}

}  // namespace pintle::remoting
