// Where a message that is sent goes: its topic, made if need be, and its queue.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "broker/broker.h"
#include "broker/refusal.h"
#include "model/host.h"

namespace pintle::broker {

struct SendTargetRequest {
  std::string_view topic;
  std::string_view default_topic;
  int32_t default_topic_queues = 0;
  int32_t queue_id = -1;
  bool unit_mode = false;
  const model::Host& from;  // named in refusals
};

struct SendTarget {
  std::shared_ptr<const Topic> topic;
  int32_t queue_id = 0;
  MetadataFile::Change topic_change = 0;
};

// RocketMQ's checks in its order: a name that is no name, a topic that takes no messages, a
// missing topic that must not be made, a queue that the topic does not have.
Outcome<SendTarget> ChooseSendTarget(Broker& broker, const SendTargetRequest& request);

// Where what a group has given up is kept; made when it is first needed.
TopicChange DeadLetterTopic(Broker& broker, std::string_view group);

// A message to a retry topic that has been retried too often goes to the group's dead-letter
// topic: then `target` is changed, and it returns true.
Outcome<bool> DivertToDeadLetters(Broker& broker, int32_t reconsume_times,
                                  std::optional<int32_t> max_reconsume_times, SendTarget& target);

// "TopicConfig [topicName=..." as RocketMQ shows one.
std::string DescribeTopic(const model::TopicConfig& config);

// Why the store did not append, as senders are told.
Refusal StoreRefusal(const Broker& broker, const Error& error);
// The message, its properties or its topic is too long.
Refusal IllegalMessage(const Broker& broker);

}  // namespace pintle::broker
