// What speaks on a connection.
#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/error.h"

namespace pintle::net {

class Connection;

// One per connection, on its loop; owned by the connection.
class Protocol {
 public:
  virtual ~Protocol() = default;

  // `in` is everything received and not consumed. Consumes whole requests from its front, answers
  // into connection.output(), and returns how many bytes it consumed. All complete requests are
  // consumed in one call: their answers leave in one write. An error closes the connection after
  // what is in output() has left. The bytes of `in` are gone after the call.
  virtual Result<size_t> OnBytes(ByteView in) = 0;
  // Bytes that must be there before OnBytes() can do anything; lets the buffer grow once. More than
  // the connection's input_bytes_max closes it.
  virtual size_t BytesWanted() const { return 1; }
  // True while OnBytes() left whole requests because of a bound of the protocol's own: the
  // connection is not read until Connection::Resume(). Past the output mark
  // (Connection::OutputFull()) OnBytes() may leave requests without this: it is called again by
  // itself.
  virtual bool Paused() const { return false; }
  // The connection is gone; no output from here on. The protocol is destroyed some time after.
  virtual void OnClosed(const Error& reason) = 0;

  // The server stops: nothing more will be read. Requests that are held for something to happen
  // are answered now.
  virtual void OnDrain() {}
  // False while a request is being worked on whose answer is not in output() yet.
  virtual bool Idle() const { return true; }
};

// Decides by a connection's first bytes whether it speaks a protocol.
// Threads: any thread; Create() on the connection's loop.
class ProtocolFactory {
 public:
  virtual ~ProtocolFactory() = default;

  enum class Match : uint8_t { kNo, kYes, kNeedMore };
  // `first` is never empty. The first factory in the server's order that does not say kNo decides,
  // so that how the bytes were cut never does.
  virtual Match Sniff(ByteView first) const = 0;
  virtual std::unique_ptr<Protocol> Create(Connection& connection) = 0;
};

}  // namespace pintle::net
