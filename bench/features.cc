// Loads for what a plain send and pull do not show: delayed messages, properties, order.
//
//   features delay|priced|orderly --namesrv HOST:PORT --topic TOPIC [--count N]
//
// The topic exists, with as many queues as the load wants. Prints one JSON object.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "pintle/producer.h"
#include "pintle/pull_consumer.h"
#include "pintle/push_consumer.h"

namespace {

namespace client = pintle::client;
using Steady = std::chrono::steady_clock;

struct Options {
  std::string namesrv;
  std::string topic;
  int64_t count = 100'000;
};

constexpr int64_t kDelaysMs[] = {1'000, 5'000, 10'000, 30'000};  // of levels 1 to 4
constexpr int64_t kLimitMs = 120'000;

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

double Since(Steady::time_point begin) {
  return std::chrono::duration<double>(Steady::now() - begin).count();
}

bool Await(const std::function<bool()>& condition) {
  const auto begin = Steady::now();
  while (!condition()) {
    if (Since(begin) * 1e3 > kLimitMs) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

int Fail(const std::string& why) {
  fmt::print(stderr, "features: {}\n", why);
  return 1;
}

// Sends `count` messages, 256 under way; false when one failed.
bool SendAll(const Options& options, const std::function<client::Message(int64_t)>& make) {
  client::ProducerOptions producer_options;
  producer_options.client.name_servers = {options.namesrv};
  auto producer = client::Producer::Start(producer_options);
  if (!producer) return false;
  std::atomic<int64_t> answered{0};
  std::atomic<int64_t> failed{0};
  for (int64_t i = 0; i < options.count; ++i) {
    while (i - answered >= 256) std::this_thread::yield();
    (*producer)->SendAsync(make(i), [&](const auto& sent) {
      if (!sent) ++failed;
      ++answered;
    });
  }
  (*producer)->Shutdown();
  return failed == 0;
}

client::PushConsumerOptions Reader(const Options& options) {
  client::PushConsumerOptions reader;
  reader.client.name_servers = {options.namesrv};
  reader.group = "features-" + options.topic;
  reader.start_from = client::StartFrom::kFirst;
  return reader;
}

// How late messages of mixed levels come, all of them waiting at the same time.
int Delay(const Options& options) {
  std::vector<std::atomic<int32_t>> late(static_cast<size_t>(options.count));
  std::atomic<int64_t> received{0};
  std::atomic<int64_t> early{0};
  auto consumer = client::PushConsumer::Create(Reader(options));
  if (!consumer) return Fail(consumer.error().message);
  (*consumer)->SetListener([&](std::span<const client::MessageView> messages) {
    const int64_t now = NowMs();
    for (const client::MessageView& message : messages) {
      const int64_t by = now - std::stoll(message.body);
      if (by < -1) ++early;
      late[static_cast<size_t>(received++) % late.size()] = static_cast<int32_t>(by);
    }
    return client::ConsumeVerdict::kSuccess;
  });
  if (!(*consumer)->Subscribe(options.topic, "*") || !(*consumer)->Start())
    return Fail("no consumer");
  const auto begin = Steady::now();
  const bool sent = SendAll(options, [&](int64_t i) {
    const int level = 2 + static_cast<int>(i % 3);
    return client::Message{.topic = options.topic,
                           .body = std::to_string(NowMs() + kDelaysMs[level - 1]),
                           .delay_level = level};
  });
  const double sending = Since(begin);
  if (!sent) return Fail("a send failed");
  if (!Await([&] { return received >= options.count; })) return Fail("messages are missing");
  std::vector<int32_t> sorted(late.begin(), late.end());
  std::sort(sorted.begin(), sorted.end());
  const auto at = [&](double q) {
    return sorted[static_cast<size_t>(q * static_cast<double>(sorted.size() - 1))];
  };
  fmt::print(
      "{{\"messages\":{},\"sending_seconds\":{:.2f},\"early\":{},\"late_ms\":{{\"p50\":{},"
      "\"p90\":{},\"p99\":{},\"p999\":{},\"max\":{}}}}}\n",
      received.load(), sending, early.load(), at(0.5), at(0.9), at(0.99), at(0.999), at(1));
  return early == 0 ? 0 : 1;
}

// What a SQL92 filter chooses from: of "price BETWEEN 10 AND 29 AND region = 'EU'" a tenth.
int Priced(const Options& options) {
  const auto begin = Steady::now();
  if (!SendAll(options, [&](int64_t i) {
        return client::Message{.topic = options.topic,
                               .body = std::string(128, 'x'),
                               .properties = {{"price", std::to_string(i % 100)},
                                              {"region", i % 2 == 0 ? "EU" : "US"}}};
      }))
    return Fail("a send failed");
  fmt::print("{{\"per_second\":{:.0f}}}\n", static_cast<double>(options.count) / Since(begin));
  return 0;
}

// Sends `count` messages of 128 B in batches, so that it takes no longer than to consume them.
bool Fill(const Options& options) {
  constexpr int kSenders = 4;
  constexpr int64_t kBatch = 32;
  client::ProducerOptions producer_options;
  producer_options.client.name_servers = {options.namesrv};
  auto producer = client::Producer::Start(producer_options);
  if (!producer) return false;
  std::atomic<int64_t> begun{0};
  std::atomic<bool> failed{false};
  std::vector<std::thread> senders;
  for (int s = 0; s < kSenders; ++s) {
    senders.emplace_back([&] {
      const client::Message message{.topic = options.topic, .body = std::string(128, 'x')};
      const std::vector<client::Message> batch(kBatch, message);
      while (!failed) {
        const int64_t left = options.count - begun.fetch_add(kBatch);
        if (left <= 0) return;
        const auto size = static_cast<size_t>(std::min(left, kBatch));
        if (!(*producer)->SendBatch(std::span(batch).first(size))) failed = true;
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  return !failed;
}

// Messages that a member of a group consumes in order in a second, from all queues of the topic.
int Orderly(const Options& options) {
  if (!Fill(options)) return Fail("a send failed");
  std::atomic<int64_t> received{0};
  std::atomic<int64_t> first_ns{0};
  auto consumer = client::PushConsumer::Create(Reader(options));
  if (!consumer) return Fail(consumer.error().message);
  (*consumer)->SetOrderedListener([&](std::span<const client::MessageView> messages) {
    int64_t none = first_ns;
    if (none == 0) first_ns.compare_exchange_strong(none, Steady::now().time_since_epoch().count());
    received += static_cast<int64_t>(messages.size());
    return client::OrderVerdict::kSuccess;
  });
  const auto begin = Steady::now();
  if (!(*consumer)->Subscribe(options.topic, "*") || !(*consumer)->Start())
    return Fail("no consumer");
  if (!Await([&] { return received >= options.count; }))
    return Fail(fmt::format("{} of {} messages came", received.load(), options.count));
  const double seconds = Since(begin);
  const double flowing =
      static_cast<double>(Steady::now().time_since_epoch().count() - first_ns) * 1e-9;
  fmt::print(
      "{{\"per_second\":{:.0f},\"seconds_from_start\":{:.2f},\"seconds_from_first\":{:.2f}}}\n",
      static_cast<double>(options.count) / flowing, seconds, flowing);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Loads beside plain sends and pulls");
  app.require_subcommand(1);
  Options options;
  int code = 1;
  const auto add = [&](const char* name, const char* what, int (*run)(const Options&)) {
    CLI::App* command = app.add_subcommand(name, what);
    command->add_option("--namesrv", options.namesrv, "HOST:PORT")->required();
    command->add_option("--topic", options.topic, "Exists")->required();
    command->add_option("--count", options.count, "Messages")->capture_default_str();
    command->callback([&options, &code, run] { code = run(options); });
  };
  add("delay", "How late delayed messages are", Delay);
  add("priced", "Messages to choose from by a filter", Priced);
  add("orderly", "Consuming in order", Orderly);
  CLI11_PARSE(app, argc, argv);
  return code;
}
