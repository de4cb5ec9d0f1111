// pintle produce TOPIC: a line of standard input is a message.

#include <fmt/format.h>

#include <boost/json.hpp>
#include <condition_variable>
#include <cstdio>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/common_options.h"
#include "pintle/producer.h"

namespace pintle::cli {

namespace {

constexpr size_t kInFlight = 1024;

struct ProduceOptions {
  CommonOptions common;
  std::string topic;
  std::string body;
  bool has_body = false;
  std::vector<std::string> keys;
  std::string tag;
  std::vector<std::string> properties;
  int32_t delay_level = 0;
  std::string group = "PINTLE_CLI_PRODUCER";
};

// Counts what is under way and tells of each answer. Threads: any thread.
class Ledger {
 public:
  explicit Ledger(OutputFormat format) : format_(format) {}

  // Waits until another send may start.
  void Begin() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return in_flight_ < kInFlight; });
    ++in_flight_;
  }

  void End(int64_t line, const client::Result<client::SendReceipt>& receipt) {
    const std::lock_guard lock(mutex_);
    --in_flight_;
    if (receipt) {
      ++acknowledged_;
      if (format_ == OutputFormat::kJson) Tell(line, *receipt);
    } else {
      ++failed_;
      fmt::print(stderr, "pintle produce: line {}: {}\n", line, receipt.error().message);
    }
    changed_.notify_all();
  }

  int Finish() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return in_flight_ == 0; });
    if (format_ == OutputFormat::kText)
      fmt::print("{} acknowledged, {} failed\n", acknowledged_, failed_);
    std::fflush(stdout);
    return failed_ == 0 ? 0 : 1;
  }

 private:
  static void Tell(int64_t line, const client::SendReceipt& receipt) {
    const char* status = "SEND_OK";
    switch (receipt.status) {
      case client::SendStatus::kOk:
        break;
      case client::SendStatus::kFlushDiskTimeout:
        status = "FLUSH_DISK_TIMEOUT";
        break;
      case client::SendStatus::kFlushSlaveTimeout:
        status = "FLUSH_SLAVE_TIMEOUT";
        break;
      case client::SendStatus::kSlaveNotAvailable:
        status = "SLAVE_NOT_AVAILABLE";
        break;
    }
    const boost::json::object out{{"line", line},
                                  {"status", status},
                                  {"msgId", receipt.message_id},
                                  {"offsetMsgId", receipt.offset_message_id},
                                  {"brokerName", receipt.queue.broker_name},
                                  {"queueId", receipt.queue.queue_id},
                                  {"queueOffset", receipt.queue_offset}};
    fmt::print("{}\n", boost::json::serialize(out));
    // What has been told survives a crash of whoever reads it.
    std::fflush(stdout);
  }

  const OutputFormat format_;
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t in_flight_ = 0;
  int64_t acknowledged_ = 0;
  int64_t failed_ = 0;
};

int Produce(const ProduceOptions& options) {
  client::Message prototype{.topic = options.topic, .body = {}};
  prototype.tags = options.tag;
  prototype.keys = options.keys;
  prototype.delay_level = options.delay_level;
  for (const std::string& property : options.properties) {
    const size_t equals = property.find('=');
    if (equals == std::string::npos || equals == 0) {
      fmt::print(stderr, "pintle produce: --property takes NAME=VALUE, not '{}'\n", property);
      return 2;
    }
    prototype.properties[property.substr(0, equals)] = property.substr(equals + 1);
  }
  client::ProducerOptions producer_options;
  producer_options.client = options.common.ToClientOptions();
  producer_options.group = options.group;
  auto producer = client::Producer::Start(producer_options);
  if (!producer) return Complain("produce", producer.error());
  // Says at once when nothing can be reached, instead of once a line.
  if (auto queues = (*producer)->Queues(options.topic); !queues)
    return Complain("produce", queues.error());

  Ledger ledger(options.common.format);
  int64_t line = 0;
  const auto send = [&](std::string body) {
    ++line;
    client::Message message = prototype;
    message.body = std::move(body);
    ledger.Begin();
    (*producer)->SendAsync(std::move(message),
                           [&ledger, line](client::Result<client::SendReceipt> receipt) {
                             ledger.End(line, receipt);
                           });
  };
  if (options.has_body) {
    send(options.body);
  } else {
    std::ios::sync_with_stdio(false);
    std::string text;
    while (std::getline(std::cin, text)) {
      // A message has at least a byte: an empty line travels as its line end.
      send(text.empty() ? "\n" : text);
    }
  }
  const int exit_code = ledger.Finish();
  (*producer)->Shutdown();
  return exit_code;
}

}  // namespace

void AddProduce(CLI::App& app, Context& context) {
  auto options = std::make_shared<ProduceOptions>();
  CLI::App* command = app.add_subcommand("produce", "Send messages: each line of standard input");
  command->add_option("TOPIC", options->topic, "Where to send")->required();
  command->add_option("--body", options->body, "Send this one message instead of standard input");
  command->add_option("--key", options->keys, "A key to find the message by; may be repeated");
  command->add_option("--tag", options->tag, "The tag to filter by");
  command->add_option("--property", options->properties, "NAME=VALUE; may be repeated");
  command->add_option("--delay-level", options->delay_level, "1..18: deliver after 1s .. 2h")
      ->check(CLI::Range(0, 18));
  command->add_option("--group", options->group, "Producer group")->capture_default_str();
  AddCommonOptions(*command, options->common);
  command->footer(
      "Examples:\n"
      "  echo hello | pintle produce greetings\n"
      "  pintle produce orders --body '{\"id\":7}' --key order-7 --tag created\n"
      "  pintle produce logs -o json < /var/log/syslog     one JSON line per acknowledgement");
  command->callback([options, command, &context] {
    options->has_body = command->count("--body") > 0;
    context.exit_code = Produce(*options);
  });
}

}  // namespace pintle::cli
