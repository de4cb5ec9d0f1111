// Any bytes decode to an error or to messages that survive a round of encoding.
#include "base/check.h"
#include "model/batch.h"

namespace model = pintle::model;
using pintle::AsBytes;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto messages = model::DecodeBatch({reinterpret_cast<const std::byte*>(data), size});
  if (!messages) return 0;
  std::string again;
  for (const auto& message : *messages) PINTLE_CHECK(model::AppendToBatch(message, again));
  PINTLE_CHECK(again.size() == size);
  PINTLE_CHECK(model::DecodeBatch(AsBytes(again))->size() == messages->size());
  return 0;
}
