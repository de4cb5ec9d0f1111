// Creating, changing and deleting topics by hand.
#pragma once

#include <string_view>

#include "broker/broker.h"
#include "broker/refusal.h"
#include "model/topic.h"
#include "net/task.h"

namespace pintle::broker {

// `config.attributes` are changes, "+key" and "-key". TopicSettled() tells when the change is
// durable.
Outcome<MetadataFile::Change> UpdateTopic(Broker& broker, model::TopicConfig config);

// Ends, on `loop`, where it was awaited, when the change of a topic is durable, or with the reason
// why not; and the name servers know it: whoever was told of the topic finds its route.
net::Task<Status> TopicSettled(Broker& broker, net::Loop& loop, MetadataFile::Change change);

// The topic, its queues, its groups' offsets, and the retry topics that pop made for it. Not an
// error when there is none. Ends when the tables are durable, or with the reason why not.
Outcome<MetadataFile::Change> DeleteTopic(Broker& broker, std::string_view topic);

// The queue to which a message goes that was to go to `queue_id` some time ago: another one when the
// topic does not have that any more.
int32_t QueueNow(const Topic& topic, int32_t queue_id);

}  // namespace pintle::broker
