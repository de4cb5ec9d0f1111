// Accepts TCP connections. Private to net/.
#pragma once

#include <functional>
#include <memory>

#include "net/asio_loop.h"
#include "net/transport.h"

namespace pintle::net {

// See Transport::Listen().
Result<std::unique_ptr<Listener>> ListenTcp(
    AsioLoop& loop, const Endpoint& at, std::function<Loop&()> pick_loop,
    std::function<void(Loop&, std::unique_ptr<Stream>)> accepted);

}  // namespace pintle::net
