// Requests of the SDK and their replies, against the binary.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/system/sdk_server.h"

namespace pintle::client {
namespace {

using ::testing::HasSubstr;

class SdkRequestsTest : public SdkTest {
 protected:
  // A consumer that replies "re: BODY" to everything but "say nothing".
  std::unique_ptr<PushConsumer> StartReplier() {
    auto consumer = Make(Options());
    consumer->SetListener([this](std::span<const MessageView> messages) {
      for (const MessageView& message : messages) {
        if (message.body == "say nothing") continue;
        const auto replied = producer_->Reply(message, "re: " + message.body);
        EXPECT_TRUE(replied) << replied.error().message;
      }
      return ConsumeVerdict::kSuccess;
    });
    const Status started = consumer->Start();
    EXPECT_TRUE(started) << started.error().message;
    return consumer;
  }
  static Message Question(const std::string& body) { return {.topic = "orders", .body = body}; }
};

TEST_F(SdkRequestsTest, ARequestGetsItsOwnReply) {
  const auto replier = StartReplier();
  ProducerOptions options;
  options.client = client_;
  auto asker = Producer::Start(options);
  ASSERT_TRUE(asker);
  for (int i = 0; i < 5; ++i) {
    const auto reply = (*asker)->Request(Question("问题 " + std::to_string(i)), 60'000);
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->body, "re: 问题 " + std::to_string(i));
  }
  std::vector<std::future<Result<MessageView>>> replies;
  for (int i = 0; i < 20; ++i) {
    auto promise = std::make_shared<std::promise<Result<MessageView>>>();
    replies.push_back(promise->get_future());
    (*asker)->RequestAsync(
        Question(std::to_string(i)), 60'000,
        [promise](Result<MessageView> reply) { promise->set_value(std::move(reply)); });
  }
  for (int i = 0; i < 20; ++i) {
    const auto reply = replies[static_cast<size_t>(i)].get();
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->body, "re: " + std::to_string(i));
  }
  replier->Shutdown();
}

TEST_F(SdkRequestsTest, ARequestMayChooseItsQueue) {
  const auto replier = StartReplier();
  const auto asked = producer_->Queues("TBW102");
  ASSERT_TRUE(asked);
  std::vector<int32_t> chosen;
  const QueueSelector selector = [&chosen](std::span<const MessageQueue> queues,
                                           const Message& message) {
    const size_t index = message.body.size() % queues.size();
    chosen.push_back(queues[index].queue_id);
    return index;
  };
  for (const std::string body : {"", "a", "bb", "ccc"}) {
    const auto reply = producer_->Request(Question("?" + body), selector, 60'000);
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->body, "re: ?" + body);
  }
  EXPECT_EQ(chosen, (std::vector<int32_t>{1, 2, 3, 0}));
  std::promise<Result<MessageView>> promise;
  producer_->RequestAsync(
      Question("later"),
      [](auto queues, const Message& message) {
        return message.body == "later" ? queues.size() - 1 : size_t{0};
      },
      60'000, [&promise](Result<MessageView> reply) { promise.set_value(std::move(reply)); });
  const auto later = promise.get_future().get();
  ASSERT_TRUE(later) << later.error().message;
  EXPECT_EQ(later->body, "re: later");
  const auto nowhere = producer_->Request(
      Question("x"), [](auto queues, const Message&) { return queues.size(); }, 60'000);
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, ErrorCode::kInvalidArgument);
  replier->Shutdown();
}

TEST_F(SdkRequestsTest, ACompressedReplyComesWhole) {
  const auto replier = StartReplier();
  const std::string body(100'000, 'x');
  const auto reply = producer_->Request(Question(body), 60'000);
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->body, "re: " + body);
  replier->Shutdown();
}

TEST_F(SdkRequestsTest, WithoutAReplyTheTimeIsUp) {
  Send(0, 1);
  const auto silence = producer_->Request(Question("say nothing"), 300);
  ASSERT_FALSE(silence);
  EXPECT_EQ(silence.error().code, ErrorCode::kTimeout);
  EXPECT_THAT(silence.error().message, HasSubstr("no reply within 300 ms"));
  const auto never = producer_->Request(Question("say nothing"), 0);
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(SdkRequestsTest, AShutdownEndsRequestsThatWait) {
  Send(0, 1);
  std::promise<Result<MessageView>> promise;
  producer_->RequestAsync(Question("say nothing"), 600'000, [&promise](Result<MessageView> reply) {
    promise.set_value(std::move(reply));
  });
  producer_->Shutdown();
  const auto reply = promise.get_future().get();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::kNotStarted);
}

TEST_F(SdkRequestsTest, WhatAsksForNothingIsNotRepliedTo) {
  Send(0, 1);
  Seen seen;
  std::promise<Result<SendReceipt>> promise;
  const auto consumer = Make(Options());
  consumer->SetListener([&](std::span<const MessageView> messages) {
    promise.set_value(producer_->Reply(messages.front(), "nobody asked"));
    return ConsumeVerdict::kSuccess;
  });
  ASSERT_TRUE(consumer->Start());
  const auto refused = promise.get_future().get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(refused.error().message, HasSubstr("was not sent as a request"));
  consumer->Shutdown();
}

TEST_F(SdkRequestsTest, AReplyToOneWhoIsGoneIsRefused) {
  std::promise<MessageView> promise;
  const auto consumer = Make(Options());
  consumer->SetListener([&](std::span<const MessageView> messages) {
    promise.set_value(messages.front());
    return ConsumeVerdict::kSuccess;
  });
  ASSERT_TRUE(consumer->Start());
  ProducerOptions options;
  options.client = client_;
  auto asker = Producer::Start(options);
  ASSERT_TRUE(asker);
  ASSERT_FALSE((*asker)->Request(Question("and gone"), 100));
  (*asker)->Shutdown();
  const auto refused = producer_->Reply(promise.get_future().get(), "too late");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kRefused);
  EXPECT_THAT(refused.error().message, HasSubstr("not found"));
  consumer->Shutdown();
}

}  // namespace
}  // namespace pintle::client
