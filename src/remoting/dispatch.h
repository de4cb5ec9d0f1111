// From a request's code to its handler: decoding, access check, metrics, slow log, error mapping and
// opaque happen here once.
//
// A handler is a struct:
//
//   struct PullMessage {
//     static constexpr int32_t kCode = 11;          // or several: static constexpr std::array kCodes
//     static constexpr Access kAccess = Access::kSubscribe;
//     using Request = PullMessageRequest;           // has kFields
//     using Response = PullMessageResponse;         // has kFields; NoFields when there is none
//     static net::Task<Reply<Response>> Handle(Broker& broker, Call<Request> call);
//     // or, when it never waits:  static Reply<Response> Handle(Broker&, const Call<Request>&);
//   };
//   using Handlers = HandlerList<SendMessage, PullMessage, ...>;
//
// Two handlers on one code do not compile.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/task.h"
#include "remoting/codes.h"
#include "remoting/command.h"
#include "remoting/fields.h"

namespace pintle::remoting {

class Session;

// What a request wants to do; the access check decides by it.
enum class Access : uint8_t { kPublic, kPublish, kSubscribe, kRead, kManage, kInternal };

// One request on its way through a handler. Views (body, std::string_view fields) are valid until
// the handler first suspends; what is needed later is copied before.
template <typename Request>
struct Call {
  Request request;
  CommandHead head;
  ByteView body;
  const std::vector<Field>* extra = nullptr;  // all fields as received; until first suspension
  std::shared_ptr<Session> session;           // where it came from
  int64_t received_ns = 0;                    // monotonic
};

// Bytes of an answer's body: owned text, or pinned stretches of the log that are written from where
// they are.
struct PinnedBytes {
  ByteView bytes;
  std::shared_ptr<const void> pin;
};
struct Body {
  std::string owned;
  std::vector<PinnedBytes> pinned;  // after `owned`
  size_t size() const;
};

template <typename Response>
struct Reply {
  ResponseCode code = ResponseCode::kSuccess;
  std::string remark;
  Response fields;
  Body body;
  bool with_fields = true;  // false: an error without a header

  Reply() = default;
  Reply(Response f) : fields(std::move(f)) {}  // NOLINT: a bare response is a success
  // The error's code maps through ResponseCodeOf(); its message is the remark.
  Reply(const Error& error);                   // NOLINT: an error is an answer
  Reply(ResponseCode c, std::string why) : code(c), remark(std::move(why)), with_fields(false) {}
};

}  // namespace pintle::remoting
