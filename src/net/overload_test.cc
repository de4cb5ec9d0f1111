// Peers that do not read, or send more than the process can hold.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "net/echo_testing.h"
#include "net/server.h"

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

class OverloadTest : public testing::Test {
 protected:
  Endpoint Serve(ServerOptions options) {
    group_ = LoopGroup::Create(1, clock_);
    options.listen = {"127.0.0.1", 0};
    server_ = Server::Create(group_->transport(), group_->loops(), {&echo_}, options);
    return server_->Start().value();
  }
  ~OverloadTest() override {
    server_.reset();
    EXPECT_TRUE(Eventually([this] { return echo_.counters.asleep.load() == 0; }));
    group_.reset();
    EXPECT_EQ(in_flight_.used(), 0);
  }
  bool ClosedAsOverloaded() {
    return Eventually([this] { return echo_.counters.closed.load() == 1; }) &&
           echo_.counters.last_close_code.load() == static_cast<int64_t>(ErrorCode::kOverloaded);
  }

  SystemClock clock_;
  EchoFactory echo_;
  InFlightBytes in_flight_{1 << 20};
  std::unique_ptr<LoopGroup> group_;
  std::unique_ptr<Server> server_;
};

// Requests that are held are answered later, when the output may be blocked already: nothing tells
// that it grows but the answer itself.
TEST_F(OverloadTest, AnswersThatComeLateAreBoundedToo) {
  ServerOptions options;
  options.limits.output_mark_bytes = 1 << 20;
  options.limits.output_bytes_max = 4 << 20;
  TestClient client(Serve(options));
  std::string held;
  for (int i = 0; i < 1'000; ++i) held += EchoFrame("%?65536");
  client.Send(held);
  EXPECT_TRUE(ClosedAsOverloaded());
  EXPECT_TRUE(client.WaitForEnd());
}

TEST_F(OverloadTest, WhoReadsNothingForTooLongIsClosedAsSuch) {
  ServerOptions options;
  options.limits.idle_timeout_ms = 300;
  TestClient client(Serve(options));
  client.Send(EchoFrame(fmt::format("?{}", 20 << 20)));
  EXPECT_TRUE(ClosedAsOverloaded());
}

// Two requests that together are over the bound come one after the other.
TEST_F(OverloadTest, LargeRequestsPastTheProcesssBoundTakeTurns) {
  ServerOptions options;
  options.limits.in_flight = &in_flight_;
  const Endpoint at = Serve(options);
  std::vector<std::thread> senders;
  std::atomic<int> answered{0};
  for (int i = 0; i < 6; ++i) {
    senders.emplace_back([&, i] {
      TestClient client(at);
      const std::string body(3 << 20, static_cast<char>('a' + i));
      std::thread reader([&] { answered += client.ReceiveFrame() == body ? 1 : 0; });
      client.Send(EchoFrame(body));
      reader.join();
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(answered, 6);
}

// One that stops in the middle of its request keeps the turn for a second, and small requests of
// others are served meanwhile.
TEST_F(OverloadTest, AHalfSentRequestHoldsNobodyUp) {
  ServerOptions options;
  options.limits.in_flight = &in_flight_;
  const Endpoint at = Serve(options);
  TestClient half(at);
  const std::string large = EchoFrame(std::string(4 << 20, 'x'));
  half.Send(std::string_view(large).substr(0, 3 << 20));
  ASSERT_TRUE(Eventually([&] { return in_flight_.over(); }));
  TestClient other(at);
  other.Send(EchoFrame("small"));
  EXPECT_EQ(other.ReceiveFrame(), "small");
  std::thread sender([&] { other.Send(large); });
  EXPECT_EQ(other.ReceiveFrame().size(), size_t{4} << 20);
  sender.join();
  half.Send(std::string_view(large).substr(3 << 20));
  EXPECT_EQ(half.ReceiveFrame().size(), size_t{4} << 20);
}

// Past the process's bound, who has unsent answers is not read until they have left; who reads is
// served as ever.
TEST_F(OverloadTest, WhoDoesNotReadIsNotServedOnPastTheProcesssBound) {
  ServerOptions options;
  options.limits.in_flight = &in_flight_;
  options.limits.output_mark_bytes = 64 << 20;  // not what stops it
  const Endpoint at = Serve(options);
  TestClient lazy(at);
  lazy.Send(EchoFrame(fmt::format("?{}", 20 << 20)));
  ASSERT_TRUE(Eventually([&] { return in_flight_.over(); }));
  lazy.Send(EchoFrame("more"));
  TestClient good(at);
  for (int i = 0; i < 100; ++i) {
    good.Send(EchoFrame("one") + EchoFrame("two"));
    ASSERT_EQ(good.ReceiveFrame(), "one");
    ASSERT_EQ(good.ReceiveFrame(), "two");
  }
  EXPECT_EQ(echo_.counters.frames.load(), 201) << "the lazy one's second request waits";
  EXPECT_EQ(lazy.ReceiveFrame().size(), size_t{20} << 20);
  EXPECT_EQ(lazy.ReceiveFrame(), "more");
}

}  // namespace
}  // namespace pintle::net
