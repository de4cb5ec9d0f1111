// pintle consume TOPIC --group G: prints messages as a member of a consumer group.

#include <fmt/format.h>

#include <boost/json.hpp>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/common_options.h"
#include "pintle/push_consumer.h"

namespace pintle::cli {

namespace {

struct ConsumeOptions {
  CommonOptions common;
  std::string topic;
  std::string group;
  std::string expression = "*";
  bool from_beginning = false;
  int64_t count = 0;
  int64_t idle_seconds = 0;
};

// Set by SIGINT and SIGTERM.
volatile std::sig_atomic_t interrupted = 0;

void Interrupt(int) { interrupted = 1; }

void PrintMessage(const client::MessageView& message, OutputFormat format) {
  if (format == OutputFormat::kText) {
    std::fwrite(message.body.data(), 1, message.body.size(), stdout);
    if (message.body.empty() || message.body.back() != '\n') std::fputc('\n', stdout);
    return;
  }
  boost::json::object properties;
  for (const auto& [name, value] : message.properties) properties[name] = value;
  boost::json::array keys;
  for (const std::string& key : message.keys) keys.emplace_back(key);
  const boost::json::object out{{"topic", message.topic()},
                                {"brokerName", message.queue.broker_name},
                                {"queueId", message.queue.queue_id},
                                {"queueOffset", message.queue_offset},
                                {"msgId", message.message_id},
                                {"offsetMsgId", message.offset_message_id},
                                {"tags", message.tags},
                                {"keys", keys},
                                {"bornTimestamp", message.born_timestamp_ms},
                                {"storeTimestamp", message.store_timestamp_ms},
                                {"reconsumeTimes", message.reconsume_times},
                                {"properties", properties},
                                {"body", message.body}};
  fmt::print("{}\n", boost::json::serialize(out));
}

int Consume(const ConsumeOptions& options) {
  client::PushConsumerOptions consumer_options;
  consumer_options.client = options.common.ToClientOptions();
  consumer_options.group = options.group;
  consumer_options.start_from =
      options.from_beginning ? client::StartFrom::kFirst : client::StartFrom::kLast;
  consumer_options.threads = 1;  // keeps each queue's order on the screen
  auto consumer = client::PushConsumer::Create(consumer_options);
  if (!consumer) return Complain("consume", consumer.error());

  std::mutex mutex;
  std::condition_variable changed;
  int64_t seen = 0;
  const SystemClock clock;
  int64_t last_ms = clock.MonotonicMs();
  (*consumer)->SetListener([&](std::span<const client::MessageView> messages) {
    const std::lock_guard lock(mutex);
    if (options.count > 0 && seen >= options.count) return client::ConsumeVerdict::kKeep;
    for (const client::MessageView& message : messages)
      PrintMessage(message, options.common.format);
    seen += static_cast<int64_t>(messages.size());
    last_ms = clock.MonotonicMs();
    changed.notify_all();
    return client::ConsumeVerdict::kSuccess;
  });
  if (auto status = (*consumer)->Subscribe(options.topic, options.expression); !status)
    return Complain("consume", status.error());
  if (auto status = (*consumer)->Start(); !status) return Complain("consume", status.error());
  std::signal(SIGINT, Interrupt);
  std::signal(SIGTERM, Interrupt);
  {
    std::unique_lock lock(mutex);
    const int64_t idle_ms = options.idle_seconds * 1'000;
    while (interrupted == 0 && (options.count == 0 || seen < options.count)) {
      changed.wait_for(lock, std::chrono::milliseconds(100));
      std::fflush(stdout);
      if (options.idle_seconds > 0 && clock.MonotonicMs() - last_ms > idle_ms) break;
    }
  }
  (*consumer)->Shutdown();
  std::fflush(stdout);
  if (options.count > 0 && seen < options.count && interrupted == 0) {
    fmt::print(stderr, "pintle consume: {} of {} messages came within {} s\n", seen, options.count,
               options.idle_seconds);
    return 1;
  }
  return 0;
}

}  // namespace

void AddConsume(CLI::App& app, Context& context) {
  auto options = std::make_shared<ConsumeOptions>();
  CLI::App* command = app.add_subcommand("consume", "Print messages as a member of a group");
  command->add_option("TOPIC", options->topic, "What to read")->required();
  command->add_option("--group", options->group, "Consumer group; its offsets stay at the broker")
      ->required();
  command->add_flag("--from-beginning", options->from_beginning,
                    "Where a new group starts: the first message instead of the next one");
  command->add_option("--count", options->count, "End after so many messages")
      ->check(CLI::PositiveNumber);
  command->add_option("--tag", options->expression, "Only these tags: 'a || b'");
  command->add_option("--idle-timeout", options->idle_seconds, "End after so many idle seconds")
      ->check(CLI::PositiveNumber);
  AddCommonOptions(*command, options->common);
  command->footer(
      "Examples:\n"
      "  pintle consume greetings --group readers --from-beginning --count 10\n"
      "  pintle consume orders --group audit --tag 'created || paid' -o json");
  command->callback([options, &context] { context.exit_code = Consume(*options); });
}

}  // namespace pintle::cli
