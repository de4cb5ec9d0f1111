#include "tests/system/flow.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <set>
#include <span>
#include <utility>

namespace pintle::testing {

namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = std::chrono::minutes(2);

std::string BodyOf(const std::string& topic, int64_t number) {
  return fmt::format("{}:{}", topic, number);
}

std::string NameOf(const client::MessageQueue& queue) {
  return fmt::format("{}/{}", queue.broker_name, queue.queue_id);
}

}  // namespace

Flow::Flow(client::ClientOptions client, std::string topic, std::string group)
    : client_(std::move(client)), topic_(std::move(topic)), group_(std::move(group)) {}

Flow::~Flow() {
  StopSenders();
  for (const auto& consumer : consumers_) consumer->Shutdown();
}

std::unique_ptr<client::Producer> Flow::StartProducer(int32_t retries) {
  client::ProducerOptions options;
  options.client = client_;
  options.group = "writers";
  options.retries = retries;
  auto producer = client::Producer::Start(std::move(options));
  EXPECT_TRUE(producer) << producer.error().message;
  return producer ? *std::move(producer) : nullptr;
}

void Flow::StartSender(int32_t retries) {
  senders_.emplace_back([this, producer = StartProducer(retries)] {
    while (producer != nullptr && !stopping_) {
      const int64_t number = Begin();
      const auto sent = producer->Send({.topic = topic_, .body = BodyOf(topic_, number)});
      if (sent) {
        Acknowledge(number, *sent);
      } else {
        Refuse(sent.error());
      }
      std::this_thread::sleep_for(sent ? 1ms : 20ms);
    }
  });
}

void Flow::StartOrderedSender(client::MessageQueue queue) {
  senders_.emplace_back([this, queue = std::move(queue), producer = StartProducer(0)] {
    const client::QueueSelector select = [&queue](std::span<const client::MessageQueue> queues,
                                                  const client::Message&) {
      const auto at = std::ranges::find(queues, queue);
      // A broker that is away has no queues: that is refused, and tried again.
      return at == queues.end() ? std::numeric_limits<size_t>::max()
                                : static_cast<size_t>(at - queues.begin());
    };
    while (producer != nullptr && !stopping_) {
      const int64_t number = Begin();
      bool done = false;
      while (!done && !stopping_) {
        const auto sent = producer->Send({.topic = topic_, .body = BodyOf(topic_, number)}, select);
        done = sent.has_value();
        if (done) Acknowledge(number, *sent);
        std::this_thread::sleep_for(done ? 1ms : 20ms);
      }
    }
  });
}

void Flow::StopSenders() {
  stopping_ = true;
  for (std::thread& sender : senders_) sender.join();
  senders_.clear();
  stopping_ = false;
}

void Flow::AddConsumer() { AddConsumer(false); }
void Flow::AddOrderedConsumer() { AddConsumer(true); }

void Flow::AddConsumer(bool ordered) {
  client::PushConsumerOptions options;
  options.client = client_;
  options.group = group_;
  options.start_from = client::StartFrom::kFirst;
  options.commit_interval_ms = 200;
  options.threads = 2;
  auto consumer = client::PushConsumer::Create(options);
  ASSERT_TRUE(consumer) << consumer.error().message;
  ASSERT_TRUE((*consumer)->Subscribe(topic_, "*"));
  const auto take = [this, ordered](std::span<const client::MessageView> messages) {
    for (const client::MessageView& message : messages) Deliver(message, ordered);
    if (const int64_t ms = listener_ms_; ms > 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(ms));
  };
  if (ordered) {
    (*consumer)->SetOrderedListener([take](std::span<const client::MessageView> messages) {
      take(messages);
      return client::OrderVerdict::kSuccess;
    });
  } else {
    (*consumer)->SetListener([take](std::span<const client::MessageView> messages) {
      take(messages);
      return client::ConsumeVerdict::kSuccess;
    });
  }
  const auto started = (*consumer)->Start();
  ASSERT_TRUE(started) << started.error().message;
  consumers_.push_back(*std::move(consumer));
}

void Flow::RemoveConsumer() {
  consumers_.back()->Shutdown();
  consumers_.pop_back();
}

int64_t Flow::Begin() {
  const std::lock_guard lock(mutex_);
  const int64_t number = next_++;
  entries_.try_emplace(number);
  return number;
}

void Flow::Acknowledge(int64_t number, const client::SendReceipt& receipt) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[number];
  entry.acknowledged = true;
  entry.queue = NameOf(receipt.queue);
  ++acknowledged_;
  changed_.notify_all();
}

void Flow::Refuse(const client::Error& error) {
  const std::lock_guard lock(mutex_);
  ++refused_;
  last_refusal_ = error.message;
}

void Flow::Deliver(const client::MessageView& message, bool ordered) {
  const std::lock_guard lock(mutex_);
  const std::string place =
      fmt::format("{} offset {}", NameOf(message.queue), message.queue_offset);
  const std::string& body = message.body;
  int64_t number = -1;
  const size_t colon = std::min(body.find(':'), body.size() - 1);
  std::from_chars(body.data() + colon + 1, body.data() + body.size(), number);
  const auto entry = entries_.find(number);
  if (entry == entries_.end() || body != BodyOf(topic_, number)) {
    Complain(fmt::format("foreign: {} at {}", body, place));
    return;
  }
  if (entry->second.deliveries++ > 0) ++duplicates_;
  Seen& seen = queues_[NameOf(message.queue)];
  seen.ordered = seen.ordered || ordered;
  const auto [at, first] = seen.numbers.try_emplace(message.queue_offset, number);
  if (at->second != number)
    Complain(fmt::format("{} held message {} and now holds {}", place, at->second, number));
  if (first && ordered && message.queue_offset < seen.last)
    Complain(fmt::format("out of order: {} came after offset {}", place, seen.last));
  if (seen.ordered && at != seen.numbers.begin() && std::prev(at)->second > number)
    Complain(fmt::format("out of order: message {} stands before {} at {}", std::prev(at)->second,
                         number, place));
  seen.last = std::max(seen.last, message.queue_offset);
  changed_.notify_all();
}

void Flow::Complain(std::string what) {
  if (complaint_.empty()) complaint_ = std::move(what);
}

size_t Flow::Missing(int64_t below) const {
  return static_cast<size_t>(std::count_if(
      entries_.begin(), entries_.lower_bound(below),
      [](const auto& item) { return item.second.acknowledged && item.second.deliveries == 0; }));
}

std::string Flow::last_refusal() const {
  const std::lock_guard lock(mutex_);
  return last_refusal_;
}

bool Flow::AwaitAcknowledged(int64_t more) {
  std::unique_lock lock(mutex_);
  const int64_t wanted = acknowledged_ + more;
  return changed_.wait_for(lock, kPatience, [&] { return acknowledged_ >= wanted; });
}

bool Flow::AwaitDelivered() {
  std::unique_lock lock(mutex_);
  const int64_t below = next_;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  // Looked at now and then: it goes through all of them.
  while (Missing(below) > 0) {
    if (std::chrono::steady_clock::now() > deadline) {
      for (const auto& [number, entry] : entries_) {
        if (!entry.acknowledged || entry.deliveries > 0) continue;
        Complain(fmt::format("lost: message {}, acknowledged by {}; {} of {} did not come", number,
                             entry.queue, Missing(below), acknowledged_.load()));
      }
      return false;
    }
    changed_.wait_for(lock, 50ms);
  }
  return true;
}

std::map<std::string, int64_t> Flow::AcknowledgedByQueue(int64_t since) const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, int64_t> counts;
  for (auto at = entries_.lower_bound(since); at != entries_.end(); ++at)
    if (at->second.acknowledged) ++counts[at->second.queue];
  return counts;
}

size_t Flow::assigned() const {
  std::set<std::string> queues;
  for (const auto& consumer : consumers_) {
    for (const client::MessageQueue& queue : consumer->Assignment())
      if (queue.topic == topic_) queues.insert(NameOf(queue));
  }
  return queues.size();
}

std::string Flow::complaint() const {
  const std::lock_guard lock(mutex_);
  return complaint_;
}

int64_t Flow::duplicates() const {
  const std::lock_guard lock(mutex_);
  return duplicates_;
}

}  // namespace pintle::testing
