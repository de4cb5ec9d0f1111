// pintle namesrv: the name server alone.
#include "cli/commands.h"
#include "cli/server_command.h"

namespace pintle::cli {

namespace {

constexpr char kExamples[] =
    "  pintle namesrv\n"
    "  pintle namesrv --set namesrv.listen=0.0.0.0:9876\n"
    "  pintle namesrv --config /etc/rocketmq/namesrv.conf\n";

}  // namespace

void AddNamesrv(CLI::App& app, Context& context) {
  AddServerCommand(app, context, ServerRole::kNamesrv, "namesrv", "Run a name server until SIGTERM",
                   kExamples);
}

}  // namespace pintle::cli
