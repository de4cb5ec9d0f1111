#include "net/sim_transport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "net/echo_testing.h"
#include "net/server.h"

namespace pintle::net {
namespace {

using Connected = Result<std::unique_ptr<Stream>>;

// Sends frames as long as it is told and counts what comes back.
class Caller final : public ProtocolFactory {
 public:
  Match Sniff(ByteView) const override { return Match::kYes; }
  std::unique_ptr<Protocol> Create(Connection& connection) override {
    current = &connection;
    return std::make_unique<Ear>(*this);
  }
  void Send(const std::string& body) {
    sent += EchoFrame(body);
    current->output().Append(EchoFrame(body));
    current->Flush();
  }

  Connection* current = nullptr;
  std::shared_ptr<Connection> owned;
  std::string sent;
  std::string received;
  std::vector<ErrorCode> closed_with;
  std::vector<ErrorCode> failed_with;

 private:
  class Ear final : public Protocol {
   public:
    explicit Ear(Caller& caller) : caller_(caller) {}
    Result<size_t> OnBytes(ByteView in) override {
      caller_.received.append(AsText(in));
      return in.size();
    }
    void OnClosed(const Error& reason) override {
      caller_.closed_with.push_back(reason.code);
      caller_.current = nullptr;
    }

   private:
    Caller& caller_;
  };
};

Task<void> Dial(Transport* transport, SimLoop* loop, Endpoint to, Caller* caller) {
  Connected stream = co_await transport->Connect(*loop, std::move(to), 3'000);
  EXPECT_TRUE(loop->InLoop());
  if (!stream) {
    caller->failed_with.push_back(stream.error().code);
    co_return;
  }
  caller->owned = Connection::Create(*loop, 1, *std::move(stream), *caller, {});
  caller->owned->Start();
}

// One server of two loops, some callers on machines of their own, one seed.
class Town {
 public:
  explicit Town(uint64_t seed, size_t people, ServerOptions options = {})
      : scheduler(seed), network(scheduler, {}), callers(people) {
    server_loops = {&scheduler.AddLoop("server"), &scheduler.AddLoop("server")};
    options.listen = {"server", 10911};
    server = Server::Create(network, server_loops, {&echo}, options);
    EXPECT_TRUE(server->Start().has_value());
    for (size_t i = 0; i < people; ++i) {
      caller_loops.push_back(&scheduler.AddLoop(fmt::format("caller-{}", i)));
      DialFrom(i);
    }
  }
  // Connections before the network they lie on.
  ~Town() {
    server->BeginStop(0, [] {});
    scheduler.RunFor(1'000);
    callers.clear();
    server.reset();
  }

  void DialFrom(size_t i) {
    OnLoop(i, [this, i] {
      caller_loops[i]->Spawn(Dial(&network, caller_loops[i], {"server", 10911}, &callers[i]));
    });
  }
  void OnLoop(size_t i, Work work) { caller_loops[i]->Post(std::move(work)); }
  bool AllConnected() const {
    return std::ranges::all_of(callers, [](const Caller& c) { return c.current != nullptr; });
  }
  bool AllAnswered() const {
    return std::ranges::all_of(callers, [](const Caller& c) { return c.received == c.sent; });
  }

  SimScheduler scheduler;
  SimTransport network;
  EchoFactory echo;
  std::vector<Loop*> server_loops;
  std::unique_ptr<Server> server;
  std::vector<Caller> callers;
  std::vector<SimLoop*> caller_loops;
};

// Frames of all sizes, torn at every place, answered by coroutines or at once.
std::string RandomBody(Random& random) {
  return std::string(random.OneIn(10) ? random.Below(100'000) : random.Below(300), 'b');
}

int64_t PlayEcho(uint64_t seed) {
  Town town(seed, 3);
  EXPECT_TRUE(town.scheduler.RunUntil([&] { return town.AllConnected(); }, 1'000));
  Random random(seed);
  for (int i = 0; i < 30; ++i) {
    const size_t who = random.Below(3);
    town.OnLoop(who, [&town, who, body = RandomBody(random)] { town.callers[who].Send(body); });
    town.scheduler.RunFor(static_cast<int64_t>(random.Below(2)));
  }
  EXPECT_TRUE(town.scheduler.RunUntil([&] { return town.AllAnswered(); }, 60'000)) << seed;
  EXPECT_TRUE(town.AllAnswered());
  return town.scheduler.clock().MonotonicNs();
}

TEST(SimTransportTest, CarriesEveryByteInOrderForAnySeed) {
  for (uint64_t seed = 0; seed < 100; ++seed) PlayEcho(seed);
}

TEST(SimTransportTest, TheSameSeedGivesTheSameRun) {
  EXPECT_EQ(PlayEcho(7), PlayEcho(7));
  EXPECT_NE(PlayEcho(7), PlayEcho(8));
}

TEST(SimTransportTest, APartitionHoldsWhatIsSentUntilItHeals) {
  Town town(1, 2);
  ASSERT_TRUE(town.scheduler.RunUntil([&] { return town.AllConnected(); }, 1'000));
  town.network.Partition("caller-0", "server");
  town.OnLoop(0, [&] { town.callers[0].Send("cut off"); });
  town.OnLoop(1, [&] { town.callers[1].Send("not cut off"); });
  town.scheduler.RunFor(10'000);
  EXPECT_EQ(town.callers[0].received, "");
  EXPECT_EQ(town.callers[1].received, EchoFrame("not cut off"));
  town.network.Heal();
  EXPECT_TRUE(town.scheduler.RunUntil([&] { return town.AllAnswered(); }, 1'000));
}

TEST(SimTransportTest, NobodyConnectsThroughAPartition) {
  Town town(2, 1);
  town.network.Partition("caller-0", "server", /*one_sided=*/true);
  town.scheduler.RunFor(5'000);
  EXPECT_EQ(town.callers[0].failed_with, (std::vector{ErrorCode::kTimeout}));
}

// Both sides lose the connection once it has been idle, since neither hears of the other.
TEST(SimTransportTest, IdleTimeoutsRunInVirtualTime) {
  Town town(3, 1);
  ASSERT_TRUE(town.scheduler.RunUntil([&] { return town.AllConnected(); }, 1'000));
  town.scheduler.RunFor(119'000);
  EXPECT_TRUE(town.AllConnected());
  town.scheduler.RunFor(2'000);
  EXPECT_FALSE(town.AllConnected());
  EXPECT_EQ(town.server->connections(), 0u);
}

TEST(SimTransportTest, AResetBreaksTheStreamsOfAMachine) {
  Town town(4, 2);
  ASSERT_TRUE(town.scheduler.RunUntil([&] { return town.AllConnected(); }, 1'000));
  town.network.Reset("caller-1");
  town.scheduler.RunFor(100);
  EXPECT_EQ(town.callers[1].closed_with, (std::vector{ErrorCode::kClosed}));
  EXPECT_TRUE(town.callers[0].closed_with.empty());
  EXPECT_EQ(town.server->connections(), 1u);
  town.DialFrom(1);
  EXPECT_TRUE(town.scheduler.RunUntil([&] { return town.AllConnected(); }, 1'000));
}

TEST(SimTransportTest, ConnectionsOverTheLimitWait) {
  ServerOptions options;
  options.connections_max = 2;
  Town town(5, 4, options);
  ASSERT_TRUE(town.scheduler.RunUntil([&] { return town.AllConnected(); }, 1'000));
  for (size_t i = 0; i < 4; ++i) {
    town.OnLoop(i, [&town, i] { town.callers[i].Send("hello"); });
  }
  town.scheduler.RunFor(1'000);
  EXPECT_EQ(town.server->connections(), 2u);
  EXPECT_FALSE(town.AllAnswered());
  // Two idle ones make room for the other two.
  EXPECT_TRUE(town.scheduler.RunUntil([&] { return town.AllAnswered(); }, 200'000));
}

TEST(SimTransportTest, AStoppedServerLetsEverybodyGo) {
  Town town(6, 3);
  ASSERT_TRUE(town.scheduler.RunUntil([&] { return town.AllConnected(); }, 1'000));
  for (size_t i = 0; i < 3; ++i) town.OnLoop(i, [&town, i] { town.callers[i].Send("%last"); });
  ASSERT_TRUE(
      town.scheduler.RunUntil([&] { return town.echo.counters.frames.load() == 3; }, 1'000));
  bool stopped = false;
  town.server->BeginStop(5'000, [&] { stopped = true; });
  EXPECT_TRUE(town.scheduler.RunUntil([&] { return stopped; }, 1'000));
  EXPECT_TRUE(town.scheduler.RunUntil([&] { return town.AllAnswered(); }, 1'000));
  town.DialFrom(0);
  town.scheduler.RunFor(1'000);
  EXPECT_EQ(town.callers[0].failed_with, (std::vector{ErrorCode::kUnavailable}));
}

}  // namespace
}  // namespace pintle::net
