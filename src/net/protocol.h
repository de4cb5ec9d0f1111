// What speaks on a connection.
#pragma once

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
  // consumed in one call: their answers leave in one write. An error closes the connection.
  virtual Result<size_t> OnBytes(ByteView in) = 0;
  // Bytes that must be there before OnBytes() can do anything; lets the buffer grow once.
  virtual size_t BytesWanted() const { return 1; }
  // The connection is gone; no output from here on.
  virtual void OnClosed(const Error& reason) = 0;
};

// Decides by a connection's first bytes whether it speaks a protocol.
class ProtocolFactory {
 public:
  virtual ~ProtocolFactory() = default;

  enum class Match : uint8_t { kNo, kYes, kNeedMore };
  virtual Match Sniff(ByteView first) const = 0;
  virtual std::unique_ptr<Protocol> Create(Connection& connection) = 0;
};

}  // namespace pintle::net
