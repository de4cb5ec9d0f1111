// Clients that ask for much and read little or nothing, beside one that behaves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <csignal>
#include <map>
#include <string>
#include <thread>

#include "net/echo_testing.h"
#include "pintle/producer.h"
#include "pintle/pull_consumer.h"
#include "remoting/protocol/pull_message.h"
#include "remoting/remoting_client.h"
#include "tests/system/pintle_process.h"

namespace pintle::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kTopic[] = "orders";

// A pull of queue 0 from `offset`, as bytes; held for up to `hold_ms`.
std::string PullFrame(int32_t opaque, int64_t offset, int64_t hold_ms) {
  remoting::PullMessageRequest fields;
  fields.consumer_group = "readers";
  fields.topic = kTopic;
  fields.queue_offset = offset;
  fields.max_messages = 32;
  fields.sys_flag = hold_ms > 0 ? 0x6 : 0x4;  // may be held; the expression is in the request
  fields.suspend_timeout_ms = hold_ms;
  fields.subscription = "*";
  fields.expression_type = "TAG";
  const remoting::Request request =
      remoting::MakeRequest(remoting::request_code::kPullMessage, fields);
  std::vector<remoting::Field> views;
  for (const auto& [name, value] : request.fields) views.push_back({name, value});
  remoting::CommandHead head;
  head.code = request.code;
  head.opaque = opaque;
  return remoting::EncodeCommand(head, {}, views, {});
}

class OverloadTest : public ::testing::Test {
 protected:
  void Start(std::vector<std::string> settings) {
    std::vector<std::string> arguments = ServerArguments("start", folder_.path());
    settings.emplace_back("topics.default_queues=1");
    for (const std::string& setting : settings)
      arguments.insert(arguments.end(), {"--set", setting});
    server_ = std::make_unique<PintleProcess>(arguments);
    ASSERT_NE(server_->AwaitReady(), "");
    client::ClientOptions options;
    options.name_servers = {server_->AddressOf("namesrv")};
    client::ProducerOptions producing;
    producing.client = options;
    producing.compress_from_bytes = 0;
    auto producer = client::Producer::Start(producing);
    ASSERT_TRUE(producer);
    producer_ = *std::move(producer);
    auto consumer = client::PullConsumer::Start({.client = options, .group = "good"});
    ASSERT_TRUE(consumer);
    consumer_ = *std::move(consumer);
  }
  void Send(size_t body_bytes) {
    const auto sent = producer_->Send({.topic = kTopic, .body = std::string(body_bytes, 'x')});
    ASSERT_TRUE(sent) << sent.error().message;
  }
  // The well-behaved client reads everything.
  void ReadAll(size_t messages) {
    const auto queues = consumer_->Queues(kTopic);
    ASSERT_TRUE(queues) << queues.error().message;
    ASSERT_EQ(queues->size(), 1u);
    size_t read = 0;
    for (int64_t offset = 0; read < messages;) {
      const auto batch = consumer_->Pull(queues->front(), "*", offset, 32, 0);
      ASSERT_TRUE(batch) << batch.error().message;
      ASSERT_FALSE(batch->messages.empty()) << read;
      read += batch->messages.size();
      offset = batch->next_offset;
    }
  }
  net::Endpoint broker() const { return *net::Endpoint::Parse(server_->AddressOf("broker")); }

  const TemporaryFolder folder_;
  std::unique_ptr<PintleProcess> server_;
  std::unique_ptr<client::Producer> producer_;
  std::unique_ptr<client::PullConsumer> consumer_;
};

TEST_F(OverloadTest, AClientThatNeverReadsIsNotReadEitherAndLeftInTheEnd) {
  Start({"net.output_mark_bytes=64KiB", "net.output_bytes_max=4MiB", "net.idle_timeout_ms=3s"});
  for (int i = 0; i < 50; ++i) Send(64 << 10);
  net::TestClient mute(broker());
  // Far more than is answered: each pull brings 256 KiB.
  std::string pulls;
  for (int32_t i = 0; i < 2'000; ++i) pulls += PullFrame(i, 0, 0);
  mute.TrySend(pulls);
  for (int i = 0; i < 50; ++i) Send(1'000);
  ReadAll(100);
  // It is closed, which it may see, or not before it has read what its socket's buffer holds.
  pollfd closed{.fd = mute.fd(), .events = POLLRDHUP, .revents = 0};
  poll(&closed, 1, 15'000);
  EXPECT_TRUE(mute.WaitForEnd());
  server_->Signal(SIGTERM);
  producer_.reset();
  consumer_.reset();
  EXPECT_EQ(server_->Wait(), 0);
  EXPECT_THAT(server_->errors(), HasSubstr("bytes of answers wait for a peer that has read none"));
}

// Pulls that are held all end with one message: who cannot take so much at once is told that nothing
// came, and is neither flooded nor closed.
TEST_F(OverloadTest, ASlowConsumersHeldPullsDoNotFloodIt) {
  Start({"net.output_mark_bytes=64KiB", "net.output_bytes_max=16MiB"});
  Send(10);
  net::TestClient slow(broker());
  constexpr int32_t kPulls = 1'000;
  std::string pulls;
  for (int32_t i = 0; i < kPulls; ++i) pulls += PullFrame(i, 1, 600'000);
  slow.Send(pulls);
  // Answered behind the held ones: then those are held.
  slow.Send(PullFrame(kPulls, 0, 0));
  std::map<int32_t, size_t> bodies;
  const auto receive = [&slow, &bodies] {
    std::string frame = slow.ReceiveExactly(remoting::kFrameHeadSize);
    ASSERT_EQ(frame.size(), remoting::kFrameHeadSize);
    const auto head = remoting::DecodeFrameHead(AsBytes(frame).first<remoting::kFrameHeadSize>());
    ASSERT_TRUE(head);
    frame += slow.ReceiveExactly(head->frame_bytes() - remoting::kFrameHeadSize);
    ScratchArena arena;
    remoting::Command command;
    ASSERT_TRUE(remoting::DecodeCommand(AsBytes(frame), arena, command));
    ASSERT_TRUE(bodies.emplace(command.head.opaque, command.body.size()).second);
  };
  receive();
  ASSERT_TRUE(bodies.contains(kPulls));
  Send(200 << 10);
  for (int32_t i = 0; i < kPulls; ++i) ASSERT_NO_FATAL_FAILURE(receive()) << i;
  size_t with_messages = 0;
  for (const auto& [opaque, bytes] : bodies) with_messages += bytes > (200 << 10) ? 1 : 0;
  EXPECT_GE(with_messages, 1u);
  EXPECT_LT(with_messages, 100u);
  slow.Send(PullFrame(kPulls + 1, 1, 0));
  receive();
  EXPECT_GT(bodies[kPulls + 1], size_t{200} << 10) << "the message is there for its next pull";
}

// Past the process's bound large requests wait for each other; none is lost, small ones pass.
TEST_F(OverloadTest, LargeMessagesOfManyClientsAreAllStored) {
  Start({"net.in_flight_bytes_max=32MiB"});
  Send(10);
  std::vector<std::thread> senders;
  std::atomic<int> stored{0};
  for (int i = 0; i < 16; ++i) {
    senders.emplace_back([&] {
      client::ProducerOptions options;
      options.client.name_servers = {server_->AddressOf("namesrv")};
      options.client.request_timeout_ms = 60'000;
      options.compress_from_bytes = 0;
      const auto producer = client::Producer::Start(options);
      if (!producer) return;
      for (int n = 0; n < 4; ++n)
        stored += (*producer)->Send({.topic = kTopic, .body = std::string(4'000'000, 'y')}) ? 1 : 0;
    });
  }
  for (int i = 0; i < 20; ++i) Send(100);
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(stored, 64);
  ReadAll(85);
}

}  // namespace
}  // namespace pintle::testing
