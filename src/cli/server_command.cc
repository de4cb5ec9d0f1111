#include "cli/server_command.h"

#include <memory>

namespace pintle::cli {

void AddServerCommand(CLI::App& app, Context& context, ServerRole role, const std::string& name,
                      const std::string& summary, const std::string& examples) {
  // Lives as long as the callback, which the parser keeps.
  auto arguments = std::make_shared<ServerArguments>();
  arguments->role = role;

  CLI::App* command = app.add_subcommand(name, summary);
  command
      ->add_option("-c,--config", arguments->config_files,
                   "Configuration: TOML, or RocketMQ's own when the name ends in .conf; repeatable")
      ->type_name("FILE")
      ->expected(1)
      ->take_all();
  command->add_option("--data-dir", arguments->data_dir, "Where data is kept (~/pintle-data)")
      ->type_name("DIR");
  command->add_option("--set", arguments->settings, "Set one key; repeatable")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->take_all();
  // The keys are told only when somebody asks: making the text is not part of a start.
  command->footer([&context, role, examples] {
    return "Examples:\n" + examples +
           "\nExit codes: 0 ended by SIGTERM or SIGINT, 2 wrong command line or configuration,\n"
           "3 data directory or address in use, 1 anything else.\n\n" +
           context.describe_keys(role);
  });
  command->callback([arguments, &context] { context.exit_code = context.run_server(*arguments); });
}

}  // namespace pintle::cli
