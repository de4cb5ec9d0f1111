// The session behind dispatch.h's ServingSession, and the protocol that feeds it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/connection.h"
#include "net/protocol.h"
#include "remoting/dispatch.h"
#include "remoting/frame_cutter.h"
#include "remoting/invocation_table.h"
#include "remoting/remoting_server.h"
#include "remoting/server_loop.h"

namespace pintle::remoting {

// What the sessions of one server share. Const after the first connection, but for `draining`.
struct ServerShared {
  const DispatchTable& table;
  AccessCheck* const access;
  const RemotingServerOptions options;
  std::vector<std::function<void(const std::shared_ptr<Session>&)>> closed_listeners;
  std::atomic<bool> draining{false};
};

// Outlives its connection while somebody holds it; then everything that it is asked to send is
// lost.
class ServerSession final : public ServingSession {
 public:
  ServerSession(net::Connection& connection, std::shared_ptr<ServerShared> shared,
                std::shared_ptr<ServerLoop> own_loop);

  uint64_t id() const override { return id_; }
  const net::Endpoint& peer() const override { return peer_; }
  const net::Endpoint& local() const override { return local_; }
  net::Loop& loop() const override { return own_->loop; }
  bool closed() const override { return closed_.load(std::memory_order_relaxed); }
  bool crowded() const override { return connection_ != nullptr && connection_->OutputFull(); }
  void SendOneway(int32_t code, FieldList fields, std::string body) override;
  net::Task<Result<std::unique_ptr<OwnedCommand>>> Invoke(net::Loop& caller, int32_t code,
                                                          FieldList fields, std::string body,
                                                          int64_t timeout_ms) override;
  void Close(Error why) override;

  net::Output* answer_output() override;
  void OnAnswered(const Exchange& exchange, ResponseCode code, bool late) override;
  void OnSuspended() override { ++in_flight_; }

  // For the protocol.

  // Runs one decoded request; its answer may be in the output when this returns.
  void Serve(const std::shared_ptr<ServingSession>& self, const Command& command);
  // An answer of the client to a request of ours.
  void TakeAnswer(ByteView frame);
  void OnConnectionClosed(const Error& why);
  bool full() const { return in_flight_ >= shared_->options.in_flight_max; }
  bool idle() const { return in_flight_ == 0; }
  void SetPaused(bool paused) { paused_ = paused; }
  bool paused() const { return paused_; }

 private:
  void Refuse(const Exchange& exchange, ResponseCode code, std::string remark);
  void RefuseUnknown(const Exchange& exchange);
  void Send(int32_t code, int32_t opaque, int32_t flag, const FieldList& fields,
            std::string_view body);

  const uint64_t id_;
  const net::Endpoint peer_;
  const net::Endpoint local_;
  const std::shared_ptr<ServerShared> shared_;
  const std::shared_ptr<ServerLoop> own_;
  std::atomic<bool> closed_{false};

  // Its loop's.
  net::Connection* connection_;  // null when closed
  InvocationTable invocations_;
  HeaderEncoding encoding_ = HeaderEncoding::kJson;  // the client's
  size_t in_flight_ = 0;                             // requests whose handlers are suspended
  bool paused_ = false;
};

// Cuts the stream into frames. Owned by its connection.
class ServerProtocol final : public net::Protocol {
 public:
  ServerProtocol(net::Connection& connection, std::shared_ptr<ServerShared> shared,
                 std::shared_ptr<ServerLoop> own_loop);

  Result<size_t> OnBytes(ByteView in) override;
  size_t BytesWanted() const override { return wanted_; }
  bool Paused() const override { return session_->paused(); }
  void OnClosed(const Error& reason) override;
  bool Idle() const override { return session_->idle(); }

 private:
  Status TakeAll(FrameCutter& cutter);
  Status Take(const Frame& frame);
  void LogSlowRead(int64_t spent_ns) const;

  net::Connection& connection_;
  const std::shared_ptr<ServerShared> shared_;
  const std::shared_ptr<ServerLoop> own_;
  const std::shared_ptr<ServerSession> session_;
  const std::shared_ptr<ServingSession> serving_;  // the same, as handlers take it
  size_t wanted_ = kFrameHeadSize;
};

}  // namespace pintle::remoting
