// TCP over Boost.Asio. Private to net/ and to who makes loops.
#pragma once

#include <memory>

#include "net/transport.h"

namespace pintle::net {

// Every Loop given to it is an AsioLoop. Threads: as Transport says.
class AsioTransport final : public Transport {
 public:
  Result<std::unique_ptr<Listener>> Listen(
      Loop& loop, const Endpoint& at, std::function<Loop&()> pick_loop,
      std::function<void(Loop&, std::unique_ptr<Stream>)> accepted) override;
  Task<Result<std::unique_ptr<Stream>>> Connect(Loop& loop, Endpoint to,
                                                int64_t timeout_ms) override;
};

}  // namespace pintle::net
