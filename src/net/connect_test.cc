#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <optional>
#include <thread>

#include "net/echo_testing.h"
#include "net/server.h"

// Whether the address and undefined behaviour sanitizers are on.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PINTLE_ADDRESS_SANITIZER 1
#endif
#endif

namespace pintle::net {
namespace {

using Connected = Result<std::unique_ptr<Stream>>;

Task<void> ConnectAndTell(Transport* transport, Loop* loop, Endpoint to, int64_t timeout_ms,
                          std::promise<Connected>* told) {
  Connected connected = co_await transport->Connect(*loop, std::move(to), timeout_ms);
  EXPECT_TRUE(loop->InLoop());
  told->set_value(std::move(connected));
}

class ConnectTest : public testing::Test {
 protected:
  Loop& loop() { return *group_->loops()[0]; }

  Connected Connect(Endpoint to, int64_t timeout_ms = 20'000) {
    std::promise<Connected> told;
    loop().Post([&] {
      loop().Spawn(ConnectAndTell(&group_->transport(), &loop(), to, timeout_ms, &told));
    });
    return told.get_future().get();
  }

  Endpoint Serve() {
    ServerOptions options;
    options.listen = {"127.0.0.1", 0};
    server_ = Server::Create(group_->transport(), group_->loops(), {&echo_}, options);
    return server_->Start().value();
  }

  SystemClock clock_;
  EchoFactory echo_;
  std::unique_ptr<LoopGroup> group_ = LoopGroup::Create(2, clock_);
  std::unique_ptr<Server> server_;
};

// What a connection that we opened receives.
class Collector final : public Protocol {
 public:
  Collector(std::string* text, size_t wanted, std::promise<void>* done)
      : text_(text), wanted_(wanted), done_(done) {}
  Result<size_t> OnBytes(ByteView in) override {
    text_->append(AsText(in));
    if (text_->size() == wanted_) done_->set_value();
    return in.size();
  }
  void OnClosed(const Error&) override {}

 private:
  std::string* text_;
  size_t wanted_;
  std::promise<void>* done_;
};

class CollectorFactory final : public ProtocolFactory {
 public:
  explicit CollectorFactory(size_t wanted) : wanted_(wanted) {}
  Match Sniff(ByteView) const override { return Match::kYes; }
  std::unique_ptr<Protocol> Create(Connection&) override {
    return std::make_unique<Collector>(&text, wanted_, &done);
  }
  std::string text;
  std::promise<void> done;

 private:
  const size_t wanted_;
};

TEST_F(ConnectTest, TalksToAServer) {
  const Endpoint at = Serve();
  auto stream = Connect({"localhost", at.port});
  ASSERT_TRUE(stream.has_value()) << stream.error().message;
  const std::string frame = EchoFrame(std::string(100'000, 'z'));
  CollectorFactory collector(frame.size());
  std::shared_ptr<Connection> connection;
  std::promise<void> gone;
  loop().Post([&] {
    connection = Connection::Create(loop(), 1, *std::move(stream), collector, {});
    connection->SetClosedListener([&](Connection&) { gone.set_value(); });
    EXPECT_EQ(connection->peer(), (Endpoint{"127.0.0.1", at.port}));
    connection->Start();
    connection->output().Append(frame);
    connection->Flush();
  });
  collector.done.get_future().get();
  EXPECT_TRUE(collector.text == frame);
  server_->Stop(1'000);
  gone.get_future().get();
  std::promise<void> freed;
  loop().Post([&] {
    connection.reset();
    freed.set_value();
  });
  freed.get_future().get();
}

TEST_F(ConnectTest, TellsARefusal) {
  const Endpoint at = Serve();
  server_->Stop(0);
  const auto stream = Connect(at);
  ASSERT_FALSE(stream.has_value());
  EXPECT_EQ(stream.error().code, ErrorCode::kUnavailable);
}

TEST_F(ConnectTest, TellsAnUnknownHost) {
  const auto stream = Connect({"no-such-host.invalid", 1});
  ASSERT_FALSE(stream.has_value());
  EXPECT_NE(stream.error().message.find("no-such-host.invalid:1"), std::string::npos);
}

// A listener whose queue is full answers nothing.
TEST_F(ConnectTest, GivesUpInTime) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&any), sizeof any), 0);
  ASSERT_EQ(::listen(listener, 0), 0);
  socklen_t size = sizeof any;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&any), &size);
  const Endpoint at{"127.0.0.1", ntohs(any.sin_port)};
  std::vector<std::unique_ptr<Stream>> open;
  std::optional<Error> error;
  for (int i = 0; i < 5 && !error; ++i) {
    auto stream = Connect(at, 100);
    if (stream) {
      open.push_back(*std::move(stream));
    } else {
      error = stream.error();
    }
  }
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code, ErrorCode::kTimeout);
  ::close(listener);
}

// Out of descriptors the server keeps its connections, and takes the waiting ones later.
TEST_F(ConnectTest, AcceptsAgainOnceDescriptorsAreFree) {
#ifdef PINTLE_ADDRESS_SANITIZER
  GTEST_SKIP() << "the sanitizer needs descriptors of its own to look at memory";
#endif
  const Endpoint at = Serve();
  TestClient early(at);
  early.Send(EchoFrame("early"));
  ASSERT_EQ(early.ReceiveFrame(), "early");
  std::vector<TestClient> late;
  for (int i = 0; i < 5; ++i) late.push_back(TestClient::Unconnected());

  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  rlimit low = limit;
  low.rlim_cur = static_cast<rlim_t>(late.back().fd()) + 1;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  for (TestClient& client : late) client.Connect(at);
  for (TestClient& client : late) client.Send(EchoFrame("late"));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  early.Send(EchoFrame("meanwhile"));
  EXPECT_EQ(early.ReceiveFrame(), "meanwhile");
  EXPECT_EQ(server_->connections(), 1u);

  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  for (TestClient& client : late) EXPECT_EQ(client.ReceiveFrame(), "late");
}

}  // namespace
}  // namespace pintle::net
