// pintle store inspect|dump|verify|repair: the files of a broker that does not run.

#include <map>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/common_options.h"

namespace pintle::cli {

namespace {

constexpr char kExitCodes[] =
    "\nDIR is a store (it holds \"commitlog\"), of Pintle or of RocketMQ, or a data directory with "
    "a\n"
    "store in it. Exit codes: 0 done, 1 damage or an error, 2 wrong command line or no store,\n"
    "3 a broker runs on it.";

std::shared_ptr<StoreArguments> AddTask(CLI::App& store, Context& context, StoreTask task,
                                        const std::string& name, const std::string& summary,
                                        const std::string& examples, CLI::App** command) {
  // Lives as long as the callback, which the parser keeps.
  auto arguments = std::make_shared<StoreArguments>();
  arguments->task = task;
  *command = store.add_subcommand(name, summary);
  (*command)->add_option("dir", arguments->folder, "The store")->type_name("DIR")->required();
  const std::map<std::string, bool> formats{{"text", false}, {"table", false}, {"json", true}};
  (*command)
      ->add_option("-o,--output", arguments->json, "text or json")
      ->transform(CLI::CheckedTransformer(formats))
      ->option_text("FORMAT");
  (*command)->footer("Examples:\n" + examples + kExitCodes);
  (*command)->callback(
      [arguments, &context] { context.exit_code = context.run_store_tool(*arguments); });
  return arguments;
}

void AddDump(CLI::App& store, Context& context) {
  CLI::App* dump = nullptr;
  auto arguments = AddTask(store, context, StoreTask::kDump, "dump",
                           "The records of the log, with properties and body",
                           "  pintle store dump /var/lib/pintle --count 10\n"
                           "  pintle store dump ~/store --offset 1073741824 --topic orders -o json",
                           &dump);
  dump->add_option("--offset", arguments->offset,
                   "Begin with the first record at or behind this place in the log")
      ->check(CLI::NonNegativeNumber);
  dump->add_option("--count", arguments->count, "So many records at most")
      ->check(CLI::NonNegativeNumber);
  dump->add_option("--topic", arguments->topic, "Only records of this topic");
}

}  // namespace

void AddStore(CLI::App& app, Context& context) {
  CLI::App* store = app.add_subcommand("store", "Look at and repair a stopped broker's store");
  store->require_subcommand(1);
  CLI::App* command = nullptr;
  AddTask(*store, context, StoreTask::kInspect, "inspect",
          "Segments, queues, index files, checkpoint and metadata",
          "  pintle store inspect /var/lib/pintle\n"
          "  pintle store inspect ~/store -o json",
          &command);
  AddDump(*store, context);
  AddTask(*store, context, StoreTask::kVerify, "verify",
          "Every record's CRC, every queue entry and every index entry",
          "  pintle store verify /var/lib/pintle\n"
          "  pintle store verify ~/store -o json && echo sound",
          &command);
  const auto repair = AddTask(*store, context, StoreTask::kRepair, "repair",
                              "Makes queues, index and checkpoint anew from the log",
                              "  pintle store repair /var/lib/pintle\n"
                              "  pintle store repair ~/store --cut-torn-tail",
                              &command);
  command->add_flag("--cut-torn-tail", repair->cut_torn_tail,
                    "Write zeros over what follows the log's last record");
}

}  // namespace pintle::cli
