// pintle topic create, list, describe, delete.

#include <fmt/format.h>

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <vector>

#include "admin/cluster_admin.h"
#include "cli/commands.h"
#include "cli/common_options.h"
#include "cli/output.h"

namespace pintle::cli {

namespace {

struct TopicOptions {
  CommonOptions common;
  admin::TopicSpec spec;
  int32_t queues = 8;
  std::string perm = "rw";
  std::vector<std::string> attributes;  // "key=value"
  bool with_system = false;
};

std::string PermText(int32_t perm) {
  std::string text;
  text += (perm & 4) != 0 ? 'r' : '-';
  text += (perm & 2) != 0 ? 'w' : '-';
  return text;
}

int Create(TopicOptions& options, bool has_read, bool has_write) {
  if (!has_read) options.spec.read_queues = options.queues;
  if (!has_write) options.spec.write_queues = options.queues;
  options.spec.perm = (options.perm.find('r') != std::string::npos ? 4 : 0) |
                      (options.perm.find('w') != std::string::npos ? 2 : 0);
  for (const std::string& attribute : options.attributes) {
    const size_t equals = attribute.find('=');
    options.spec.attributes[attribute.substr(0, equals)] = attribute.substr(equals + 1);
  }
  auto admin = admin::ClusterAdmin::Connect(options.common.ToClientOptions());
  if (!admin) return Complain("topic create", admin.error());
  auto brokers = (*admin)->CreateTopic(options.spec);
  if (!brokers) return Complain("topic create", brokers.error());
  if (options.common.format == OutputFormat::kJson) {
    boost::json::array names;
    for (const std::string& broker : *brokers) names.emplace_back(broker);
    fmt::print("{}\n", boost::json::serialize(
                           boost::json::object{{"topic", options.spec.name},
                                               {"readQueueNums", options.spec.read_queues},
                                               {"writeQueueNums", options.spec.write_queues},
                                               {"perm", options.spec.perm},
                                               {"brokers", names}}));
  } else {
    fmt::print("topic {} has {} read and {} write queues on {}\n", options.spec.name,
               options.spec.read_queues, options.spec.write_queues, fmt::join(*brokers, ", "));
  }
  return 0;
}

int List(const TopicOptions& options) {
  auto admin = admin::ClusterAdmin::Connect(options.common.ToClientOptions());
  if (!admin) return Complain("topic list", admin.error());
  auto topics = (*admin)->Topics(options.with_system);
  if (!topics) return Complain("topic list", topics.error());
  if (options.common.format == OutputFormat::kJson) {
    boost::json::array names;
    for (const std::string& topic : *topics) names.emplace_back(topic);
    fmt::print("{}\n", boost::json::serialize(names));
  } else {
    for (const std::string& topic : *topics) fmt::print("{}\n", topic);
  }
  return 0;
}

void PrintJson(const admin::TopicDescription& topic) {
  boost::json::array routes;
  for (const model::QueueRoute& at : topic.route.queues) {
    routes.push_back(boost::json::object{{"brokerName", at.broker_name},
                                         {"readQueueNums", at.read_queues},
                                         {"writeQueueNums", at.write_queues},
                                         {"perm", at.perm}});
  }
  boost::json::array queues;
  for (const admin::QueueStatus& queue : topic.queues) {
    queues.push_back(boost::json::object{{"brokerName", queue.broker_name},
                                         {"queueId", queue.queue_id},
                                         {"minOffset", queue.min_offset},
                                         {"maxOffset", queue.max_offset},
                                         {"lastUpdateTimestamp", queue.last_update_ms}});
  }
  fmt::print("{}\n", boost::json::serialize(boost::json::object{
                         {"topic", topic.name}, {"routes", routes}, {"queues", queues}}));
}

int Describe(const TopicOptions& options) {
  auto admin = admin::ClusterAdmin::Connect(options.common.ToClientOptions());
  if (!admin) return Complain("topic describe", admin.error());
  auto topic = (*admin)->DescribeTopic(options.spec.name);
  if (!topic) return Complain("topic describe", topic.error());
  if (options.common.format == OutputFormat::kJson) {
    PrintJson(*topic);
    return 0;
  }
  for (const model::QueueRoute& at : topic->route.queues) {
    fmt::print("{} on {}: {} read, {} write queues, {}\n", topic->name, at.broker_name,
               at.read_queues, at.write_queues, PermText(at.perm));
  }
  std::vector<std::vector<std::string>> rows;
  for (const admin::QueueStatus& queue : topic->queues) {
    rows.push_back({queue.broker_name, std::to_string(queue.queue_id),
                    std::to_string(queue.min_offset), std::to_string(queue.max_offset),
                    std::to_string(queue.max_offset - queue.min_offset),
                    TimeText(queue.last_update_ms)});
  }
  PrintTable({"BROKER", "QUEUE", "MIN", "MAX", "MESSAGES", "LAST MESSAGE"}, rows);
  return 0;
}

int Delete(const TopicOptions& options) {
  auto admin = admin::ClusterAdmin::Connect(options.common.ToClientOptions());
  if (!admin) return Complain("topic delete", admin.error());
  if (auto status = (*admin)->DeleteTopic(options.spec.name); !status)
    return Complain("topic delete", status.error());
  if (options.common.format == OutputFormat::kJson) {
    fmt::print("{}\n", boost::json::serialize(boost::json::object{{"deleted", options.spec.name}}));
  } else {
    fmt::print("topic {} deleted\n", options.spec.name);
  }
  return 0;
}

void AddCreate(CLI::App& topic, const std::shared_ptr<TopicOptions>& options, Context& context) {
  CLI::App* command = topic.add_subcommand("create", "Create a topic, or change it");
  command->add_option("TOPIC", options->spec.name, "Its name")->required();
  command->add_option("--queues", options->queues, "Read and write queues on each broker")
      ->check(CLI::Range(1, 65536))
      ->capture_default_str();
  CLI::Option* read = command->add_option("--read-queues", options->spec.read_queues, "Only these")
                          ->check(CLI::Range(1, 65536));
  CLI::Option* write =
      command->add_option("--write-queues", options->spec.write_queues, "Only these")
          ->check(CLI::Range(1, 65536));
  command->add_option("--perm", options->perm, "r, w or rw")
      ->check(CLI::IsMember({"r", "w", "rw"}))
      ->capture_default_str();
  command->add_flag("--order", options->spec.order, "Keep its routes in order");
  command->add_option("--attribute", options->attributes, "KEY=VALUE, kept with the topic; several")
      ->check(CLI::Validator(
          [](const std::string& text) {
            const size_t equals = text.find('=');
            return equals == 0 || equals == std::string::npos ? "KEY=VALUE" : "";
          },
          "", "KEY=VALUE"));
  command->add_option("--cluster", options->spec.cluster, "Only on this cluster's brokers");
  command->add_option("--broker", options->spec.broker, "Only on this broker name");
  AddCommonOptions(*command, options->common);
  command->footer("Example:\n  pintle topic create orders --queues 16");
  command->callback([options, read, write, &context] {
    context.exit_code = Create(*options, read->count() > 0, write->count() > 0);
  });
}

}  // namespace

void AddTopic(CLI::App& app, Context& context) {
  auto options = std::make_shared<TopicOptions>();
  CLI::App* topic = app.add_subcommand("topic", "Create, list, describe and delete topics");
  topic->require_subcommand(1);
  topic->footer(
      "Examples:\n"
      "  pintle topic create orders --queues 16\n"
      "  pintle topic list\n"
      "  pintle topic describe orders -o json");
  AddCreate(*topic, options, context);

  CLI::App* list = topic->add_subcommand("list", "Names of all topics");
  list->add_flag("--system", options->with_system, "The brokers' own ones too");
  AddCommonOptions(*list, options->common);
  list->footer("Example:\n  pintle topic list --system");
  list->callback([options, &context] { context.exit_code = List(*options); });

  CLI::App* describe = topic->add_subcommand("describe", "Its routes and what its queues hold");
  describe->add_option("TOPIC", options->spec.name, "Its name")->required();
  AddCommonOptions(*describe, options->common);
  describe->footer("Example:\n  pintle topic describe orders");
  describe->callback([options, &context] { context.exit_code = Describe(*options); });

  CLI::App* remove = topic->add_subcommand("delete", "Delete a topic everywhere");
  remove->add_option("TOPIC", options->spec.name, "Its name")->required();
  AddCommonOptions(*remove, options->common);
  remove->footer("Example:\n  pintle topic delete orders");
  remove->callback([options, &context] { context.exit_code = Delete(*options); });
}

}  // namespace pintle::cli
