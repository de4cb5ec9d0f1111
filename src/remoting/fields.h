// Field tables: one list per request or response struct serves JSON and binary headers, both ways.
//
//   struct UnregisterClientRequest {
//     std::string client_id;
//     std::string producer_group;
//     std::string consumer_group;
//     static constexpr auto kFields = std::tuple(
//         Required("clientID", &UnregisterClientRequest::client_id),
//         Optional("producerGroup", &UnregisterClientRequest::producer_group),
//         Optional("consumerGroup", &UnregisterClientRequest::consumer_group));
//   };
//
// Field types: std::string, std::string_view (borrows from the frame: hot requests only, valid
// until the handler first suspends), ShortText, bool, int32_t, int64_t, enums with FieldEnumNames,
// std::optional of these. Unknown fields are ignored; of a name that comes twice the last counts.
// On encoding, an absent optional and an empty Optional() text are left out.
//
// Decoding is as lenient as RocketMQ is. `Required` is what a request makes no sense without: its
// absence is kInvalidArgument naming the field. Text that is not of its field's type counts as
// absent, unless the struct says `static constexpr bool kStrict = true`: then it is an error.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/topic.h"
#include "remoting/command.h"
#include "remoting/field_names.h"
#include "remoting/short_text.h"

namespace pintle::remoting {

template <typename Struct, typename Member>
struct FieldSpec {
  std::string_view name;
  Member Struct::* member;
  bool required;
};

template <typename Struct, typename Member>
constexpr FieldSpec<Struct, Member> Required(std::string_view name, Member Struct::* member) {
  return {name, member, true};
}
template <typename Struct, typename Member>
constexpr FieldSpec<Struct, Member> Optional(std::string_view name, Member Struct::* member) {
  return {name, member, false};
}

// A request or response without fields.
struct NoFields {
  static constexpr auto kFields = std::tuple();
};

// Fields as names and texts, for requests that are put together at run time.
using FieldList = std::vector<std::pair<std::string, std::string>>;

// Specialised for an enum that a field can have: its names on the wire, in the order of its values.
template <typename Enum>
struct FieldEnumNames;

// Which of several messages with one timestamp, or around a missing one.
enum class Boundary : uint8_t { kLower, kUpper };
template <>
struct FieldEnumNames<Boundary> {
  static constexpr std::array<std::string_view, 2> kNames = {"LOWER", "UPPER"};
};
template <>
struct FieldEnumNames<model::TopicFilterType> {
  static constexpr std::array<std::string_view, 2> kNames = {"SINGLE_TAG", "MULTI_TAG"};
};

// The text of a field as its type; false when it is not one. Integers as Java's parseInt takes
// them (a sign, no blanks, no overflow); booleans never fail: all but "true" is false; names of
// enums in any case.
bool ParseFieldText(std::string_view text, int32_t& out);
bool ParseFieldText(std::string_view text, int64_t& out);
bool ParseFieldText(std::string_view text, bool& out);
bool ParseFieldEnum(std::string_view text, std::span<const std::string_view> names, size_t& out);
inline bool ParseFieldText(std::string_view text, std::string_view& out) {
  out = text;
  return true;
}
inline bool ParseFieldText(std::string_view text, std::string& out) {
  out = text;
  return true;
}
template <size_t kInline>
bool ParseFieldText(std::string_view text, ShortText<kInline>& out) {
  out = text;
  return true;
}
template <typename Enum>
  requires std::is_enum_v<Enum>
bool ParseFieldText(std::string_view text, Enum& out) {
  size_t index = 0;
  if (!ParseFieldEnum(text, FieldEnumNames<Enum>::kNames, index)) return false;
  out = static_cast<Enum>(index);
  return true;
}
template <typename T>
bool ParseFieldText(std::string_view text, std::optional<T>& out) {
  T value{};
  if (!ParseFieldText(text, value)) return false;
  out = std::move(value);
  return true;
}

namespace detail {

[[nodiscard]] std::unexpected<Error> FieldMissing(std::string_view name);
[[nodiscard]] std::unexpected<Error> FieldInvalid(std::string_view name, std::string_view text);
// A lenient struct takes the field for absent; the log says so, once a second at most.
void FieldIgnored(std::string_view name, std::string_view text);

template <typename Struct>
constexpr bool IsStrict() {
  if constexpr (requires { Struct::kStrict; }) return Struct::kStrict;
  return false;
}

template <typename Struct>
inline constexpr size_t kFieldCount = std::tuple_size_v<decltype(Struct::kFields)>;

template <typename Struct>
constexpr auto NamesOf() {
  return std::apply(
      [](const auto&... specs) {
        return std::array<std::string_view, sizeof...(specs)>{specs.name...};
      },
      Struct::kFields);
}

template <typename Struct>
inline constexpr FieldNames<kFieldCount<Struct>> kFieldNames{NamesOf<Struct>()};

template <typename Struct, typename Spec>
bool DecodeOne(const Spec& spec, const Field* field, Struct& out, Status& status) {
  if (field == nullptr) {
    if (!spec.required) return true;
    status = FieldMissing(spec.name);
    return false;
  }
  if (ParseFieldText(field->value, out.*(spec.member))) [[likely]]
    return true;
  if (IsStrict<Struct>()) {
    status = FieldInvalid(spec.name, field->value);
    return false;
  }
  FieldIgnored(spec.name, field->value);
  if (!spec.required) return true;
  status = FieldInvalid(spec.name, field->value);
  return false;
}

// Digits of integers and names of enums are made in `scratch`.
using ValueScratch = std::array<char, 24>;

template <typename T>
std::string_view ValueText(const T& value, ValueScratch& scratch) {
  if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_integral_v<T>) {
    const auto end = std::to_chars(scratch.data(), scratch.data() + scratch.size(), value).ptr;
    return {scratch.data(), static_cast<size_t>(end - scratch.data())};
  } else if constexpr (std::is_enum_v<T>) {
    return FieldEnumNames<T>::kNames[static_cast<size_t>(value)];
  } else {
    return std::string_view(value);
  }
}

template <typename T>
inline constexpr bool kIsOptional = false;
template <typename T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

template <typename T>
size_t ValueTextBound(const T& value) {
  if constexpr (kIsOptional<T>) {
    return value ? ValueTextBound(*value) : 0;
  } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
    return sizeof(ValueScratch);
  } else {
    return std::string_view(value).size();
  }
}

// A sink may take apart what never needs an escape.
template <typename T, typename Sink>
void GivePlain(std::string_view name, const T& value, Sink& sink) {
  ValueScratch scratch;
  if constexpr (requires { sink.Plain(name, name); }) {
    sink.Plain(name, ValueText(value, scratch));
  } else {
    sink(name, ValueText(value, scratch));
  }
}

template <typename Spec, typename T, typename Sink>
void VisitOne(const Spec& spec, const T& value, Sink& sink) {
  if constexpr (kIsOptional<T>) {
    if (value) VisitOne(spec, *value, sink);
  } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
    GivePlain(spec.name, value, sink);
  } else {
    const std::string_view text(value);
    if (spec.required || !text.empty()) sink(spec.name, text);
  }
}

}  // namespace detail

// Reads `out`'s fields out of a command's.
template <typename Struct>
Status DecodeFields(std::span<const Field> fields, Struct& out) {
  std::array<const Field*, detail::kFieldCount<Struct>> found{};
  if constexpr (!found.empty()) {
    for (const Field& field : fields) {
      const size_t index = detail::kFieldNames<Struct>.Find(field.name);
      if (index < found.size()) found[index] = &field;
    }
  }
  Status status;
  std::apply(
      [&](const auto&... specs) {
        [[maybe_unused]] size_t i = 0;
        (void)(detail::DecodeOne(specs, found[i++], out, status) && ...);
      },
      Struct::kFields);
  return status;
}

template <typename Struct>
Status DecodeFields(const Command& command, Struct& out) {
  return DecodeFields(std::span<const Field>(command.fields), out);
}

// Calls sink(name, value_text) for each field that is present.
template <typename Struct, typename Sink>
void VisitFields(const Struct& in, Sink&& sink) {
  std::apply(
      [&](const auto&... specs) { (detail::VisitOne(specs, in.*(specs.member), sink), ...); },
      Struct::kFields);
}

// Bytes of all names and values that VisitFields() gives, at most.
template <typename Struct>
size_t FieldsTextBound(const Struct& in) {
  return std::apply(
      [&](const auto&... specs) {
        return (size_t{0} + ... + (specs.name.size() + detail::ValueTextBound(in.*(specs.member))));
      },
      Struct::kFields);
}

// The fields of a request struct for RemotingClient and Session.
template <typename Struct>
FieldList ToFieldList(const Struct& in) {
  FieldList out;
  out.reserve(detail::kFieldCount<Struct>);
  VisitFields(in, [&](std::string_view name, std::string_view value) {
    // Assigned in place: GCC 12 warns of a moved short string where there is nothing wrong.
    auto& [to_name, to_value] = out.emplace_back();
    to_name.assign(name);
    to_value.assign(value);
  });
  return out;
}

}  // namespace pintle::remoting
