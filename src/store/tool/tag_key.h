// The index entry that RocketMQ 5.5 makes for a message's tag, beside those for its keys.
#pragma once

#include <cstdint>

#include "model/record.h"
#include "store/tool/stopped_store.h"

namespace pintle::store {

// The tag is entered as a key of the kind "T"; -1, which no hash is, without a tag.
int32_t TagKeyHash(const model::Record& record);

// Whether entries of the store's index are for tags: told by the last few thousand of each file.
bool HasTagKeys(const StoppedStore& store);

}  // namespace pintle::store
