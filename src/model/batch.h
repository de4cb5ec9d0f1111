// The body of a batch send: several messages of one topic and queue, one after another.
//
//   totalSize 4 | magic 4 (0) | bodyCRC 4 (0) | flag 4 | bodyLength 4, body |
//   propertiesLength 2, properties
//
// Big-endian. Topic, queue and times are those of the request that carries the batch.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace pintle::model {

// One message of a batch; the views borrow from the batch's body.
struct BatchMessage {
  int32_t flag = 0;
  ByteView body;
  std::string_view properties;
};

// kMalformed when a length leaves the body or is negative, or when the batch is empty. As in Java,
// totalSize, magic and bodyCRC are not compared with anything: clients fill them differently.
Result<std::vector<BatchMessage>> DecodeBatch(ByteView body);

// Appends one message. kInvalidArgument when the properties are over 32767 bytes.
Status AppendToBatch(const BatchMessage& message, std::string& out);

}  // namespace pintle::model
