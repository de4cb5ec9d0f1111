// Frames a second through one loop and one connection, the client on another core: what the layer
// leaves for the protocols above it.
#include <benchmark/benchmark.h>
#include <sys/socket.h>

#include <algorithm>
#include <string>

#include "net/echo_testing.h"
#include "net/server.h"

namespace pintle::net {
namespace {

// Keeps `depth` frames of `size` bytes under way.
void EchoFrames(benchmark::State& state) {
  const auto depth = static_cast<size_t>(state.range(0));
  const auto size = static_cast<size_t>(state.range(1));
  const SystemClock clock;
  EchoFactory echo;
  const auto group = LoopGroup::Create(1, clock);
  ServerOptions options;
  options.listen = {"127.0.0.1", 0};
  const auto server = Server::Create(group->transport(), group->loops(), {&echo}, options);
  TestClient client(server->Start().value());

  const std::string frame = EchoFrame(std::string(size - kEchoHeadSize, 'x'));
  std::string frames;
  for (size_t i = 0; i < depth; ++i) frames += frame;
  client.Send(frames);
  std::string buffer(256 << 10, '\0');
  size_t rest = 0;
  int64_t answered = 0;
  for (auto _ : state) {
    // One round of the client: what has come is answered by as many new frames.
    const ssize_t got = ::recv(client.fd(), buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    rest += static_cast<size_t>(got);
    const size_t whole = rest / size;
    rest %= size;
    answered += static_cast<int64_t>(whole);
    for (size_t left = whole; left > 0;) {
      const size_t now = std::min(left, depth);
      client.Send(std::string_view(frames).substr(0, now * size));
      left -= now;
    }
  }
  state.SetItemsProcessed(answered);
  state.counters["frames/read"] = static_cast<double>(echo.counters.frames.load()) /
                                  static_cast<double>(echo.counters.reads.load());
  server->Stop(0);
}
BENCHMARK(EchoFrames)
    ->UseRealTime()
    ->ArgNames({"depth", "bytes"})
    ->Args({1, 128})
    ->Args({64, 128})
    ->Args({256, 128})
    ->Args({1024, 128})
    ->Args({64, 1024});

}  // namespace
}  // namespace pintle::net
