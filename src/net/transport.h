// Byte streams and how to get them, as a seam: TCP here, a simulated network in tests.
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
  virtual void OnRead(size_t bytes) = 0;      // into the buffer given to Read()
  virtual void OnWritten(size_t bytes) = 0;   // of the views given to Write(), from the front
  virtual void OnClosed(Error reason) = 0;    // once; kClosed for an orderly end by the peer
};

// A two-way byte stream. At most one Read() and one Write() are under way at a time.
class Stream {
 public:
  virtual ~Stream() = default;
  virtual void SetObserver(StreamObserver* observer) = 0;
  virtual void Read(ByteSpan into) = 0;
  // Gathered; the bytes stay valid until OnWritten() or OnClosed().
  virtual void Write(std::span<const ByteView> views) = 0;
  // Writes at once what the socket takes, without waiting; 0 when it takes nothing. A failure
  // arrives as OnClosed().
  virtual size_t WriteNow(std::span<const ByteView> views) = 0;
  virtual void Close() = 0;
  virtual Endpoint peer() const = 0;
  virtual Endpoint local() const = 0;
};

class Listener {
 public:
  virtual ~Listener() = default;
  virtual Endpoint local() const = 0;  // with the real port
  virtual void Close() = 0;
};

class Transport {
 public:
  virtual ~Transport() = default;
  // `pick_loop` gives the loop on which the next stream will live; `accepted` runs on that loop.
  virtual Result<std::unique_ptr<Listener>> Listen(
      Loop& loop, const Endpoint& at, std::function<Loop&()> pick_loop,
      std::function<void(Loop&, std::unique_ptr<Stream>)> accepted) = 0;
  // Resolves and connects; kUnavailable or kTimeout.
  virtual Task<Result<std::unique_ptr<Stream>>> Connect(Loop& loop, Endpoint to,
                                                        int64_t timeout_ms) = 0;
};

}  // namespace pintle::net
