// A small service over remoting, for tests of both of its sides.
#pragma once

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
#include "remoting/remoting_server.h"

namespace pintle::remoting {

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

inline std::string SendFrame(std::string_view topic, int32_t opaque,
                             HeaderEncoding encoding = HeaderEncoding::kJson) {
  CommandHead head;
  head.code = request_code::kSendMessageV2;
  head.opaque = opaque;
  head.encoding = encoding;
  const Field fields[] = {{"b", topic}, {"e", "3"}, {"f", "0"}, {"g", "0"}, {"h", "0"}};
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

}  // namespace pintle::remoting
