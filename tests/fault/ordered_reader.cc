#include "tests/fault/ordered_reader.h"

#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <thread>

#include "pintle/push_consumer.h"

namespace pintle::testing {

namespace {

// Set by SIGTERM.
volatile std::sig_atomic_t ending = 0;

int64_t NowNanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

bool RunOrderedReader(const OrderedReaderOptions& options) {
  client::PushConsumerOptions consumer_options;
  consumer_options.client.name_servers = {options.name_server};
  consumer_options.group = options.group;
  consumer_options.start_from = client::StartFrom::kFirst;
  consumer_options.commit_interval_ms = 1'000;
  auto consumer = client::PushConsumer::Create(consumer_options);
  if (!consumer) return false;
  std::mutex printing;
  (*consumer)->SetOrderedListener([&](std::span<const client::MessageView> messages) {
    for (const client::MessageView& message : messages) {
      const int64_t begin = NowNanoseconds();
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      const std::lock_guard lock(printing);
      fmt::print("{} {} {} {}\n", begin, NowNanoseconds(), message.queue.queue_id, message.body);
      std::fflush(stdout);
    }
    return client::OrderVerdict::kSuccess;
  });
  if (!(*consumer)->Subscribe(options.topic, "*") || !(*consumer)->Start()) return false;
  std::signal(SIGTERM, [](int) { ending = 1; });
  while (ending == 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  (*consumer)->Shutdown();
  return true;
}

}  // namespace pintle::testing
