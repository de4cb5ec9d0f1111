// From a request's code to its handler: decoding, access check, metrics, slow log, error mapping
// and opaque happen here once.
//
// A handler is a struct:
//
//   struct PullMessage {
//     static constexpr int32_t kCode = 11;          // or several: static constexpr std::array
//     kCodes static constexpr Access kAccess = Access::kSubscribe; using Request =
//     PullMessageRequest;           // has kFields using Response = PullMessageResponse;         //
//     has kFields; NoFields when there is none static net::Task<Reply<Response>> Handle(Broker&
//     broker, Call<Request> call);
//     // or, when it never waits:  static Reply<Response> Handle(Broker&, const Call<Request>&);
//     // or, when it seldom does:
//     //   static NowOrLater<Response> Handle(Broker&, const Call<Request>&);
//   };
//   using Handlers = HandlerList<SendMessage, PullMessage, ...>;
//
// Two handlers on one code do not compile. A handler that is a coroutine starts and ends on its
// session's loop; while it does not suspend it costs no allocation.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "net/loop.h"
#include "net/task.h"
#include "remoting/codes.h"
#include "remoting/command.h"
#include "remoting/fields.h"
#include "remoting/reply.h"
#include "remoting/session.h"

namespace pintle::remoting {

// What a request wants to do; the access check decides by it.
enum class Access : uint8_t { kPublic, kPublish, kSubscribe, kRead, kManage, kInternal };

// One request on its way through a handler. Views (body, std::string_view fields, extra) are valid
// until the handler first suspends; what is needed later is copied before.
template <typename Request>
struct Call {
  Request request;
  CommandHead head;
  ByteView body;
  const std::vector<Field>* extra = nullptr;  // all fields as received; until first suspension
  std::shared_ptr<Session> session;           // where it came from
  int64_t received_ns = 0;                    // monotonic

  // The value of a loose field, one that is in no table; empty when absent. Until first suspension.
  std::string_view Extra(std::string_view name) const {
    for (const Field& field : *extra) {
      if (field.name == name) return field.value;
    }
    return {};
  }
};

// What a handler that seldom waits returns: the answer, or a task that gives it later and keeps
// nothing of the call that is a view. No coroutine frame is made for what is answered at once.
template <typename Response>
using NowOrLater = std::variant<Reply<Response>, net::Task<Reply<Response>>>;

// Decides whether a request may run, before its handler and after its head is known.
// Threads: any loop.
class AccessCheck {
 public:
  virtual ~AccessCheck() = default;
  // An error is the answer: kPermissionDenied reads NO_PERMISSION.
  virtual Status Check(const Session& session, const Command& command, Access access) = 0;
};

// One request under way: what remains of it once its handler suspended.
struct Exchange {
  CommandHead head;
  uint16_t entry = 0;       // in the table
  int64_t received_ns = 0;  // monotonic
};

// The session as the dispatcher sees it. Its loop only.
class ServingSession : public Session {
 public:
  // Where an answer goes; nullptr when the connection is gone.
  virtual net::Output* answer_output() = 0;
  // The answer is in the output (or was dropped: oneway, gone). `late`: the handler had suspended.
  virtual void OnAnswered(const Exchange& exchange, ResponseCode code, bool late) = 0;
  // The handler suspended; OnAnswered(late) follows.
  virtual void OnSuspended() = 0;
  std::shared_ptr<ServingSession> self() {
    return std::static_pointer_cast<ServingSession>(shared_from_this());
  }
};

// A row of the table.
struct HandlerEntry {
  int32_t code = 0;
  Access access = Access::kPublic;
  void (*run)(void* context, const std::shared_ptr<ServingSession>& session, const Command& command,
              const Exchange& exchange) = nullptr;
};

namespace detail {

template <typename Handler>
constexpr auto CodesOf() {
  if constexpr (requires { Handler::kCodes; }) {
    std::array<int32_t, std::size(Handler::kCodes)> codes{};
    std::copy(std::begin(Handler::kCodes), std::end(Handler::kCodes), codes.begin());
    return codes;
  } else {
    return std::array<int32_t, 1>{Handler::kCode};
  }
}

// Writes the answer into the session's output.
template <typename Response>
void Answer(ServingSession& session, const Exchange& exchange, const Reply<Response>& reply,
            bool late) {
  // An answer to a oneway request could be taken for that of a later one.
  if (!exchange.head.is_oneway()) {
    if (net::Output* out = session.answer_output()) AppendReply(*out, exchange.head, reply);
  }
  session.OnAnswered(exchange, reply.code, late);
}

// Resumes when a handler that was started before ends.
template <typename T>
struct Ended {
  typename net::Task<T>::Handle handler;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiter) noexcept {
    handler.promise().awaiter = awaiter;
  }
  T await_resume() { return handler.promise().Take(); }
};

template <typename Response>
net::Task<void> AnswerLater(typename net::Task<Reply<Response>>::Handle handler,
                            std::shared_ptr<ServingSession> session, Exchange exchange) {
  {
    Ended<Reply<Response>> ended{handler};
    Reply<Response> reply = co_await ended;
    Answer(*session, exchange, reply, true);
  }
  handler.destroy();
}

// Runs a handler's task as far as it goes without waiting.
template <typename Response>
void RunTask(const std::shared_ptr<ServingSession>& session, const Exchange& exchange,
             net::Task<Reply<Response>> task) {
  auto handler = task.Release();
  handler.resume();
  if (handler.done()) {
    Answer(*session, exchange, handler.promise().Take(), false);
    handler.destroy();
  } else {
    session->OnSuspended();
    session->loop().Spawn(AnswerLater<Response>(handler, session, exchange));
  }
}

template <typename Context, typename Handler>
void RunHandler(void* context, const std::shared_ptr<ServingSession>& session,
                const Command& command, const Exchange& exchange) {
  using Request = typename Handler::Request;
  using Response = typename Handler::Response;
  using Returned =
      decltype(Handler::Handle(std::declval<Context&>(), std::declval<Call<Request>>()));

  Call<Request> call;
  if (Status decoded = DecodeFields(command, call.request); !decoded) [[unlikely]] {
    // Java answers a header that it cannot decode with the exception's text.
    Answer(*session, exchange,
           Reply<Response>(ResponseCode::kSystemError, std::move(decoded.error().message)), false);
    return;
  }
  call.head = command.head;
  call.body = command.body;
  call.extra = &command.fields;
  call.session = session;
  call.received_ns = exchange.received_ns;
  auto& broker = *static_cast<Context*>(context);

  if constexpr (std::is_same_v<Returned, net::Task<Reply<Response>>>) {
    RunTask<Response>(session, exchange, Handler::Handle(broker, std::move(call)));
  } else if constexpr (std::is_same_v<Returned, NowOrLater<Response>>) {
    NowOrLater<Response> returned = Handler::Handle(broker, call);
    if (const auto* reply = std::get_if<Reply<Response>>(&returned)) [[likely]] {
      Answer(*session, exchange, *reply, false);
    } else {
      RunTask<Response>(session, exchange, std::get<1>(std::move(returned)));
    }
  } else {
    static_assert(std::is_same_v<Returned, Reply<Response>>,
                  "Handle() returns Reply<Response>, net::Task of it or NowOrLater<Response>");
    Answer(*session, exchange, Handler::Handle(broker, std::move(call)), false);
  }
}

}  // namespace detail

// Handlers by their codes, as a type.
template <typename... Handlers>
struct HandlerList {
  static constexpr auto Codes() {
    std::array<int32_t, (size_t{0} + ... + detail::CodesOf<Handlers>().size())> codes{};
    [[maybe_unused]] size_t n = 0;
    (
        [&] {
          for (const int32_t code : detail::CodesOf<Handlers>()) codes[n++] = code;
        }(),
        ...);
    return codes;
  }
  static constexpr bool Distinct() {
    auto codes = Codes();
    std::sort(codes.begin(), codes.end());
    return std::adjacent_find(codes.begin(), codes.end()) == codes.end();
  }

  // The rows, over handlers that take a `Context&`.
  template <typename Context>
  static std::vector<HandlerEntry> Entries() {
    static_assert(Distinct(), "two handlers of this list have one code");
    std::vector<HandlerEntry> entries;
    (
        [&] {
          for (const int32_t code : detail::CodesOf<Handlers>())
            entries.push_back({code, Handlers::kAccess, &detail::RunHandler<Context, Handlers>});
        }(),
        ...);
    return entries;
  }
};

// What a listening port serves. Borrows its context.
// Threads: const after construction.
class DispatchTable {
 public:
  // auto table = DispatchTable::Of<Handlers>(broker);
  template <typename Handlers, typename Context>
  static DispatchTable Of(Context& context) {
    return {Handlers::template Entries<Context>(), &context};
  }

  DispatchTable(std::vector<HandlerEntry> entries, void* context);

  std::span<const HandlerEntry> entries() const { return entries_; }
  void* context() const { return context_; }
  // The row of `code`, or nullptr.
  const HandlerEntry* Find(int32_t code) const {
    if (code >= 0 && code < kDirect) [[likely]] {
      const uint16_t index = direct_[static_cast<size_t>(code)];
      return index == kNone ? nullptr : &entries_[index];
    }
    return FindFar(code);
  }

 private:
  static constexpr int32_t kDirect = 1024;
  static constexpr uint16_t kNone = 0xffff;

  const HandlerEntry* FindFar(int32_t code) const;

  std::vector<HandlerEntry> entries_;  // by code
  std::array<uint16_t, kDirect> direct_;
  void* context_;
};

}  // namespace pintle::remoting
