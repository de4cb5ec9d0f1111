// A message that waits for its delay: how it stands in the schedule topic until then, and what
// becomes of it afterwards.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "broker/topic_table.h"
#include "model/delay_levels.h"
#include "model/record.h"
#include "store/message_store.h"

namespace pintle::broker {

// The level that a message with this DELAY property waits for; 0: none. Half messages do not wait:
// what they become does.
int32_t DelayLevelOf(const model::DelayLevels& levels, int32_t sys_flag, int32_t delay_property);

// The properties with which the message waits: where it goes, and no other time that it asked for.
std::string DelayedProperties(std::string_view properties, int32_t level, std::string_view topic,
                              int32_t queue_id);

// Points `message` at the level's queue. Its properties are DelayedProperties() by then.
Status DelayMessage(store::MessageStore& store, const model::DelayLevels& levels, int32_t level,
                    store::NewMessage& message);

// The message that `record` of the schedule topic has waited to be; it borrows from the record. It goes
// to a queue that its topic still has. kMalformed: the record does not say where it goes, or to where
// nothing may go.
Result<store::NewMessage> DueMessage(store::MessageStore& store, const TopicTable& topics,
                                     const model::Record& record);

}  // namespace pintle::broker
