// Client and server over real sockets.
#include "remoting/remoting_server.h"

#include <gtest/gtest.h>

#include <array>
#include <future>
#include <map>
#include <thread>

#include "base/mutex.h"
#include "net/echo_testing.h"
#include "net/loop_group.h"
#include "net/server.h"
#include "remoting/protocol/get_max_offset.h"
#include "remoting/protocol/notify_consumer_ids_changed.h"
#include "remoting/protocol/send_message.h"
#include "remoting/remoting_client.h"

namespace pintle::remoting {
namespace {

using net::TestClient;

class Service {
 public:
  void Note(std::shared_ptr<Session> session) {
    MutexLock lock(mutex_);
    last_session_ = std::move(session);
    ++sends;
  }
  // The session of the last message; forgotten here.
  std::shared_ptr<Session> TakeSession() {
    MutexLock lock(mutex_);
    return std::exchange(last_session_, nullptr);
  }

  std::atomic<int> sends{0};

 private:
  Mutex mutex_;
  std::shared_ptr<Session> last_session_ GUARDED_BY(mutex_);
};

struct Send {
  static constexpr int32_t kCode = request_code::kSendMessageV2;
  static constexpr Access kAccess = Access::kPublish;
  using Request = SendMessageRequest;
  using Response = SendMessageResponse;
  static Reply<Response> Handle(Service& service, const Call<Request>& call) {
    service.Note(call.session);
    Response response;
    response.msg_id = call.request.topic;
    response.queue_id = call.request.queue_id;
    response.queue_offset = static_cast<int64_t>(call.body.size());
    return response;
  }
};

// Sleeps as many milliseconds as the queue's number.
struct MaxOffset {
  static constexpr int32_t kCode = request_code::kGetMaxOffset;
  static constexpr Access kAccess = Access::kRead;
  using Request = GetMaxOffsetRequest;
  using Response = GetMaxOffsetResponse;
  static net::Task<Reply<Response>> Handle(Service&, Call<Request> call) {
    const int32_t queue_id = call.request.queue_id;
    if (queue_id > 0) co_await net::Sleep(call.session->loop(), queue_id);
    Response response;
    response.offset = queue_id;
    co_return response;
  }
};

using Handlers = HandlerList<Send, MaxOffset>;

class NoPublishing final : public AccessCheck {
 public:
  Status Check(const Session&, const Command&, Access access) override {
    if (access != Access::kPublish) return {};
    return Fail(ErrorCode::kPermissionDenied, "no right to publish");
  }
};

std::string SendFrame(std::string_view topic, int32_t opaque,
                      HeaderEncoding encoding = HeaderEncoding::kJson) {
  CommandHead head;
  head.code = request_code::kSendMessageV2;
  head.opaque = opaque;
  head.encoding = encoding;
  const Field fields[] = {{"b", topic}, {"e", "3"}};
  return EncodeCommand(head, {}, fields, AsBytes("body"));
}

class RemotingServerTest : public testing::Test {
 protected:
  void Serve(RemotingServerOptions options = {}, AccessCheck* access = nullptr) {
    remoting_ = RemotingServer::Create(table_, access, std::move(options));
    remoting_->AddClosedListener([this](const std::shared_ptr<Session>&) { ++closed_; });
    server_ = net::Server::Create(group_->transport(), group_->loops(), {remoting_.get()},
                                  {{"127.0.0.1", 0}, 100, {}});
    auto at = server_->Start();
    ASSERT_TRUE(at.has_value()) << at.error().message;
    at_ = *at;
    client_loop_ = client_group_->loops()[0];
    OnClientLoop([this] {
      client_ = RemotingClient::Create(*client_loop_, client_group_->transport(), {});
    });
  }
  ~RemotingServerTest() override {
    if (client_loop_ != nullptr) OnClientLoop([this] { client_.reset(); });
    client_group_.reset();
    server_.reset();
    group_.reset();
  }

  void OnClientLoop(std::function<void()> work) {
    std::promise<void> done;
    client_loop_->Post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  static net::Task<void> Run(net::Task<Result<std::unique_ptr<OwnedCommand>>> task,
                             std::promise<Result<std::unique_ptr<OwnedCommand>>>* out) {
    Result<std::unique_ptr<OwnedCommand>> answer = co_await task;
    out->set_value(std::move(answer));
  }
  // Sends from the client and waits.
  Result<std::unique_ptr<OwnedCommand>> Invoke(Request request, int64_t timeout_ms = 20'000,
                                               std::string address = {}) {
    if (address.empty()) address = at_.ToString();
    std::promise<Result<std::unique_ptr<OwnedCommand>>> out;
    client_loop_->Post([&, request = std::move(request)]() mutable {
      client_loop_->Spawn(Run(client_->Invoke(address, std::move(request), timeout_ms), &out));
    });
    return out.get_future().get();
  }

  static Request MaxOffsetOf(int32_t queue_id) {
    GetMaxOffsetRequest fields;
    fields.topic = "t";
    fields.queue_id = queue_id;
    return MakeRequest(request_code::kGetMaxOffset, fields);
  }
  static Request SendTo(std::string_view topic) {
    SendMessageRequest fields;
    fields.topic = topic;
    return MakeRequest(request_code::kSendMessageV2, fields, "12345");
  }

  // The next answer on a raw connection.
  const Command& Receive(TestClient& client) {
    std::string head = client.ReceiveExactly(kFrameHeadSize);
    EXPECT_EQ(head.size(), kFrameHeadSize);
    const auto decoded = DecodeFrameHead(AsBytes(head).first<kFrameHeadSize>());
    EXPECT_TRUE(decoded);
    frame_ = head + client.ReceiveExactly(decoded->frame_bytes() - kFrameHeadSize);
    EXPECT_TRUE(DecodeCommand(AsBytes(frame_), arena_, command_));
    return command_;
  }

  SystemClock clock_;
  std::unique_ptr<net::LoopGroup> group_ = net::LoopGroup::Create(2, clock_);
  std::unique_ptr<net::LoopGroup> client_group_ = net::LoopGroup::Create(1, clock_);
  Service service_;
  DispatchTable table_ = DispatchTable::Of<Handlers>(service_);
  std::unique_ptr<RemotingServer> remoting_;
  std::unique_ptr<net::Server> server_;
  net::Endpoint at_;
  net::Loop* client_loop_ = nullptr;
  std::unique_ptr<RemotingClient> client_;
  std::atomic<int> closed_{0};
  std::string frame_;
  ScratchArena arena_;
  Command command_;
};

TEST_F(RemotingServerTest, AnswersManyRequestsOfOneRead) {
  Serve();
  TestClient client(at_);
  std::string all;
  for (int32_t i = 0; i < 1000; ++i)
    all += SendFrame("t", i, i % 2 == 0 ? HeaderEncoding::kJson : HeaderEncoding::kBinary);
  client.Send(all);
  for (int32_t i = 0; i < 1000; ++i) {
    const Command& answer = Receive(client);
    EXPECT_EQ(answer.head.opaque, i);
    EXPECT_EQ(answer.head.encoding, i % 2 == 0 ? HeaderEncoding::kJson : HeaderEncoding::kBinary);
    EXPECT_EQ(answer.Find("queueOffset")->value, "4");
  }
}

TEST_F(RemotingServerTest, NamesTheCodeThatIsNotServed) {
  Serve();
  Request request;
  request.code = request_code::kUpdateAndCreateTopic;
  auto answer = Invoke(std::move(request));
  ASSERT_TRUE(answer);
  EXPECT_EQ((*answer)->code(), ResponseCode::kRequestCodeNotSupported);
  EXPECT_EQ((*answer)->command.remark, " request type 17 not supported: UPDATE_AND_CREATE_TOPIC");
}

TEST_F(RemotingServerTest, ClosesOnWhatIsNoFrame) {
  Serve();
  using std::string_literals::operator""s;
  const std::string bad[] = {
      "\0\0\0\0"s,                  // shorter than its own head
      "\0\0\0\3\0\0\0\0"s,          // likewise
      "\x01\0\0\0\0\0\0\0"s,        // longer than a frame may be
      "\xff\xff\xff\xff\0\0\0\0"s,  // negative
      "\0\0\0\x05\0\0\0\2"s,        // a header longer than its frame
      "\0\0\0\4\2\0\0\0"s,          // an unknown encoding
      "\0\0\0\6\0\0\0\2{]"s,        // no JSON
      "\0\0\0\6\1\0\0\2{}"s,        // no binary header
      "GET / HTTP/1.1\r\n\r\n"s,    // another protocol
  };
  for (const std::string& bytes : bad) {
    TestClient client(at_);
    client.Send(bytes);
    EXPECT_TRUE(client.WaitForEnd()) << testing::PrintToString(bytes);
  }
  // Nobody else is disturbed, and what was answered before the rubbish arrives.
  TestClient client(at_);
  client.Send(SendFrame("t", 1) + "\0\0\0\0"s);
  EXPECT_EQ(Receive(client).head.opaque, 1);
  EXPECT_TRUE(client.WaitForEnd());
}

TEST_F(RemotingServerTest, AsksForAccess) {
  NoPublishing access;
  Serve({}, &access);
  auto answer = Invoke(SendTo("t"));
  ASSERT_TRUE(answer);
  EXPECT_EQ((*answer)->code(), ResponseCode::kNoPermission);
  EXPECT_EQ((*answer)->command.remark, "no right to publish");
  EXPECT_EQ(service_.sends, 0);
  EXPECT_EQ((*Invoke(MaxOffsetOf(0)))->code(), ResponseCode::kSuccess);
}

TEST_F(RemotingServerTest, AnswersOutOfOrder) {
  Serve();
  std::promise<Result<std::unique_ptr<OwnedCommand>>> slow;
  std::atomic<bool> slow_done{false};
  client_loop_->Post([&] {
    client_loop_->Spawn(Run(client_->Invoke(at_.ToString(), MaxOffsetOf(300), 20'000), &slow));
  });
  EXPECT_EQ((*Invoke(MaxOffsetOf(0)))->command.Find("offset")->value, "0");
  EXPECT_EQ((*slow.get_future().get())->command.Find("offset")->value, "300");
}

// Past the bound a session takes no further requests until one ends; nothing is lost.
TEST_F(RemotingServerTest, BoundsHeldRequests) {
  RemotingServerOptions options;
  options.in_flight_max = 2;
  Serve(options);
  TestClient client(at_);
  CommandHead head;
  head.code = request_code::kGetMaxOffset;
  std::string all;
  for (int32_t i = 0; i < 20; ++i) {
    head.opaque = i;
    const Field fields[] = {{"topic", "t"}, {"queueId", "5"}};
    all += EncodeCommand(head, {}, fields, {});
  }
  client.Send(all);
  std::array<int, 20> seen{};
  for (int i = 0; i < 20; ++i) ++seen.at(static_cast<size_t>(Receive(client).head.opaque));
  for (const int times : seen) EXPECT_EQ(times, 1);
}

TEST_F(RemotingServerTest, CountsByCode) {
  Serve();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Invoke(SendTo("t")));
  ASSERT_TRUE(Invoke(MaxOffsetOf(1)));
  Request unknown;
  unknown.code = 4711;
  ASSERT_TRUE(Invoke(std::move(unknown)));

  struct Collect {
    static net::Task<void> Run(RemotingServer* server, net::Loop* loop,
                               std::promise<std::vector<CodeStats>>* out) {
      std::vector<CodeStats> stats = co_await server->Stats(*loop);
      out->set_value(std::move(stats));
    }
  };
  std::promise<std::vector<CodeStats>> out;
  net::Loop* loop = group_->loops()[0];
  loop->Post([&] { loop->Spawn(Collect::Run(remoting_.get(), loop, &out)); });
  std::map<int32_t, int64_t> requests;
  for (const CodeStats& stats : out.get_future().get()) {
    requests[stats.code] = stats.requests;
    EXPECT_EQ(stats.latency_ns.count(), stats.requests);
    if (stats.code == 30) {
      EXPECT_GE(stats.latency_ns.max(), 1'000'000);
    }
  }
  EXPECT_EQ(requests, (std::map<int32_t, int64_t>{{310, 3}, {30, 1}, {-1, 1}}));
}

TEST_F(RemotingServerTest, TellsNewClientsToGoAway) {
  Serve();
  remoting_->StartDraining();
  auto answer = Invoke(SendTo("t"));
  ASSERT_TRUE(answer);
  EXPECT_EQ((*answer)->code(), ResponseCode::kGoAway);
  TestClient old(at_);
  old.Send(SendFrame("t", 5));  // its version is 0
  EXPECT_EQ(Receive(old).head.code, 0);
}

TEST_F(RemotingServerTest, ToldWhenASessionIsGone) {
  Serve();
  {
    TestClient client(at_);
    client.Send(SendFrame("t", 5));
    Receive(client);
  }
  for (int i = 0; i < 20'000 && closed_ == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(closed_, 1);
  const std::shared_ptr<Session> session = service_.TakeSession();
  EXPECT_TRUE(session->closed());
  // To a client that is gone nothing is sent, and nobody is told.
  session->SendOneway(40, {}, {});
}

// ---- the server asks the client

TEST_F(RemotingServerTest, AsksItsClient) {
  Serve();
  std::promise<std::string> oneway;
  OnClientLoop([&] {
    struct Handler {
      static net::Task<ServerRequestAnswer> Handle(ServerRequest request,
                                                   std::promise<std::string>* oneway) {
        ServerRequestAnswer answer;
        if (request.head.is_oneway()) {
          oneway->set_value(request.fields.at(0).second);
        } else {
          answer.remark = "well";
          answer.fields.emplace_back("echo", request.fields.at(0).second);
          answer.body = request.body + "!";
        }
        co_return answer;
      }
    };
    client_->SetServerRequestHandler(
        [&oneway](ServerRequest request) { return Handler::Handle(std::move(request), &oneway); });
  });
  ASSERT_TRUE(Invoke(SendTo("t")));
  const std::shared_ptr<Session> session = service_.TakeSession();

  NotifyConsumerIdsChangedRequest notify;
  notify.consumer_group = "g";
  session->SendOneway(request_code::kNotifyConsumerIdsChanged, ToFieldList(notify), {});
  EXPECT_EQ(oneway.get_future().get(), "g");

  // From another loop than the session's, and back to it.
  net::Loop* elsewhere = group_->loops()[0];
  if (elsewhere == &session->loop()) elsewhere = group_->loops()[1];
  struct Ask {
    static net::Task<void> Run(std::shared_ptr<Session> session, net::Loop* caller,
                               std::promise<std::string>* out) {
      FieldList fields = {{"name", "value"}};
      auto answer = co_await session->Invoke(*caller, 307, fields, "body", 20'000);
      EXPECT_TRUE(caller->InLoop());
      if (answer) {
        out->set_value(std::string((*answer)->command.Find("echo")->value) + " " +
                       std::string((*answer)->command.remark) + " " +
                       std::string(AsText((*answer)->command.body)));
      } else {
        out->set_value(answer.error().message);
      }
    }
  };
  std::promise<std::string> out;
  elsewhere->Post([&] { elsewhere->Spawn(Ask::Run(session, elsewhere, &out)); });
  EXPECT_EQ(out.get_future().get(), "value well body!");
}

TEST_F(RemotingServerTest, AskingASilentClientTimesOut) {
  Serve();
  TestClient client(at_);
  client.Send(SendFrame("t", 5));
  Receive(client);
  struct Ask {
    static net::Task<void> Run(std::shared_ptr<Session> session, int64_t timeout_ms,
                               std::promise<ErrorCode>* out) {
      auto answer = co_await session->Invoke(session->loop(), 307, {}, {}, timeout_ms);
      out->set_value(answer ? ErrorCode::kInternal : answer.error().code);
    }
  };
  const std::shared_ptr<Session> session = service_.TakeSession();
  std::promise<ErrorCode> timed_out;
  session->loop().Post([&] { session->loop().Spawn(Ask::Run(session, 20, &timed_out)); });
  EXPECT_EQ(timed_out.get_future().get(), ErrorCode::kTimeout);
  // A late answer is nobody's.
  const Command& request = Receive(client);
  CommandHead late = request.head;
  late.flag = kFlagResponse;
  client.Send(EncodeCommand(late, {}, {}, {}) + SendFrame("t", 6));
  EXPECT_EQ(Receive(client).head.opaque, 6);

  std::promise<ErrorCode> closed;
  session->loop().Post([&] { session->loop().Spawn(Ask::Run(session, 20'000, &closed)); });
  Receive(client);
  session->Close({ErrorCode::kClosed, "test"});
  EXPECT_EQ(closed.get_future().get(), ErrorCode::kClosed);
}

// ---- the client

TEST_F(RemotingServerTest, ClientTimesOutAndIgnoresTheLateAnswer) {
  Serve();
  auto answer = Invoke(MaxOffsetOf(200), 10);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kTimeout);
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ((*Invoke(MaxOffsetOf(5)))->command.Find("offset")->value, "5");
}

TEST_F(RemotingServerTest, ClientSaysWhyItCannotConnect) {
  Serve();
  auto nobody = Invoke(SendTo("t"), 20'000, "127.0.0.1:1");
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, ErrorCode::kUnavailable);
  auto nonsense = Invoke(SendTo("t"), 20'000, "nonsense");
  ASSERT_FALSE(nonsense);
  EXPECT_EQ(nonsense.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(RemotingServerTest, ClientConnectsAgain) {
  Serve();
  ASSERT_TRUE(Invoke(SendTo("t")));
  const std::shared_ptr<Session> first = service_.TakeSession();
  std::promise<void> told;
  OnClientLoop([&] {
    client_->SetClosedListener([&, once = false](const std::string& address) mutable {
      EXPECT_EQ(address, at_.ToString());
      if (!std::exchange(once, true)) told.set_value();
    });
  });
  first->Close({ErrorCode::kClosed, "test"});
  told.get_future().wait();
  auto answer = Invoke(SendTo("again"));
  ASSERT_TRUE(answer);
  EXPECT_EQ((*answer)->command.Find("msgId")->value, "again");
  EXPECT_NE(service_.TakeSession()->id(), first->id());
  OnClientLoop([&] { client_->SetClosedListener(nullptr); });
}

TEST_F(RemotingServerTest, WaitersAreToldWhenTheClientCloses) {
  Serve();
  std::promise<Result<std::unique_ptr<OwnedCommand>>> out;
  client_loop_->Post([&] {
    client_loop_->Spawn(Run(client_->Invoke(at_.ToString(), MaxOffsetOf(500), 20'000), &out));
  });
  ASSERT_TRUE(Invoke(MaxOffsetOf(0)));
  OnClientLoop([&] { client_->CloseAll(); });
  const auto answer = out.get_future().get();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kClosed);
}

TEST_F(RemotingServerTest, ClientRefusesRequestsLargerThanAFrame) {
  Serve();
  auto answer = Invoke({request_code::kSendMessageV2, {}, std::string(kFrameSizeMax, 'x')});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace pintle::remoting
