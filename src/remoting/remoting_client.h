// The client's side: requests to servers by address, over one connection per address.
//
// Threads: its loop, the destructor too. Coroutines that wait when it is destroyed end with
// kClosed.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "net/connection.h"
#include "net/transport.h"
#include "remoting/codes.h"
#include "remoting/session.h"

namespace pintle::remoting {

// What a client sends.
struct Request {
  int32_t code = 0;
  FieldList fields;
  std::string body;
};

// Request MakeRequest(request_code::kGetMaxOffset, GetMaxOffsetRequest{.topic = "orders"});
template <typename Struct>
Request MakeRequest(int32_t code, const Struct& fields, std::string body = {}) {
  return {code, ToFieldList(fields), std::move(body)};
}

// A request that the server sent to us (codes 39, 40, 220, 221, 307, 309, 326). Answer with
// (code, remark, fields, body), or nothing for a oneway one.
struct ServerRequest {
  CommandHead head;
  FieldList fields;
  std::string body;
  std::string address;  // of the server
};
struct ServerRequestAnswer {
  ResponseCode code = ResponseCode::kSuccess;
  std::string remark;
  FieldList fields;
  std::string body;
};

struct ClientOptions {
  int64_t connect_timeout_ms = 3'000;
  HeaderEncoding encoding = HeaderEncoding::kJson;
  Language language = Language::kCpp;
  int32_t version = kOurVersion;
  size_t in_flight_max = 65'535;  // requests without an answer yet, per address
  net::ConnectionLimits limits;
};

class RemotingClient {
 public:
  static std::unique_ptr<RemotingClient> Create(net::Loop& loop, net::Transport& transport,
                                                ClientOptions options);
  virtual ~RemotingClient() = default;

  // Connects when there is no connection. `timeout_ms` is for all of it. kUnavailable (could not
  // connect), kTimeout, kClosed, kOverloaded, kInvalidArgument (no address; larger than a frame).
  // An answer with a code other than SUCCESS is a value, not an error.
  virtual net::Task<Result<std::unique_ptr<OwnedCommand>>> Invoke(std::string address,
                                                                  Request request,
                                                                  int64_t timeout_ms) = 0;
  virtual net::Task<Status> SendOneway(std::string address, Request request,
                                       int64_t timeout_ms) = 0;
  // Runs on the loop for each request of a server. May be set once.
  virtual void SetServerRequestHandler(
      std::function<net::Task<ServerRequestAnswer>(ServerRequest)> handler) = 0;
  // Told on the loop when a connection to an address is gone.
  virtual void SetClosedListener(std::function<void(const std::string& address)> listener) = 0;
  // Whoever waits is told kClosed. What is sent after connects anew.
  virtual void CloseAll() = 0;
};

}  // namespace pintle::remoting
