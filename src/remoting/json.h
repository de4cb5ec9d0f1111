// JSON as fastjson, RocketMQ's library, reads and writes it. Objects and bare integers can be keys;
// see docs/formats/remoting.md.
#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/scratch_arena.h"

namespace pintle::remoting {

struct JsonMember;

// A parsed value. Its views borrow from the text that was parsed and from its JsonDocument.
class JsonValue {
 public:
  enum class Kind : uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

  JsonValue() = default;

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_string() const { return kind_ == Kind::kString; }
  bool is_array() const { return kind_ == Kind::kArray; }
  bool is_object() const { return kind_ == Kind::kObject; }

  // A string's text, a number as it was written, "true" or "false"; empty for the others.
  std::string_view text() const;
  std::span<const JsonValue> items() const;     // of an array; empty for the others
  std::span<const JsonMember> members() const;  // of an object, in the order written

  // As fastjson converts: numbers from strings, booleans from "true", "false", 0 and 1; nullopt for
  // null and for what is neither.
  std::optional<int64_t> AsInt() const;
  std::optional<double> AsDouble() const;
  std::optional<bool> AsBool() const;

  // The last member whose key is `name` (as a string or as a bare one); nullptr when there is none
  // or when this is not an object.
  const JsonValue* Find(std::string_view name) const;
  // A member converted; `otherwise` when it is absent, null or does not convert.
  int64_t Int(std::string_view name, int64_t otherwise = 0) const;
  double Double(std::string_view name, double otherwise = 0) const;
  bool Bool(std::string_view name, bool otherwise = false) const;
  std::string String(std::string_view name, std::string_view otherwise = {}) const;
  // The members of an array or object below `name`; empty when there is none.
  std::span<const JsonValue> Items(std::string_view name) const;
  std::span<const JsonMember> Members(std::string_view name) const;

 private:
  friend class JsonParser;

  Kind kind_ = Kind::kNull;
  size_t size_ = 0;
  union {
    const char* text_ = nullptr;  // kBool, kNumber, kString
    const JsonValue* items_;
    const JsonMember* members_;
  };
};

struct JsonMember {
  JsonValue key;  // mostly a string; a number or an object too
  JsonValue value;
};

struct JsonLimits {
  size_t text_bytes = 64 << 20;
  size_t values = 4'000'000;  // of which each takes some 50 bytes
  int depth = 64;
};

// Owns what a parsed value needs besides its text.
class JsonDocument {
 public:
  // Takes what fastjson takes: single quotes, names without quotes, commas too many, comments,
  // Set[...] and TreeSet[...] as arrays, objects and numbers as keys. kMalformed says where;
  // kInvalidArgument past a limit. `text` outlives the document. Text that is blank is null.
  static Result<JsonDocument> Parse(std::string_view text, JsonLimits limits = {});

  const JsonValue& root() const { return root_; }

 private:
  friend class JsonParser;
  JsonDocument() = default;

  std::unique_ptr<ScratchArena> text_;  // strings that had escapes
  std::unique_ptr<std::pmr::monotonic_buffer_resource> values_;
  JsonValue root_;
};

// How fastjson writes.
enum class JsonStyle : uint8_t {
  kLegacy,    // compact; keys that are not strings stay bare: {0:"..."}
  kStandard,  // compact; all keys quoted, other than ASCII as \uXXXX, integers past 2^53 quoted
  kPretty,    // as kLegacy, with a line and tabs for each member: the files in config/
};

// Puts a text together value by value. The caller pairs Begin and End, gives a key before each
// member, and keys in alphabetical order where the reader compares texts.
class JsonWriter {
 public:
  explicit JsonWriter(JsonStyle style = JsonStyle::kLegacy) : style_(style) {}

  JsonStyle style() const { return style_; }

  void BeginObject();
  void EndObject();
  void BeginArray();
  void EndArray();

  void Key(std::string_view name);
  void Key(int64_t number);
  // `text` is JSON itself: an object as a key.
  void ObjectKey(std::string_view text);

  void String(std::string_view text);
  void Int(int64_t value);
  void Double(double value);
  void Bool(bool value);
  void Null();
  void Raw(std::string_view json);

  // A member in one call.
  void Member(std::string_view name, std::string_view value) { Key(name), String(value); }
  void Member(std::string_view name, const char* value) { Key(name), String(value); }
  void Member(std::string_view name, const std::string& value) { Key(name), String(value); }
  void Member(std::string_view name, int64_t value) { Key(name), Int(value); }
  void Member(std::string_view name, int32_t value) { Key(name), Int(value); }
  void Member(std::string_view name, double value) { Key(name), Double(value); }
  void Member(std::string_view name, bool value) { Key(name), Bool(value); }

  // The text; the writer is empty after.
  std::string Take();

 private:
  void Value();  // what stands before a value that is not a member's
  void Open(char bracket);
  void Close(char bracket);
  void NewLine();

  const JsonStyle style_;
  std::string out_;
  std::vector<bool> has_one_;  // for each open bracket
  bool after_key_ = false;
};

}  // namespace pintle::remoting
