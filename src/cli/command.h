// What a command of the tool gets, and what it is in the list of commands.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace pintle::cli {

// How a command ends. A script may depend on these.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;  // the command line or the configuration is wrong
inline constexpr int kExitInUse = 3;  // the data directory or an address is another process's

enum class ServerRole : uint8_t { kAll, kNamesrv, kBroker };

struct ServerArguments {
  ServerRole role = ServerRole::kAll;
  std::vector<std::string> config_files;
  std::vector<std::string> settings;  // "key=value"
  std::optional<std::string> data_dir;
};

enum class StoreTask : uint8_t { kInspect, kDump, kVerify, kRepair };

struct StoreArguments {
  StoreTask task = StoreTask::kInspect;
  std::string folder;
  bool json = false;
  std::optional<int64_t> offset;  // dump: where in the log to begin
  std::optional<int64_t> count;   // dump: records at most
  std::string topic;              // dump: of this one only
  bool cut_torn_tail = false;     // repair
};

// What main() lends to the commands: the servers and the store are above
// this layer.
struct Context {
  std::string version;
  // Runs until a signal ends it; an exit code.
  std::function<int(const ServerArguments&)> run_server;
  // Looks at or repairs the store of a broker that does not run; an exit code.
  std::function<int(const StoreArguments&)> run_store_tool;
  // The keys that the role reads, for --help.
  std::function<std::string(ServerRole)> describe_keys;

  int exit_code = kExitOk;  // set by the command that ran
};

// Adds one command, with its options, examples and callback, to `app`.
using AddCommand = void (*)(CLI::App& app, Context& context);

}  // namespace pintle::cli
