// Consumes COUNT messages of a topic as a member of a group, then leaves.
//
//   example_consume NAME_SERVER TOPIC GROUP COUNT
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <string>

#include "pintle/push_consumer.h"

namespace mq = pintle::client;

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: " << argv[0] << " NAME_SERVER TOPIC GROUP COUNT\n";
    return 2;
  }
  const int wanted = std::stoi(argv[4]);
  mq::PushConsumerOptions options;
  options.client.name_servers = {argv[1]};
  options.group = argv[3];
  options.start_from = mq::StartFrom::kFirst;
  options.threads = 1;  // the messages of a queue one after another
  auto consumer = mq::PushConsumer::Create(options);
  if (!consumer) {
    std::cerr << consumer.error().message << '\n';
    return 1;
  }

  std::mutex mutex;
  std::condition_variable changed;
  int seen = 0;
  (*consumer)->SetListener([&](std::span<const mq::MessageView> messages) {
    const std::lock_guard lock(mutex);
    for (const mq::MessageView& message : messages) {
      std::cout << message.queue.queue_id << ':' << message.queue_offset << ' ' << message.tags
                << ' ' << message.body << '\n';
      ++seen;
    }
    changed.notify_all();
    return mq::ConsumeVerdict::kSuccess;
  });
  if (auto status = (*consumer)->Subscribe(argv[2], "*"); !status) {
    std::cerr << "subscribe: " << status.error().message << '\n';
    return 1;
  }
  if (auto status = (*consumer)->Start(); !status) {
    std::cerr << "start: " << status.error().message << '\n';
    return 1;
  }
  {
    std::unique_lock lock(mutex);
    if (!changed.wait_for(lock, std::chrono::seconds(60), [&] { return seen >= wanted; })) {
      std::cerr << "only " << seen << " of " << wanted << " messages arrived\n";
      return 1;
    }
  }
  (*consumer)->Shutdown();  // commits what has been consumed
  return 0;
}
