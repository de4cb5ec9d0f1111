// The server's side of one connection that speaks remoting: what a handler knows of its client, and
// how the broker asks something of that client.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "net/connection.h"
#include "net/task.h"
#include "remoting/codes.h"
#include "remoting/command.h"
#include "remoting/fields.h"

namespace pintle::remoting {

// An answer to a request that we sent; owns its bytes.
struct OwnedCommand {
  std::string frame;  // what the views of `command` borrow from
  ScratchArena arena;
  Command command;

  ResponseCode code() const { return static_cast<ResponseCode>(command.head.code); }
};

// Threads: its loop for crowded(); any thread for SendOneway() and Invoke() (they go to the session's loop themselves);
// the rest is const.
class Session : public std::enable_shared_from_this<Session> {
 public:
  virtual ~Session() = default;
  virtual uint64_t id() const = 0;
  virtual const net::Endpoint& peer() const = 0;
  virtual const net::Endpoint& local() const = 0;  // the listener that it came in by
  virtual net::Loop& loop() const = 0;
  virtual bool closed() const = 0;
  // So much waits for the client to read it that nothing more is read from it. On its loop.
  virtual bool crowded() const { return false; }

  // Sends a request to the client without an answer; `fields` as from ToFieldList(). Lost silently
  // when the connection is gone.
  virtual void SendOneway(int32_t code, FieldList fields, std::string body) = 0;
  // Asks the client; resumes on `caller`. kTimeout, kClosed.
  virtual net::Task<Result<std::unique_ptr<OwnedCommand>>> Invoke(net::Loop& caller, int32_t code,
                                                                  FieldList fields,
                                                                  std::string body,
                                                                  int64_t timeout_ms) = 0;
  virtual void Close(Error why) = 0;
};

}  // namespace pintle::remoting
