#include "cli/commands.h"

namespace pintle::cli {

namespace {

constexpr char kFooter[] = R"(Examples:
  pintle start                              name server and broker, ports 9876 and 10911
  pintle start --data-dir /var/lib/pintle --set store.flush=sync
  pintle start --config broker.conf         with a configuration of RocketMQ
  pintle COMMAND --help                     options and examples of a command)";

}  // namespace

int RunCommandLine(int argc, const char* const* argv, Context& context) {
  CLI::App app("A message broker that speaks Apache RocketMQ's protocols.", "pintle");
  app.set_version_flag("--version", "pintle " + context.version);
  app.set_help_flag("-h,--help", "Print this help and exit");
  app.require_subcommand(1);
  for (const AddCommand add : kCommands) add(app, context);
  // After the commands: they would inherit it.
  app.footer(kFooter);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // The library ends parsing, also for --help and --version, by exception; it stops here.
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  return context.exit_code;
}

}  // namespace pintle::cli
