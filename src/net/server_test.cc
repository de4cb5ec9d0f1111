#include "net/server.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <future>
#include <string>
#include <thread>

#include "base/random.h"
#include "net/allocation_count_testing.h"
#include "net/echo_testing.h"

namespace pintle::net {
namespace {

// Until the condition holds; false after 20 s.
template <typename Condition>
bool Eventually(Condition condition) {
  for (int i = 0; i < 20'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

class ServerTest : public testing::Test {
 protected:
  Endpoint Serve(std::vector<ProtocolFactory*> factories, size_t loops = 2,
                 ServerOptions options = {}) {
    group_ = LoopGroup::Create(loops, clock_);
    options.listen = {"127.0.0.1", 0};
    server_ = Server::Create(group_->transport(), group_->loops(), std::move(factories), options);
    auto at = server_->Start();
    EXPECT_TRUE(at.has_value());
    return *at;
  }
  ~ServerTest() override {
    server_.reset();
    // A task ends before its loop does.
    EXPECT_TRUE(Eventually([this] { return echo_.counters.asleep.load() == 0; }));
    group_.reset();
  }

  SystemClock clock_;
  EchoFactory echo_;
  std::unique_ptr<LoopGroup> group_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersOneFrame) {
  TestClient client(Serve({&echo_}));
  client.Send(EchoFrame("hello"));
  EXPECT_EQ(client.ReceiveFrame(), "hello");
  EXPECT_EQ(server_->connections(), 1u);
}

// Many frames in one piece are answered in order, with far fewer reads than frames.
TEST_F(ServerTest, AnswersDeepPipelinesInOrder) {
  TestClient client(Serve({&echo_}));
  constexpr int kFrames = 20'000;
  std::string all;
  for (int i = 0; i < kFrames; ++i) all += EchoFrame(fmt::format("frame {}", i));
  std::thread sender([&] { client.Send(all); });
  EXPECT_EQ(client.ReceiveExactly(all.size()), all);
  sender.join();
  EXPECT_EQ(echo_.counters.frames.load(), kFrames);
  EXPECT_LT(echo_.counters.reads.load(), kFrames / 10);
}

TEST_F(ServerTest, PutsTogetherFramesThatComeInAnyPieces) {
  TestClient client(Serve({&echo_}));
  Random random(7);
  std::string all;
  for (int i = 0; i < 200; ++i) all += EchoFrame(std::string(random.Below(5'000), 'a' + i % 26));
  std::thread sender([&] {
    for (size_t at = 0; at < all.size();) {
      const size_t piece = random.OneIn(3) ? 1 + random.Below(3) : 1 + random.Below(20'000);
      client.Send(std::string_view(all).substr(at, piece));
      at += piece;
    }
  });
  EXPECT_EQ(client.ReceiveExactly(all.size()), all);
  sender.join();
}

// Larger than the shared read buffer, so that the input grows memory of its own.
TEST_F(ServerTest, EchoesFramesOfMegabytes) {
  TestClient client(Serve({&echo_}));
  std::string all;
  for (const size_t size : {size_t{5} << 20, size_t{100}, size_t{300} << 10, size_t{1} << 20}) {
    std::string body(size, '\0');
    for (size_t i = 0; i < size; ++i) body[i] = static_cast<char>(i * 31 + size);
    all += EchoFrame(body);
  }
  std::thread sender([&] { client.Send(all); });
  EXPECT_TRUE(client.ReceiveExactly(all.size()) == all);
  sender.join();
}

TEST_F(ServerTest, ClosesOnAFrameOverTheInputBound) {
  ServerOptions options;
  options.limits.input_bytes_max = 64 << 10;
  TestClient client(Serve({&echo_}, 1, options));
  client.Send(EchoFrame("before"));
  std::string head(kEchoHeadSize, '\0');
  StoreBig(reinterpret_cast<std::byte*>(head.data()), uint32_t{1} << 20);
  client.Send(head);
  EXPECT_EQ(client.ReceiveFrame(), "before");
  EXPECT_TRUE(client.WaitForEnd());
  EXPECT_TRUE(Eventually([&] { return echo_.counters.closed.load() == 1; }));
  EXPECT_EQ(echo_.counters.last_close_code.load(), static_cast<int64_t>(ErrorCode::kMalformed));
}

TEST_F(ServerTest, ClosesAfterAMalformedFrameButAnswersWhatCameBefore) {
  TestClient client(Serve({&echo_}));
  client.Send(EchoFrame("before"));
  EXPECT_EQ(client.ReceiveFrame(), "before");
  client.Send("\xff\xff\xff\xff garbage");
  EXPECT_TRUE(client.WaitForEnd());
  EXPECT_TRUE(Eventually([&] { return server_->connections() == 0; }));
}

TEST_F(ServerTest, ClosesWhenTheProtocolAsksAfterItsAnswersLeft) {
  TestClient client(Serve({&echo_}));
  client.Send(EchoFrame("one") + EchoFrame("!"));
  EXPECT_EQ(client.ReceiveFrame(), "one");
  EXPECT_TRUE(client.WaitForEnd());
}

// The end of the stream follows megabytes that the client reads late, while the client has sent
// more than the server reads: nothing of the answer is lost.
TEST_F(ServerTest, BytesOfAClosedConnectionStillArrive) {
  TestClient client(Serve({&echo_}));
  constexpr size_t kSize = 3 << 20;
  client.Send(EchoFrame(fmt::format("?{}", kSize)) + EchoFrame("!"));
  ASSERT_TRUE(Eventually([&] { return echo_.counters.frames.load() == 2; }));
  client.Send(std::string(1000, 'y'));
  EXPECT_EQ(client.ReceiveFrame().size(), kSize);
  EXPECT_TRUE(client.WaitForEnd());
}

// A client that asks for far more than it reads stops being read; the bytes that wait for it stay
// near the mark, and everything comes once it reads.
TEST_F(ServerTest, StopsReadingWhoDoesNotRead) {
  ServerOptions options;
  options.limits.output_mark_bytes = 1 << 20;
  TestClient client(Serve({&echo_}, 1, options));
  constexpr int kRequests = 400;
  constexpr size_t kAnswer = 256 << 10;
  std::string all;
  for (int i = 0; i < kRequests; ++i) all += EchoFrame(fmt::format("?{}", kAnswer));
  client.Send(all);
  // What the socket's buffers take and the mark: about 6 MiB of 100.
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_LT(echo_.counters.frames.load(), kRequests / 2);
  for (int i = 0; i < kRequests; ++i) ASSERT_EQ(client.ReceiveFrame().size(), kAnswer);
  EXPECT_EQ(echo_.counters.frames.load(), kRequests);
}

TEST_F(ServerTest, ClosesWhoLetsTooMuchWait) {
  ServerOptions options;
  options.limits.output_mark_bytes = 1 << 20;
  options.limits.output_bytes_max = 8 << 20;
  TestClient client(Serve({&echo_}, 1, options));
  client.Send(EchoFrame(fmt::format("?{}", 40 << 20)));
  EXPECT_TRUE(Eventually([&] { return echo_.counters.closed.load() == 1; }));
  EXPECT_EQ(echo_.counters.last_close_code.load(), static_cast<int64_t>(ErrorCode::kOverloaded));
  EXPECT_TRUE(client.WaitForEnd());
}

TEST_F(ServerTest, ClosesIdleConnectionsAndKeepsBusyOnes) {
  ServerOptions options;
  options.limits.idle_timeout_ms = 300;
  const Endpoint at = Serve({&echo_}, 1, options);
  TestClient idle(at);
  TestClient busy(at);
  for (int i = 0; i < 60; ++i) {
    busy.Send(EchoFrame("still here"));
    ASSERT_EQ(busy.ReceiveFrame(), "still here");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_TRUE(idle.WaitForEnd());
  busy.Send(EchoFrame("and now"));
  EXPECT_EQ(busy.ReceiveFrame(), "and now");
}

TEST_F(ServerTest, FirstBytesChooseTheProtocol) {
  EchoFactory small(0);  // lengths below 2^24
  EchoFactory large('G');
  const Endpoint at = Serve({&small, &large});
  TestClient one(at);
  one.Send(EchoFrame("small"));
  EXPECT_EQ(one.ReceiveFrame(), "small");
  TestClient two(at);
  two.Send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(two.WaitForEnd());  // as a length it is too large
  EXPECT_EQ(large.counters.reads.load(), 1);
  TestClient three(at);
  three.Send("nobody speaks this");
  EXPECT_TRUE(three.WaitForEnd());
  EXPECT_EQ(small.counters.reads.load(), 1);
  EXPECT_EQ(large.counters.reads.load(), 1);
  server_->Stop(0);
}

TEST_F(ServerTest, SurvivesPeersThatVanishInTheMiddle) {
  const Endpoint at = Serve({&echo_});
  for (int i = 0; i < 50; ++i) {
    TestClient client(at);
    client.Send(EchoFrame(std::string(100, 'a')) + EchoFrame("%later"));
    client.Send(EchoFrame(std::string(5'000, 'b')).substr(0, 1'000));
    if (i % 2 == 0) client.CloseWithReset();
  }
  {
    // Accepted after all the others.
    TestClient client(at);
    client.Send(EchoFrame("alive"));
    EXPECT_EQ(client.ReceiveFrame(), "alive");
  }
  EXPECT_TRUE(Eventually([&] { return server_->connections() == 0; }));
}

TEST_F(ServerTest, AnswersOfCoroutinesLeaveToo) {
  TestClient client(Serve({&echo_}));
  std::string all;
  for (int i = 0; i < 500; ++i) all += EchoFrame("%");
  client.Send(all);
  EXPECT_EQ(client.ReceiveExactly(all.size()), all);
}

TEST_F(ServerTest, SpreadsConnectionsOverLoops) {
  const Endpoint at = Serve({&echo_}, 3);
  std::vector<TestClient> clients;
  for (int i = 0; i < 30; ++i) clients.emplace_back(at);
  for (TestClient& client : clients) client.Send(EchoFrame("x"));
  for (TestClient& client : clients) EXPECT_EQ(client.ReceiveFrame(), "x");
  EXPECT_EQ(server_->connections(), 30u);
}

TEST_F(ServerTest, PausesAcceptingAtTheMostConnections) {
  ServerOptions options;
  options.connections_max = 4;
  const Endpoint at = Serve({&echo_}, 2, options);
  std::vector<TestClient> clients;
  for (int i = 0; i < 8; ++i) clients.emplace_back(at);  // the rest wait in the system's queue
  for (TestClient& client : clients) client.Send(EchoFrame("x"));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(clients[i].ReceiveFrame(), "x");
  EXPECT_EQ(server_->connections(), 4u);
  clients.erase(clients.begin(), clients.begin() + 4);
  for (TestClient& client : clients) EXPECT_EQ(client.ReceiveFrame(), "x");
  EXPECT_EQ(echo_.counters.frames.load(), 8);
}

TEST_F(ServerTest, DrainWaitsForRequestsUnderWay) {
  TestClient client(Serve({&echo_}));
  constexpr size_t kSize = 3 << 20;
  client.Send(EchoFrame(fmt::format("?{}", kSize)) + EchoFrame("%"));
  ASSERT_TRUE(Eventually([&] { return echo_.counters.frames.load() == 2; }));
  auto stopped = std::async(std::launch::async, [&] { server_->Stop(20'000); });
  EXPECT_EQ(client.ReceiveFrame().size(), kSize);
  EXPECT_EQ(client.ReceiveFrame(), "%");
  EXPECT_TRUE(client.WaitForEnd());
  stopped.get();
  EXPECT_EQ(server_->connections(), 0u);
}

TEST_F(ServerTest, StopDoesNotWaitForeverForWhoDoesNotRead) {
  TestClient client(Serve({&echo_}));
  client.Send(EchoFrame(fmt::format("?{}", 60 << 20)));
  ASSERT_TRUE(Eventually([&] { return echo_.counters.frames.load() == 1; }));
  server_->Stop(50);
  EXPECT_EQ(server_->connections(), 0u);
}

TEST_F(ServerTest, RefusesAnAddressInUse) {
  const Endpoint at = Serve({&echo_});
  ServerOptions options;
  options.listen = at;
  const auto second = Server::Create(group_->transport(), group_->loops(), {&echo_}, options);
  const auto started = second->Start();
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code, ErrorCode::kBusy);
}

int64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  int64_t total = 0;
  int64_t resident = 0;
  statm >> total >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

// 10 000 idle connections fit 50 MiB, also after they have spoken.
TEST_F(ServerTest, AnIdleConnectionCostsLittle) {
  if (AllocationsOfThisThread() < 0) GTEST_SKIP() << "a sanitizer owns the memory";
  const Endpoint at = Serve({&echo_});
  constexpr int kConnections = 400;
  const std::string frame = EchoFrame(std::string(3'000, 'x'));
  std::vector<TestClient> clients;
  const auto open = [&] {
    for (int i = 0; i < kConnections; ++i) {
      clients.emplace_back(at).Send(frame.substr(0, 1'000));
      clients.back().Send(frame.substr(1'000) + frame);
      ASSERT_EQ(clients.back().ReceiveExactly(2 * frame.size()).size(), 2 * frame.size());
    }
  };
  open();  // what only the first ones cost
  const int64_t before = ResidentBytes();
  open();
  EXPECT_LT(ResidentBytes() - before, int64_t{kConnections} * (50 << 20) / 10'000);
}

// The whole way of a frame through sockets, loop, connection and protocol.
TEST_F(ServerTest, AllocatesNothingInTheSteadyState) {
  if (AllocationsOfThisThread() < 0) GTEST_SKIP() << "a sanitizer owns operator new";
  TestClient client(Serve({&echo_}, 1));
  Loop& loop = *group_->loops()[0];
  const auto allocations = [&loop] {
    std::promise<int64_t> count;
    loop.Post([&count] { count.set_value(AllocationsOfThisThread()); });
    return count.get_future().get();
  };
  const std::string some = EchoFrame("some");
  std::string many;
  for (int i = 0; i < 100; ++i) many += EchoFrame(std::string(100, 'x'));
  const auto exchange = [&] {
    client.Send(some);
    ASSERT_EQ(client.ReceiveFrame(), "some");
    // The first piece ends inside a frame, and is answered before the second comes.
    constexpr size_t kWhole = 48 * (kEchoHeadSize + 100);
    client.Send(many.substr(0, kWhole + 50));
    ASSERT_EQ(client.ReceiveExactly(kWhole).size(), kWhole);
    client.Send(many.substr(kWhole + 50));
    ASSERT_EQ(client.ReceiveExactly(many.size() - kWhole).size(), many.size() - kWhole);
  };
  for (int i = 0; i < 20; ++i) exchange();
  allocations();
  const int64_t before = allocations();
  for (int i = 0; i < 100; ++i) exchange();
  EXPECT_EQ(allocations(), before);
}

TEST_F(ServerTest, ServesAThousandConnectionsFromManyThreads) {
  const Endpoint at = Serve({&echo_});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&at] {
      std::vector<TestClient> clients;
      for (int i = 0; i < 250; ++i) clients.emplace_back(at);
      for (int round = 0; round < 3; ++round) {
        for (TestClient& client : clients) client.Send(EchoFrame("abc"));
        for (TestClient& client : clients) ASSERT_EQ(client.ReceiveFrame(), "abc");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(echo_.counters.frames.load(), 3'000);
  EXPECT_TRUE(Eventually([&] { return server_->connections() == 0; }));
}

}  // namespace
}  // namespace pintle::net
