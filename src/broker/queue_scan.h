// Every message of a queue, one after the other.
#pragma once

#include <functional>

#include "model/record.h"
#include "store/message_store.h"

namespace pintle::broker {

// Visits what is stored from `from` to the queue's end and passes the filter (null: everything), and
// returns where that ended. Threads: any that may wait for the disk.
model::QueueOffset ForEachRecord(store::MessageStore& store, store::ConsumeQueue& queue,
                                 model::QueueOffset from, const store::MessageFilter* filter,
                                 const std::function<void(const model::Record&)>& visit);

}  // namespace pintle::broker
