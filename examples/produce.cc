// Sends messages in each of the four ways.
//
//   example_produce NAME_SERVER TOPIC
#include <atomic>
#include <functional>
#include <iostream>
#include <string>

#include "pintle/producer.h"

namespace mq = pintle::client;

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: " << argv[0] << " NAME_SERVER TOPIC\n";
    return 2;
  }
  const std::string topic = argv[2];
  mq::ProducerOptions options;
  options.client.name_servers = {argv[1]};
  options.group = "example-producer";
  auto producer = mq::Producer::Start(options);
  if (!producer) {
    std::cerr << producer.error().message << '\n';
    return 1;
  }

  // One message, waiting for the answer.
  mq::Message greeting{.topic = topic, .body = "hello", .tags = "greeting", .keys = {"hello-1"}};
  auto sent = (*producer)->Send(greeting);
  if (!sent) {
    std::cerr << "send: " << sent.error().message << '\n';
    return 1;
  }
  std::cout << "sent " << sent->message_id << " to queue " << sent->queue.queue_id << " at offset "
            << sent->queue_offset << '\n';

  // Many at a time: the answers come on a thread of the SDK.
  std::atomic<int> acknowledged{0};
  std::atomic<int> failed{0};
  for (int i = 0; i < 100; ++i) {
    mq::Message message{.topic = topic, .body = "async " + std::to_string(i)};
    (*producer)->SendAsync(
        message, [&](mq::Result<mq::SendReceipt> receipt) { receipt ? ++acknowledged : ++failed; });
  }

  // Messages of one order go to one queue and keep their order.
  const mq::QueueSelector by_order = [](std::span<const mq::MessageQueue> queues,
                                        const mq::Message& message) {
    return std::hash<std::string>()(message.keys.front()) % queues.size();
  };
  for (const char* step : {"created", "paid", "shipped"}) {
    auto receipt = (*producer)->Send(
        {.topic = topic, .body = step, .tags = "order", .keys = {"order-7"}}, by_order);
    if (!receipt) {
      std::cerr << "ordered send: " << receipt.error().message << '\n';
      return 1;
    }
  }

  // Without an answer.
  if (auto out = (*producer)->SendOneway({.topic = topic, .body = "one-way"}); !out) {
    std::cerr << "one-way send: " << out.error().message << '\n';
    return 1;
  }
  (*producer)->Shutdown();  // waits for what is in flight
  std::cout << "acknowledged " << acknowledged + 4 << ", failed " << failed << '\n';
  return failed == 0 ? 0 : 1;
}
