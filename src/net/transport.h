// Byte streams and how to get them, as a seam: TCP here, a simulated network in tests.
//
// Streams tell when they are ready and are then read and written without waiting, so that a stream
// that waits for its peer holds no memory.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "base/error.h"
#include "net/endpoint.h"
#include "net/loop.h"

namespace pintle::net {

// Told what happens on a stream. Calls come on the stream's loop, never from inside a call to the
// stream.
class StreamObserver {
 public:
  virtual ~StreamObserver() = default;
  virtual void OnReadable() = 0;  // once per WaitReadable(); ReadNow() may still find nothing
  virtual void OnWritable() = 0;  // once per WaitWritable()
  // Once, unless Close() came first; nothing follows. kClosed for an orderly end by the peer.
  virtual void OnClosed(Error reason) = 0;
};

// A two-way byte stream. Destroying it closes it; its observer hears nothing more.
// Threads: its loop.
class Stream {
 public:
  virtual ~Stream() = default;
  virtual void SetObserver(StreamObserver* observer) = 0;
  // Takes what has arrived, without waiting. 0: nothing has, or the stream failed or ended, which
  // arrives as OnClosed().
  virtual size_t ReadNow(ByteSpan into) = 0;
  // OnReadable() once when there is something to read, the end included. Harmless while waiting.
  virtual void WaitReadable() = 0;
  // Writes what the stream takes at once, gathered. 0 when it takes nothing or failed, which
  // arrives as OnClosed().
  virtual size_t WriteNow(std::span<const ByteView> views) = 0;
  // OnWritable() once when it would take something. Harmless while waiting.
  virtual void WaitWritable() = 0;
  // Bytes that were taken still reach the peer if it reads them. Harmless when closed.
  virtual void Close() = 0;
  virtual Endpoint peer() const = 0;
  virtual Endpoint local() const = 0;
};

// Destroying it closes it. Threads: local(), Close() and the destructor from any thread; the rest
// its loop.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual Endpoint local() const = 0;  // with the real port
  // Between the two nothing is accepted; who connects waits in the system's queue.
  virtual void Pause() = 0;
  virtual void Resume() = 0;
  // On its loop: nothing is accepted from here on. Elsewhere: soon.
  virtual void Close() = 0;
};

// Threads: Listen() from any thread, Connect() on `loop`.
class Transport {
 public:
  virtual ~Transport() = default;
  // `pick_loop` runs on `loop` for each accepted stream and gives the loop on which it will live;
  // it may Pause() the listener. `accepted` then runs on that loop. Out of descriptors, accepting
  // pauses and tries again by itself. kInvalidArgument (no such address), kBusy (taken),
  // kPermissionDenied, kIo.
  virtual Result<std::unique_ptr<Listener>> Listen(
      Loop& loop, const Endpoint& at, std::function<Loop&()> pick_loop,
      std::function<void(Loop&, std::unique_ptr<Stream>)> accepted) = 0;
  // Resolves and connects, trying each address in turn; kUnavailable or kTimeout.
  virtual Task<Result<std::unique_ptr<Stream>>> Connect(Loop& loop, Endpoint to,
                                                        int64_t timeout_ms) = 0;
};

}  // namespace pintle::net
