// From defaults, files, the environment and the command line to one configuration.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file_system.h"
#include "main/config.h"

namespace pintle::main {

// Which parts a process runs.
enum class Role : uint8_t { kAll, kNamesrv, kBroker };

inline constexpr std::string_view kEnvironmentPrefix = "PINTLE_";

// Later sources win: files in their order, the environment, `settings`, `data_dir`.
struct ConfigSources {
  Role role = Role::kAll;
  // *.conf and *.properties are RocketMQ's; everything else is TOML.
  std::vector<std::string> files;
  // Names and values; those that do not begin with PINTLE_ are left alone.
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::string> settings;  // "key=value"
  std::optional<std::string> data_dir;
};

struct LoadedConfig {
  Config config;  // paths and names that depend on others are filled in
  // Key -> where its value comes from; keys that are absent have their default.
  std::map<std::string, std::string> origins;
  std::vector<std::string> notes;  // for the log: what was read and has no effect
};

// The variables of this process.
std::vector<std::pair<std::string, std::string>> ProcessEnvironment();

// kInvalidArgument names the source, the key, what is wrong and the remedy; kNotFound a file.
Result<LoadedConfig> LoadConfig(FileSystem& fs, const ConfigSources& sources);

// "broker.listen" -> "PINTLE_BROKER_LISTEN".
std::string EnvironmentNameOf(std::string_view key);

}  // namespace pintle::main
