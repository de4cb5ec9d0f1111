// RocketMQ's own configuration files: broker.conf and namesrv.conf.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "main/config.h"

namespace pintle::main {

// Which of RocketMQ's programs a file is for: `listenPort` means another listener in each.
enum class JavaProgram : uint8_t { kBroker, kNamesrv };

// How one of RocketMQ's keys reads here; for the documentation.
struct JavaKeyText {
  std::string java_name;
  std::string meaning;  // "store.segment_bytes", "without effect", "only SIMPLE", ...
};
std::vector<JavaKeyText> JavaKeyTexts();

// What an entry did.
struct JavaEntryEffect {
  std::string key = {};                   // ours, that was set; empty for none
  std::string note = {};                  // for the log; empty for none
  std::string_view ignored_because = {};  // for the log: what it asks for does not happen; or empty
};

// Applies one entry of such a file. kInvalidArgument for an unknown key (with the nearest known
// ones), for a value that is not one of its key, and for a feature without which a start would do
// harm.
Result<JavaEntryEffect> ApplyJavaEntry(JavaProgram program, std::string_view name,
                                       std::string_view value, Config& config);

}  // namespace pintle::main
