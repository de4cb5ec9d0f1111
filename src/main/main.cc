// One binary: the servers and the tool.
#include "base/clock.h"
#include "cli/commands.h"
#include "main/config_document.h"
#include "main/run_server.h"
#include "main/store_tool.h"
#include "main/version.h"

int main(int argc, char** argv) {
  const int64_t started_ns = pintle::SystemClock().MonotonicNs();
  pintle::cli::Context context;
  context.version = pintle::main::Version();
  context.run_server = [started_ns](const pintle::cli::ServerArguments& arguments) {
    return pintle::main::RunServer(arguments, started_ns);
  };
  context.run_store_tool = &pintle::main::RunStoreTool;
  context.describe_keys = [](pintle::cli::ServerRole role) {
    return pintle::main::ConfigHelp(pintle::main::RoleOf(role));
  };
  return pintle::cli::RunCommandLine(argc, argv, context);
}
