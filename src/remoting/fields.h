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
// until the handler first suspends), bool, int32_t, int64_t, std::optional of these. An absent
// Required field, or text that is not of the type, is kInvalidArgument naming the field. Unknown
// fields are ignored. On encoding, an absent optional is left out.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "base/error.h"
#include "remoting/command.h"

namespace pintle::remoting {

template <typename Struct, typename Member>
struct FieldSpec {
  std::string_view name;
  Member Struct::*member;
  bool required;
};

template <typename Struct, typename Member>
constexpr FieldSpec<Struct, Member> Required(std::string_view name, Member Struct::*member) {
  return {name, member, true};
}
template <typename Struct, typename Member>
constexpr FieldSpec<Struct, Member> Optional(std::string_view name, Member Struct::*member) {
  return {name, member, false};
}

// A request or response without fields.
struct NoFields {
  static constexpr auto kFields = std::tuple();
};

// Reads `out`'s fields out of a command.
template <typename Struct>
Status DecodeFields(const Command& command, Struct& out);

// Calls sink(name, value_text) for each field that is present.
template <typename Struct, typename Sink>
void VisitFields(const Struct& in, Sink&& sink);

}  // namespace pintle::remoting
