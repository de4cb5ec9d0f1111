// An offline job: prints the messages of a topic that were stored in a range of time, commits nothing.
//
//   example_read_range NAME_SERVER TOPIC GROUP FROM_MS TO_MS      times in ms since 1970, TO excluded
#include <cstdint>
#include <iostream>
#include <map>
#include <string>

#include "pintle/lite_pull_consumer.h"

namespace mq = pintle::client;

namespace {

int Fail(const std::string& what, const mq::Error& error) {
  std::cerr << what << ": " << error.message << '\n';
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::cerr << "usage: " << argv[0] << " NAME_SERVER TOPIC GROUP FROM_MS TO_MS\n";
    return 2;
  }
  mq::LitePullConsumerOptions options;
  options.client.name_servers = {argv[1]};
  options.group = argv[3];
  options.auto_commit = false;
  auto consumer = mq::LitePullConsumer::Create(options);
  if (!consumer) return Fail("create", consumer.error());
  auto queues = (*consumer)->Queues(argv[2]);
  if (!queues) return Fail("queues", queues.error());
  if (auto assigned = (*consumer)->Assign(*queues, "*"); !assigned)
    return Fail("assign", assigned.error());

  // Each queue from its first message of the range to its first one behind it.
  std::map<mq::MessageQueue, int64_t> ends;
  for (const mq::MessageQueue& queue : *queues) {
    auto moved = (*consumer)->SeekToTime(queue, std::stoll(argv[4]));
    if (!moved) return Fail("seek", moved.error());
    auto end = (*consumer)->OffsetForTimestamp(queue, std::stoll(argv[5]));
    if (!end) return Fail("offset", end.error());
    ends[queue] = *end;
  }
  for (bool done = false; !done;) {
    done = true;
    for (const auto& [queue, end] : ends) {
      auto position = (*consumer)->Position(queue);
      if (!position) return Fail("position", position.error());
      done = done && *position >= end;
    }
    if (done) break;
    auto messages = (*consumer)->Poll(1'000);
    if (!messages) return Fail("poll", messages.error());
    for (const mq::MessageView& message : *messages) {
      if (message.queue_offset < ends[message.queue]) std::cout << message.body << '\n';
    }
  }
  return 0;
}
