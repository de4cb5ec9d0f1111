// pintle start: the name server and the broker in one process.
#include "cli/commands.h"
#include "cli/server_command.h"

namespace pintle::cli {

namespace {

constexpr char kExamples[] =
    "  pintle start\n"
    "  pintle start --data-dir /var/lib/pintle --set store.flush=sync\n"
    "  pintle start --set namesrv.listen=127.0.0.1:0 --set broker.listen=127.0.0.1:0\n"
    "  pintle start --config /etc/rocketmq/broker.conf\n";

}  // namespace

void AddStart(CLI::App& app, Context& context) {
  AddServerCommand(app, context, ServerRole::kAll, "start",
                   "Run name server and broker in one process until SIGTERM", kExamples);
}

}  // namespace pintle::cli
