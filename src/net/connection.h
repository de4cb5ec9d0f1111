// One connection: a stream, the protocol on it, what waits to be written, and its bounds.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "net/in_flight.h"
#include "net/input.h"
#include "net/loop.h"
#include "net/output.h"
#include "net/protocol.h"
#include "net/transport.h"

namespace pintle::net {

struct ConnectionLimits {
  size_t input_bytes_max = 17 << 20;    // one frame and what came with it
  size_t output_mark_bytes = 8 << 20;   // past it the connection is not read until half has left
  size_t output_bytes_max = 128 << 20;  // past it the connection is closed
  int64_t idle_timeout_ms = 120'000;    // closed after so long without a byte either way; 0 = never
  InFlightBytes* in_flight = nullptr;   // of the process; nullptr: no bound
};

// Threads: its loop, but for loop(), id(), peer() and local(), which any thread may call.
class Connection : public std::enable_shared_from_this<Connection>, private StreamObserver {
 public:
  // Sniffs among `factories` (borrowed) on the first bytes. Reads from Start() on.
  static std::shared_ptr<Connection> Create(Loop& loop, uint64_t id, std::unique_ptr<Stream> stream,
                                            std::span<ProtocolFactory* const> factories,
                                            ConnectionLimits limits);
  // Speaks `factory`'s protocol from the start, as one who connected does.
  static std::shared_ptr<Connection> Create(Loop& loop, uint64_t id, std::unique_ptr<Stream> stream,
                                            ProtocolFactory& factory, ConnectionLimits limits);
  // Closes without telling anybody when it was not closed before.
  ~Connection() override;

  void Start();
  // Told once, after the protocol, when the connection is gone.
  void SetClosedListener(std::function<void(Connection&)> listener);

  Loop& loop() const { return loop_; }
  uint64_t id() const { return id_; }
  const Endpoint& peer() const { return peer_; }
  const Endpoint& local() const { return local_; }
  bool closed() const { return closed_; }
  // Null until the first bytes have told.
  Protocol* protocol() const { return protocol_.get(); }

  Output& output() { return output_; }
  // More waits than the output mark, or anything while the process holds too much: a protocol that
  // makes large answers stops in OnBytes() here.
  bool OutputFull() const { return output_.bytes() > (crowded_ ? 0 : limits_.output_mark_bytes); }
  // What is in output() leaves at the latest at the end of this turn, in one gathered write. Called
  // by the connection itself after OnBytes(); by others after they added output.
  void Flush();
  // Runs OnBytes() again on what is buffered, at the end of the turn, and reads on; for a protocol
  // that stopped consuming because of a bound of its own.
  void Resume();
  // Nothing more is read or written. The protocol and the listener are told at the end of the turn.
  void Close(Error reason);
  // Nothing more is read; closes once everything in output() has left.
  void CloseAfterFlush(Error reason);
  // Nothing more is read; closes once the protocol is idle and everything in output() has left.
  void Drain(Error reason);

 private:
  enum class Closing : uint8_t { kNo, kWhenIdle, kWhenWritten };

  Connection(Loop& loop, uint64_t id, std::unique_ptr<Stream> stream,
             std::span<ProtocolFactory* const> factories, ConnectionLimits limits);

  void OnReadable() override;
  void OnWritable() override;
  void OnClosed(Error reason) override;

  bool Crowded() const { return limits_.in_flight != nullptr && limits_.in_flight->over(); }
  // Tells the process what is held here now.
  void Account();
  // True when part of a large request waits for room in the process; looks again by itself.
  bool WaitsForRoom();
  // Closes when the peer lets too much wait.
  bool ClosedForOutput();
  bool MayRead() const;
  bool Sniff();
  void Deliver();
  void ReadOn();
  void WriteOut();
  void AfterWrite();
  void CloseIfDone();
  void NoteActivity() { active_ms_ = loop_.clock().MonotonicMs(); }
  void WatchIdle(int64_t delay_ms);

  Loop& loop_;
  const uint64_t id_;
  const Endpoint peer_;
  const Endpoint local_;
  const ConnectionLimits limits_;
  const std::vector<ProtocolFactory*> factories_;
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<Protocol> protocol_;
  std::function<void(Connection&)> closed_listener_;
  Input input_;
  Output output_;
  Error reason_;           // why it closes
  int64_t active_ms_ = 0;  // when a byte last came or went
  TimerId idle_timer_ = TimerId::kNone;
  TimerId room_timer_ = TimerId::kNone;
  int64_t accounted_ = 0;  // bytes of ours in limits_.in_flight
  Closing closing_ = Closing::kNo;
  bool closed_ = false;
  bool has_turn_ = false;  // to read on past the process's bound
  // The process held too much when OnBytes() was last called. Not looked at anew until then: where
  // the protocol stopped because of it, we must know.
  bool crowded_ = false;
  bool delivering_ = false;  // OnBytes() is on the stack
  bool flush_deferred_ = false;
  bool resume_deferred_ = false;
  bool write_blocked_ = false;  // the stream takes no more; OnWritable() comes
  bool output_paused_ = false;  // not read until half of the mark has left
};

}  // namespace pintle::net
