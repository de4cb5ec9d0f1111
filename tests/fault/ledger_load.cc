#include "tests/fault/ledger_load.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "pintle/producer.h"

namespace pintle::testing {

namespace {

constexpr size_t kStreamInFlight = 64;
constexpr size_t kBatchMessages = 8;
constexpr int64_t kTimeoutMs = 2'000;

std::unique_ptr<client::Producer> StartProducer(const std::string& name_server) {
  client::ProducerOptions options;
  options.client.name_servers = {name_server};
  options.client.request_timeout_ms = kTimeoutMs;
  options.client.connect_timeout_ms = kTimeoutMs;
  options.retries = 0;
  auto producer = client::Producer::Start(std::move(options));
  return producer ? *std::move(producer) : nullptr;
}

client::Message MakeMessage(const std::string& topic, uint64_t number) {
  client::Message message{.topic = topic, .body = Ledger::Body(number)};
  message.tags = number % 3 == 0 ? "third" : "";
  if (number % 5 == 0) message.keys = {fmt::format("key-{}", number)};
  return message;
}

// Only a plain yes is an acknowledgement: a flush that timed out promises nothing.
void Enter(Ledger& ledger, uint64_t number, const client::Result<client::SendReceipt>& sent,
           int64_t offset_in_batch = 0) {
  if (!sent || sent->status != client::SendStatus::kOk) return;
  ledger.Acknowledged(number, {sent->queue.topic, sent->queue.queue_id},
                      sent->queue_offset + offset_in_batch);
}

// A broker that is gone answers at once: without a pause the ledger would fill with refusals.
void PauseAfter(bool ok) {
  if (!ok) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

}  // namespace

LedgerLoad::LedgerLoad(std::string name_server, Ledger& ledger)
    : name_server_(std::move(name_server)), ledger_(ledger) {
  threads_.emplace_back([this] { SendSingles(); });
  threads_.emplace_back([this] { SendStream(); });
  threads_.emplace_back([this] { SendOrdered(); });
  threads_.emplace_back([this] { SendBatches(); });
}

LedgerLoad::~LedgerLoad() { Stop(); }

void LedgerLoad::Stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void LedgerLoad::SendSingles() {
  const std::string topic = "ledger-single";
  const auto producer = StartProducer(name_server_);
  while (producer && !stopping_) {
    const uint64_t number = ledger_.Begin(topic);
    const auto sent = producer->Send(MakeMessage(topic, number));
    Enter(ledger_, number, sent);
    PauseAfter(sent.has_value());
  }
}

void LedgerLoad::SendStream() {
  const std::string topic = "ledger-stream";
  std::atomic<size_t> under_way{0};
  std::atomic<bool> failing{false};
  const auto producer = StartProducer(name_server_);
  while (producer && !stopping_) {
    if (under_way >= kStreamInFlight) {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
      continue;
    }
    PauseAfter(!failing.exchange(false));
    const uint64_t number = ledger_.Begin(topic);
    ++under_way;
    producer->SendAsync(MakeMessage(topic, number), [&, number](const auto& sent) {
      Enter(ledger_, number, sent);
      if (!sent) failing = true;
      --under_way;
    });
  }
  if (producer) producer->Shutdown();  // waits for the outcomes, which use what is on this stack
}

void LedgerLoad::SendOrdered() {
  const auto producer = StartProducer(name_server_);
  const client::QueueSelector by_number = [](auto queues, const client::Message& message) {
    return message.body[11] % queues.size();
  };
  while (producer && !stopping_) {
    const uint64_t number = ledger_.Begin(kOrderedTopic);
    const auto sent = producer->Send(MakeMessage(kOrderedTopic, number), by_number);
    Enter(ledger_, number, sent);
    PauseAfter(sent.has_value());
  }
}

void LedgerLoad::SendBatches() {
  const std::string topic = "ledger-batch";
  const auto producer = StartProducer(name_server_);
  while (producer && !stopping_) {
    std::vector<uint64_t> numbers;
    std::vector<client::Message> batch;
    for (size_t i = 0; i < kBatchMessages; ++i) {
      numbers.push_back(ledger_.Begin(topic));
      batch.push_back(MakeMessage(topic, numbers.back()));
    }
    const auto sent = producer->SendBatch(batch);
    for (size_t i = 0; i < numbers.size(); ++i)
      Enter(ledger_, numbers[i], sent, static_cast<int64_t>(i));
    PauseAfter(sent.has_value());
  }
}

}  // namespace pintle::testing
