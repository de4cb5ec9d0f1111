// pintle broker: the broker alone.
#include "cli/commands.h"
#include "cli/server_command.h"

namespace pintle::cli {

namespace {

constexpr char kExamples[] =
    "  pintle broker --set broker.namesrv=10.0.0.1:9876\n"
    "  pintle broker --config broker.toml --data-dir /var/lib/pintle\n"
    "  pintle broker --set broker.advertise=broker-a.example.org\n";

}  // namespace

void AddBroker(CLI::App& app, Context& context) {
  AddServerCommand(app, context, ServerRole::kBroker, "broker", "Run a broker until SIGTERM",
                   kExamples);
}

}  // namespace pintle::cli
