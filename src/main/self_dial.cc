#include "main/self_dial.h"

#include <utility>

#include "base/log.h"

namespace pintle::main {

namespace {

constexpr int64_t kTimeoutMs = 1'000;

}  // namespace

SelfDial::SelfDial(net::Loop& loop, net::Transport& transport, net::Endpoint advertised) {
  loop.Post([this, &loop, &transport, advertised = std::move(advertised)]() mutable {
    loop.Spawn(Dial(&loop, &transport, std::move(advertised), &ended_));
  });
}

SelfDial::~SelfDial() { ended_.get_future().wait(); }

net::Task<void> SelfDial::Dial(net::Loop* loop, net::Transport* transport, net::Endpoint advertised,
                               std::promise<void>* ended) {
  auto stream = co_await transport->Connect(*loop, advertised, kTimeoutMs);
  if (!stream)
    PINTLE_LOG(kWarn,
               "clients are told {}, where this host does not reach the broker: {}; if they do not "
               "either, set the address that they can reach: broker.advertise=HOST[:PORT]",
               advertised.ToString(), stream.error().message);
  ended->set_value();
}

}  // namespace pintle::main
