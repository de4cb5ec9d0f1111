// One connection: a stream, the protocol on it, what waits to be written, and its bounds.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "net/loop.h"
#include "net/protocol.h"
#include "net/transport.h"

namespace pintle::net {

// Bytes that wait to be written: owned ones are copied together, large foreign ones are pinned and
// gathered without a copy.
class Output {
 public:
  // A place for `size` more owned bytes, to be filled before the turn ends.
  ByteSpan Reserve(size_t size);
  // Takes back the last `size` bytes of the last Reserve().
  void Unreserve(size_t size);
  void Append(ByteView bytes);
  void Append(std::string_view text) { Append(AsBytes(text)); }
  // Written from where they are; `pin` keeps them alive until then.
  void AppendPinned(ByteView bytes, std::shared_ptr<const void> pin);

  size_t bytes() const;

  // For the connection: views of the front, and what has been written.
  size_t Gather(std::span<ByteView> views) const;
  void Consume(size_t bytes);

 private:
  struct Chunk {
    std::vector<std::byte> owned;
    ByteView pinned;
    std::shared_ptr<const void> pin;
    size_t begin = 0;
  };
  std::vector<Chunk> chunks_;
  size_t first_ = 0;
  size_t bytes_ = 0;
};

struct ConnectionLimits {
  size_t read_chunk_bytes = 64 << 10;
  size_t input_bytes_max = 17 << 20;     // one frame and what came with it
  size_t output_mark_bytes = 8 << 20;    // past it the connection is not read until half is written
  size_t output_bytes_max = 128 << 20;   // past it the connection is closed
  int64_t idle_timeout_ms = 120'000;     // without a byte either way; 0 = never
};

// Threads: its loop, but for loop(), id() and Post().
class Connection : public std::enable_shared_from_this<Connection>, private StreamObserver {
 public:
  // Sniffs among `factories` (borrowed) on the first bytes. Starts reading in Start().
  static std::shared_ptr<Connection> Create(Loop& loop, uint64_t id, std::unique_ptr<Stream> stream,
                                            std::span<ProtocolFactory* const> factories,
                                            ConnectionLimits limits);
  ~Connection() override;

  void Start();
  // Told once, after the protocol, when the connection is gone.
  void SetClosedListener(std::move_only_function<void(Connection&)> listener);

  Loop& loop() const { return loop_; }
  uint64_t id() const { return id_; }
  const Endpoint& peer() const { return peer_; }
  const Endpoint& local() const { return local_; }
  bool closed() const { return closed_; }
  Protocol* protocol() const { return protocol_.get(); }

  Output& output() { return output_; }
  // What is in output() leaves at the end of this turn, in one gathered write. Called by the
  // connection itself after OnBytes(); by others after they added output.
  void Flush();
  // Runs OnBytes() again on what is buffered, at the end of the turn; for a protocol that stopped
  // consuming because of a bound of its own.
  void Resume();
  void Close(Error reason);
  // Closes once everything in output() has left.
  void CloseAfterFlush(Error reason);

 private:
  Connection(Loop& loop, uint64_t id, std::unique_ptr<Stream> stream,
             std::span<ProtocolFactory* const> factories, ConnectionLimits limits);
  void OnRead(size_t bytes) override;
  void OnWritten(size_t bytes) override;
  void OnClosed(Error reason) override;

  Loop& loop_;
  const uint64_t id_;
  Endpoint peer_;
  Endpoint local_;
  bool closed_ = false;
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<Protocol> protocol_;
  Output output_;
  // The rest is the implementer's.
};

}  // namespace pintle::net
