// Why an operation was not done, in the broker's own terms; each protocol maps the code once. The
// reasons are finer than base's ErrorCode because clients act on them differently: they create a
// topic, send to another broker, or register again.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

#include "base/error.h"

namespace pintle::broker {

enum class RefusalCode : uint8_t {
  kInternal,               // a fault of ours, or one that the client cannot mend
  kBusy,                   // a bound is reached; nothing was done; try again or elsewhere
  kUnavailable,            // not writable or shutting down; nothing was done
  kUnsupported,            // understood, not served
  kMessageIllegal,         // body, properties or topic outside of their limits
  kInvalidParameter,       // a value that is not allowed here
  kNoPermission,           // the broker, topic or group forbids it
  kTopicMissing,           // no such topic on this broker
  kGroupMissing,           // no such consumer group on this broker
  kSubscriptionMissing,    // the group has not told what it wants of the topic
  kSubscriptionStale,      // the request knows a newer subscription than the broker
  kSubscriptionMalformed,  // an expression that does not parse
  kFilterMissing,          // the expression that the group has told does not compile
  kTooLate,                // allowed before, not any more
  kNotFound,               // nothing stored under that key, id or offset
  kConsumerOffline,        // no client of the group is connected
};

struct Refusal {
  RefusalCode code = RefusalCode::kInternal;
  std::string message;

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

template <typename T>
using Outcome = std::expected<T, Refusal>;

// return Refuse(RefusalCode::kTopicMissing, "topic[{}] not exist", topic);
template <typename... Args>
[[nodiscard]] std::unexpected<Refusal> Refuse(RefusalCode code, fmt::format_string<Args...> format,
                                              Args&&... args) {
  return std::unexpected(Refusal{code, fmt::format(format, std::forward<Args>(args)...)});
}

// The refusal for an error of a layer below.
Refusal ToRefusal(const Error& error);

}  // namespace pintle::broker
