// Between the SDK's messages and what travels: properties text, compression, records.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "client/host_text.h"
#include "model/record.h"
#include "pintle/error.h"
#include "pintle/message.h"

namespace pintle::client {

// kInvalidArgument: an empty or malformed topic, a reserved or malformed property name, a key with
// a space, a body over `body_bytes_max`, properties over 32767 bytes.
Status CheckMessage(const Message& message, size_t body_bytes_max);

// How long an asker waits for its reply, in ms; clients alone use it.
inline constexpr std::string_view kTimeToLive = "TTL";

// Properties with reserved names, which the SDK itself sets.
using SystemProperties = std::vector<std::pair<std::string_view, std::string>>;

// The text of all properties, those that the fields stand for and UNIQ_KEY included.
std::string PropertiesText(const Message& message, std::string_view uniq_key,
                           const SystemProperties& system = {});

// zlib; the original when that is not larger. `compressed` tells which.
std::string CompressBody(std::string_view body, bool& compressed);

// The body as it was before compression: zlib, LZ4 or ZSTD by `sys_flag`.
Result<std::string> DecompressBody(ByteView body, int32_t sys_flag);

// Fills tags, keys, properties and, where there is one, the id from their text. What they held is
// replaced.
void ReadProperties(std::string_view text, MessageView& view);

// Fills all of `view`, and uses the memory of what it held again. `body`: not compressed.
void FillView(const model::Record& record, std::string_view body, std::string_view broker_name,
              HostTexts& hosts, MessageView& view);

// A stored record as a user sees it, its body decompressed.
Result<MessageView> ViewRecord(ByteView record, std::string_view broker_name);

// The body of a batch send: each message with its own flag, body and properties.
std::string BatchBody(std::span<const Message> messages, std::span<const std::string> uniq_keys);

}  // namespace pintle::client
