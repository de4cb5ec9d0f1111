#include "model/batch.h"

#include "model/properties.h"

namespace pintle::model {
namespace {

constexpr size_t kBatchMessageFixedSize = 22;

size_t Length(int32_t value) { return value < 0 ? SIZE_MAX : static_cast<size_t>(value); }

}  // namespace

Result<std::vector<BatchMessage>> DecodeBatch(ByteView body) {
  std::vector<BatchMessage> messages;
  ByteReader reader(body);
  while (reader.remaining() != 0) {
    reader.Take(12);  // totalSize, magic, bodyCRC
    BatchMessage message;
    message.flag = reader.Big<int32_t>();
    message.body = reader.Take(Length(reader.Big<int32_t>()));
    message.properties = reader.TakeText(Length(reader.Big<int16_t>()));
    if (!reader.ok()) {
      return Malformed("batch: message {} does not end within the body of {} bytes",
                       messages.size(), body.size());
    }
    messages.push_back(message);
  }
  if (messages.empty()) return Malformed("batch: no message in it");
  return messages;
}

Status AppendToBatch(const BatchMessage& message, std::string& out) {
  if (message.properties.size() > kPropertiesBytesMax) {
    return Fail(ErrorCode::kInvalidArgument, "the properties have {} bytes; the limit is {}",
                message.properties.size(), kPropertiesBytesMax);
  }
  const size_t size = kBatchMessageFixedSize + message.body.size() + message.properties.size();
  std::byte head[20] = {};
  StoreBig(head, static_cast<int32_t>(size));
  StoreBig(head + 12, message.flag);
  StoreBig(head + 16, static_cast<int32_t>(message.body.size()));
  std::byte properties_length[2];
  StoreBig(properties_length, static_cast<int16_t>(message.properties.size()));
  out.append(AsText(head));
  out.append(AsText(message.body));
  out.append(AsText(properties_length));
  out.append(message.properties);
  return {};
}

}  // namespace pintle::model
