#include "remoting/server_session.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.h"

namespace pintle::remoting {

namespace {

// Clients newer than V5_3_1 understand GO_AWAY.
constexpr int32_t kGoAwayVersion = 475;

}  // namespace

ServerSession::ServerSession(net::Connection& connection, std::shared_ptr<ServerShared> shared,
                             std::shared_ptr<ServerLoop> own_loop)
    : id_(connection.id()),
      peer_(connection.peer()),
      local_(connection.local()),
      shared_(std::move(shared)),
      own_(std::move(own_loop)),
      connection_(&connection),
      invocations_(connection.loop(), shared_->options.invokes_max) {}

// ---- requests of the client

void ServerSession::Serve(const std::shared_ptr<ServingSession>& self, const Command& command) {
  encoding_ = command.head.encoding;
  const DispatchTable& table = shared_->table;
  Exchange exchange{command.head, static_cast<uint16_t>(table.entries().size()), own_->read_ns()};
  const HandlerEntry* const entry = table.Find(command.head.code);
  if (entry == nullptr) [[unlikely]] {
    RefuseUnknown(exchange);
    return;
  }
  exchange.entry = static_cast<uint16_t>(entry - table.entries().data());
  if (shared_->draining.load(std::memory_order_relaxed) && command.head.version > kGoAwayVersion)
      [[unlikely]] {
    Refuse(exchange, ResponseCode::kGoAway, "please go away");
    return;
  }
  if (shared_->access != nullptr) {
    if (Status allowed = shared_->access->Check(*this, command, entry->access); !allowed) {
      Refuse(exchange, ResponseCodeOf(allowed.error().code), std::move(allowed.error().message));
      return;
    }
  }
  entry->run(table.context(), self, command, exchange);
}

void ServerSession::Refuse(const Exchange& exchange, ResponseCode code, std::string remark) {
  detail::Answer(*this, exchange, Reply<NoFields>(code, std::move(remark)), false);
}

void ServerSession::RefuseUnknown(const Exchange& exchange) {
  const int32_t code = exchange.head.code;
  static LogLimiter limiter;
  if (limiter.Allow())
    PINTLE_LOG(kWarn, "{}: {} asks for {} ({}), which is not served here ({} more since)",
               shared_->options.name, peer_.ToString(), code, RequestCodeName(code),
               limiter.TakeSwallowed());
  Refuse(exchange, ResponseCode::kRequestCodeNotSupported,
         fmt::format(" request type {} not supported: {}", code, RequestCodeName(code)));
}

net::Output* ServerSession::answer_output() {
  return connection_ == nullptr ? nullptr : &connection_->output();
}

void ServerSession::OnAnswered(const Exchange& exchange, ResponseCode code, bool late) {
  if (!late) [[likely]] {
    own_->NoteAnswer(exchange.entry, code);
    return;
  }
  own_->NoteLateAnswer(exchange.entry, exchange.received_ns, code);
  --in_flight_;
  if (connection_ == nullptr) return;
  connection_->Flush();
  if (paused_ && !full()) {
    paused_ = false;
    connection_->Resume();
  }
}

// ---- requests to the client

void ServerSession::Send(int32_t code, int32_t opaque, int32_t flag, const FieldList& fields,
                         std::string_view body) {
  CommandHead head;
  head.code = code;
  head.version = kOurVersion;
  head.opaque = opaque;
  head.flag = flag;
  head.encoding = encoding_;
  AppendCommand(connection_->output(), head, {}, fields, AsBytes(body));
  connection_->Flush();
}

void ServerSession::SendOneway(int32_t code, FieldList fields, std::string body) {
  if (closed()) return;
  if (!loop().InLoop()) {
    loop().Post([self = shared_from_this(), code, fields = std::move(fields),
                 body = std::move(body)]() mutable {
      self->SendOneway(code, std::move(fields), std::move(body));
    });
    return;
  }
  // Nobody answers, so nobody looks at the opaque.
  if (connection_ != nullptr) Send(code, 0, kFlagOneway, fields, body);
}

net::Task<Result<std::unique_ptr<OwnedCommand>>> ServerSession::Invoke(
    net::Loop& caller, int32_t code, FieldList fields, std::string body, int64_t timeout_ms) {
  const std::shared_ptr<Session> self = shared_from_this();
  co_await net::SwitchTo(loop());
  Result<std::unique_ptr<OwnedCommand>> answer;
  {
    InvocationTable::Waiter waiter(invocations_);
    Status opened = waiter.Open();
    if (opened && connection_ != nullptr) {
      Send(code, waiter.opaque(), 0, fields, body);
      answer = co_await waiter.Answer(timeout_ms);
    } else if (opened) {
      answer = Fail(ErrorCode::kClosed, "the client is gone");
    } else {
      answer = std::unexpected(std::move(opened).error());
    }
  }
  co_await net::SwitchTo(caller);
  co_return answer;
}

void ServerSession::TakeAnswer(ByteView frame) {
  auto answer = std::make_unique<OwnedCommand>();
  answer->frame = AsText(frame);
  // It was decoded once already, so it decodes.
  if (!DecodeCommand(AsBytes(answer->frame), answer->arena, answer->command)) return;
  const int32_t opaque = answer->command.head.opaque;
  if (invocations_.Complete(std::move(answer))) return;
  static LogLimiter limiter;
  if (limiter.Allow())
    PINTLE_LOG(kInfo, "{}: {} answers request {}, which nobody waits for ({} more since)",
               shared_->options.name, peer_.ToString(), opaque, limiter.TakeSwallowed());
}

void ServerSession::Close(Error why) {
  if (closed()) return;
  if (!loop().InLoop()) {
    loop().Post([self = shared_from_this(), why = std::move(why)] { self->Close(why); });
    return;
  }
  if (connection_ != nullptr) connection_->CloseAfterFlush(std::move(why));
}

void ServerSession::OnConnectionClosed(const Error& why) {
  const std::shared_ptr<Session> self = shared_from_this();
  closed_ = true;
  connection_ = nullptr;
  invocations_.FailAll({ErrorCode::kClosed, why.message});
  for (const auto& listener : shared_->closed_listeners) listener(self);
}

// ---- the protocol

ServerProtocol::ServerProtocol(net::Connection& connection, std::shared_ptr<ServerShared> shared,
                               std::shared_ptr<ServerLoop> own_loop)
    : connection_(connection),
      shared_(std::move(shared)),
      own_(std::move(own_loop)),
      session_(std::make_shared<ServerSession>(connection, shared_, own_)),
      serving_(session_) {}

Result<size_t> ServerProtocol::OnBytes(ByteView in) {
  own_->BeginRead();
  FrameCutter cutter(in);
  Status taken = TakeAll(cutter);
  const int64_t spent_ns = own_->EndRead();
  if (spent_ns > shared_->options.slow_ms * 1'000'000) [[unlikely]]
    LogSlowRead(spent_ns);
  if (!taken) return std::unexpected(std::move(taken).error());
  wanted_ = cutter.wanted();
  return cutter.consumed();
}

Status ServerProtocol::TakeAll(FrameCutter& cutter) {
  while (!connection_.closed()) {
    if (session_->full()) {
      session_->SetPaused(true);
      break;
    }
    // Large answers leave before more are made; the connection calls again by itself.
    if (connection_.OutputFull()) break;
    PINTLE_ASSIGN(const Frame frame, cutter.Next());
    if (frame.bytes.empty()) break;
    PINTLE_TRY(Take(frame));
  }
  return {};
}

// Handlers that do not wait should not take long: the whole loop waits for them.
void ServerProtocol::LogSlowRead(int64_t spent_ns) const {
  std::string what;
  for (const ServerLoop::Run& run : own_->runs().first(std::min<size_t>(own_->runs().size(), 5))) {
    const bool known = run.entry < shared_->table.entries().size();
    fmt::format_to(std::back_inserter(what), " {} {}", run.requests,
                   known ? RequestCodeName(shared_->table.entries()[run.entry].code) : "unknown");
  }
  PINTLE_LOG(kWarn, "{}: the requests of one read of {} took {} ms:{}", shared_->options.name,
             connection_.peer().ToString(), spent_ns / 1'000'000, what);
}

Status ServerProtocol::Take(const Frame& frame) {
  own_->arena.Reset();
  PINTLE_TRY(DecodeCommand(frame.head, frame.bytes, own_->arena, own_->command));
  if (own_->command.head.is_response()) {
    session_->TakeAnswer(frame.bytes);
  } else {
    session_->Serve(serving_, own_->command);
  }
  return {};
}

void ServerProtocol::OnClosed(const Error& reason) {
  if (reason.code == ErrorCode::kMalformed || reason.code == ErrorCode::kOverloaded) {
    static LogLimiter limiter;
    if (limiter.Allow())
      PINTLE_LOG(kWarn, "{}: {} was disconnected: {} ({} more since)", shared_->options.name,
                 connection_.peer().ToString(), reason.message, limiter.TakeSwallowed());
  }
  session_->OnConnectionClosed(reason);
}

}  // namespace pintle::remoting
