#include "remoting/remoting_client.h"
#include "remoting/remoting_service_testing.h"

namespace pintle::remoting {
namespace {

class RemotingClientCallsTest : public RemotingServerTest {};

TEST_F(RemotingClientCallsTest, AskingASilentClientTimesOut) {
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

TEST_F(RemotingClientCallsTest, ClientTimesOutAndIgnoresTheLateAnswer) {
  Serve();
  auto answer = Invoke(MaxOffsetOf(200), 10);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kTimeout);
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ((*Invoke(MaxOffsetOf(5)))->command.Find("offset")->value, "5");
}

TEST_F(RemotingClientCallsTest, ClientSaysWhyItCannotConnect) {
  Serve();
  auto nobody = Invoke(SendTo("t"), 20'000, "127.0.0.1:1");
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, ErrorCode::kUnavailable);
  auto nonsense = Invoke(SendTo("t"), 20'000, "nonsense");
  ASSERT_FALSE(nonsense);
  EXPECT_EQ(nonsense.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(RemotingClientCallsTest, ClientConnectsAgain) {
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

TEST_F(RemotingClientCallsTest, WaitersAreToldWhenTheClientCloses) {
  Serve();
  std::promise<Result<std::unique_ptr<OwnedCommand>>> out;
  client_loop_->Post([&] {
    client_loop_->Spawn(Run(client_->Invoke(at_.ToString(), MaxOffsetOf(100), 20'000), &out));
  });
  ASSERT_TRUE(Invoke(MaxOffsetOf(0)));
  OnClientLoop([&] { client_->CloseAll(); });
  const auto answer = out.get_future().get();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kClosed);
  // The handler that nobody waits for any more ends before its loop: this one sleeps longer.
  EXPECT_TRUE(Invoke(MaxOffsetOf(150)));
}

TEST_F(RemotingClientCallsTest, ClientRefusesRequestsLargerThanAFrame) {
  Serve();
  auto answer = Invoke({request_code::kSendMessageV2, {}, std::string(kFrameSizeMax, 'x')});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace pintle::remoting
