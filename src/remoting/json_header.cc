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
      std::string_view key;
      if (!Key(c, key)) return scan_.Fail("no key");
      if (!Member(key)) return scan_.Fail("no value for a key");
    }
    scan_.Skip();
    if (!scan_.AtEnd()) return scan_.Fail("something after the object");
    return {};
  }

 private:
  bool Key(char first, std::string_view& key) {
    const bool read = first == '"' || first == '\'' ? scan_.String(key) : scan_.Bare(key);
    return read && scan_.Take(':');
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

  // A string, or a bare token as its text; null is empty.
  bool Text(std::string_view& out) {
    bool is_null = false;
    return Scalar(out, is_null);
  }

  bool Scalar(std::string_view& out, bool& is_null) {
    const char c = scan_.Peek();
    if (c == '"' || c == '\'') [[likely]]
      return scan_.String(out);
    if (!scan_.Bare(out)) return false;
    is_null = out == "null";
    if (is_null) out = {};
    return true;
  }

  bool Int(int32_t& out) {
    std::string_view text;
    bool is_null = false;
    if (!Scalar(text, is_null)) return false;
    return is_null || ParseFieldText(text, out);
  }

  bool Fields() {
    if (!scan_.Take('{')) {
      std::string_view token;
      return scan_.Bare(token) && token == "null";
    }
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
      Field field;
      if (!Key(c, field.name)) return false;
      bool is_null = false;
      const char first = scan_.Peek();
      if (first == '{' || first == '[') {
        if (!scan_.SkipValue(kDepthMax)) return false;
        continue;
      }
      if (!Scalar(field.value, is_null)) return false;
      if (!is_null) out_.fields.push_back(field);
    }
  }

  JsonScanner scan_;
  Command& out_;
};

}  // namespace

Status DecodeJsonHeader(std::string_view header, ScratchArena& arena, Command& out) {
  return HeaderReader(header, arena, out).Read();
}

}  // namespace pintle::remoting
