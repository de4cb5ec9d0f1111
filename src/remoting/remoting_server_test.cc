#include "remoting/remoting_server.h"

#include "remoting/remoting_service_testing.h"

namespace pintle::remoting {
namespace {

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

}  // namespace
}  // namespace pintle::remoting
