// pintle bench produce|consume|e2e|mixed: a load generator for any broker that speaks RocketMQ's
// protocol.

#include <fmt/format.h>

#include <boost/json.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "admin/cluster_admin.h"
#include "cli/commands.h"
#include "cli/common_options.h"
#include "client/load/load_run.h"

namespace pintle::cli {

namespace {

struct BenchOptions {
  CommonOptions common;
  client::LoadOptions load;
  std::string broker;  // direct, without a name server
  std::string topic = "pintle-bench";
  int32_t topics = 1;
  int32_t queues = 8;
  int32_t connections = 4;
  double warmup_seconds = 1;
  double duration_seconds = 5;
  bool json_headers = false;
  bool quiet = false;
  bool from_end = false;
};

std::string TopicName(const BenchOptions& options, int32_t index) {
  return options.topics == 1 ? options.topic : fmt::format("{}-{}", options.topic, index);
}

// Queues of a broker that is named directly: as many as told.
void DirectTargets(BenchOptions& options) {
  for (int32_t t = 0; t < options.topics; ++t) {
    for (int32_t q = 0; q < options.queues; ++q)
      options.load.targets.push_back({.address = options.broker,
                                      .broker_name = {},
                                      .topic = TopicName(options, t),
                                      .queue_id = q,
                                      .start_offset = 0});
  }
}

// The name server hears of a new topic a moment after the broker has answered.
client::Result<admin::TopicDescription> DescribeNew(admin::ClusterAdmin& admin,
                                                    const std::string& topic) {
  constexpr int kTries = 100;
  constexpr auto kPause = std::chrono::milliseconds(50);
  auto description = admin.DescribeTopic(topic);
  for (int i = 0; i < kTries && !description; ++i) {
    std::this_thread::sleep_for(kPause);
    description = admin.DescribeTopic(topic);
  }
  return description;
}

// Creates the topics where they do not exist and takes the queues of their routes.
client::Status RoutedTargets(BenchOptions& options) {
  auto admin = admin::ClusterAdmin::Connect(options.common.ToClientOptions());
  if (!admin) return std::unexpected(admin.error());
  for (int32_t t = 0; t < options.topics; ++t) {
    const std::string topic = TopicName(options, t);
    auto description = (*admin)->DescribeTopic(topic);
    if (!description) {
      admin::TopicSpec spec;
      spec.name = topic;
      spec.read_queues = spec.write_queues = options.queues;
      if (auto created = (*admin)->CreateTopic(spec); !created)
        return std::unexpected(created.error());
      description = DescribeNew(**admin, topic);
    }
    if (!description) return std::unexpected(description.error());
    for (const admin::QueueStatus& queue : description->queues) {
      std::string address;
      for (const model::BrokerRoute& broker : description->route.brokers) {
        if (broker.broker_name == queue.broker_name && broker.addresses.contains(0))
          address = broker.addresses.at(0);
      }
      if (address.empty()) continue;
      options.load.targets.push_back(
          {.address = address,
           .broker_name = queue.broker_name,
           .topic = topic,
           .queue_id = queue.queue_id,
           .start_offset = options.from_end ? queue.max_offset : queue.min_offset});
    }
  }
  return {};
}

boost::json::object LatencyJson(const Histogram& h) {
  return {{"count", h.count()},
          {"mean_us", h.mean() / 1e3},
          {"p50_us", static_cast<double>(h.Quantile(0.5)) / 1e3},
          {"p90_us", static_cast<double>(h.Quantile(0.9)) / 1e3},
          {"p99_us", static_cast<double>(h.Quantile(0.99)) / 1e3},
          {"p999_us", static_cast<double>(h.Quantile(0.999)) / 1e3},
          {"p9999_us", static_cast<double>(h.Quantile(0.9999)) / 1e3},
          {"max_us", static_cast<double>(h.max()) / 1e3}};
}

void PrintLatency(const char* what, const Histogram& h) {
  if (h.count() == 0) return;
  const auto us = [&h](double q) { return static_cast<double>(h.Quantile(q)) / 1e3; };
  fmt::print(
      "{:<10} p50 {:.1f}  p90 {:.1f}  p99 {:.1f}  p99.9 {:.1f}  p99.99 {:.1f}  max {:.1f} us\n",
      what, us(0.5), us(0.9), us(0.99), us(0.999), us(0.9999), static_cast<double>(h.max()) / 1e3);
}

void PrintReport(const client::LoadReport& report, OutputFormat format) {
  const double produced = static_cast<double>(report.produced) / report.seconds;
  const double consumed = static_cast<double>(report.consumed) / report.seconds;
  const double passed = static_cast<double>(report.passed) / report.seconds;
  if (format == OutputFormat::kJson) {
    boost::json::object errors;
    for (const auto& [code, count] : report.errors) errors[std::to_string(code)] = count;
    fmt::print("{}\n", boost::json::serialize(boost::json::object{
                           {"seconds", report.seconds},
                           {"produced", report.produced},
                           {"produced_per_second", produced},
                           {"consumed", report.consumed},
                           {"consumed_per_second", consumed},
                           {"passed", report.passed},
                           {"passed_per_second", passed},
                           {"produced_bytes", report.produced_bytes},
                           {"consumed_bytes", report.consumed_bytes},
                           {"errors", errors},
                           {"broken_connections", report.broken_connections},
                           {"send_latency", LatencyJson(report.send_latency_ns)},
                           {"delivery_latency", LatencyJson(report.delivery_latency_ns)},
                           {"generator_lateness", LatencyJson(report.lateness_ns)},
                           {"skipped_sends", report.skipped_sends},
                           {"generator_cpu_seconds", report.generator_cpu_seconds},
                           {"generator_limited", report.generator_limited}}));
    return;
  }
  if (report.produced > 0)
    fmt::print("produced   {:.0f} messages/s, {:.1f} MB/s of bodies\n", produced,
               static_cast<double>(report.produced_bytes) / report.seconds / 1e6);
  if (report.consumed > 0)
    fmt::print("consumed   {:.0f} messages/s, {:.1f} MB/s of records\n", consumed,
               static_cast<double>(report.consumed_bytes) / report.seconds / 1e6);
  if (report.passed > report.consumed)
    fmt::print("passed     {:.0f} messages/s, taken or not\n", passed);
  PrintLatency("send", report.send_latency_ns);
  PrintLatency("delivery", report.delivery_latency_ns);
  PrintLatency("lateness", report.lateness_ns);
  for (const auto& [code, count] : report.errors)
    fmt::print("errors     {} answers with code {}\n", count, code);
  if (report.broken_connections > 0)
    fmt::print("errors     {} connections broke\n", report.broken_connections);
  if (report.skipped_sends > 0)
    fmt::print("errors     {} sends were due and not sent: too many were under way\n",
               report.skipped_sends);
  fmt::print("generator  {:.2f} s of processor time\n", report.generator_cpu_seconds);
  if (report.generator_limited)
    fmt::print(
        "WARNING    a thread of the generator had no idle time: it, not the broker, may be "
        "the limit; try more --loops\n");
}

int Bench(BenchOptions& options) {
  options.load.encoding =
      options.json_headers ? client::HeaderEncoding::kJson : client::HeaderEncoding::kBinary;
  options.load.warmup_ms = static_cast<int64_t>(options.warmup_seconds * 1e3);
  options.load.duration_ms = static_cast<int64_t>(options.duration_seconds * 1e3);
  if (!options.broker.empty()) {
    DirectTargets(options);
  } else if (auto found = RoutedTargets(options); !found) {
    return Complain("bench", found.error());
  }
  client::LoadProgress last;
  auto report = client::RunLoad(options.load, [&](const client::LoadProgress& now) {
    if (options.quiet) return;
    const double seconds = now.elapsed_seconds - last.elapsed_seconds;
    fmt::print(stderr, "{:6.1f} s  {:>10.0f} produced/s  {:>10.0f} consumed/s\n",
               now.elapsed_seconds, static_cast<double>(now.produced - last.produced) / seconds,
               static_cast<double>(now.consumed - last.consumed) / seconds);
    last = now;
  });
  if (!report) return Complain("bench", report.error());
  PrintReport(*report, options.common.format);
  return report->errors.empty() && report->broken_connections == 0 ? 0 : 1;
}

void AddLoadOptions(CLI::App& command, BenchOptions& options) {
  client::LoadOptions& load = options.load;
  AddCommonOptions(command, options.common);
  command.add_option("--broker", options.broker, "HOST:PORT, without asking a name server");
  command.add_option("--topic", options.topic, "Created when missing")->capture_default_str();
  command.add_option("--topics", options.topics, "So many topics, NAME-0 ...")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--queues", options.queues, "Queues of a topic that is created")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--connections", options.connections, "Connections of each kind")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--warmup", options.warmup_seconds, "Seconds")->capture_default_str();
  command.add_option("--duration", options.duration_seconds, "Seconds")->capture_default_str();
  command
      .add_option("--loops", load.loops,
                  "Threads of the generator; 0: one, and one for consumers beside a rate")
      ->capture_default_str();
  command.add_option("--group", load.group, "Producer or consumer group")->capture_default_str();
  command.add_flag("--json-headers", options.json_headers, "JSON headers instead of binary ones");
  command.add_flag("--quiet", options.quiet, "No progress");
}

void AddProducerOptions(CLI::App& command, BenchOptions& options) {
  client::LoadOptions& load = options.load;
  command.add_option("--in-flight", load.in_flight, "Requests under way on each connection")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--rate", load.rate, "Messages/s in an open loop; 0: closed loop")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command.add_option("--size", load.body_bytes, "Bytes of a body")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--batch", load.batch, "Messages in one request")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--keys", load.keys, "Keys on each message")->capture_default_str();
  command.add_option("--properties", load.properties, "Properties on each message")
      ->capture_default_str();
  command.add_flag("--random-body", load.random_body, "Bytes that do not compress");
  command.add_flag("--compress", load.compress, "zlib");
}

void AddConsumerOptions(CLI::App& command, BenchOptions& options) {
  command.add_option("--pull-batch", options.load.pull_batch, "Messages asked for at once")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

}  // namespace

void AddBench(CLI::App& app, Context& context) {
  auto options = std::make_shared<BenchOptions>();
  CLI::App* bench = app.add_subcommand("bench", "Load a broker and measure it");
  bench->require_subcommand(1);
  bench->footer(
      "Examples:\n"
      "  pintle bench produce --size 128 --connections 4 --in-flight 64\n"
      "  pintle bench consume --pull-batch 32\n"
      "  pintle bench e2e --rate 10000 --size 256 -o json\n"
      "Exit code 1 when the broker answered with errors.");

  CLI::App* produce = bench->add_subcommand("produce", "Send");
  AddLoadOptions(*produce, *options);
  AddProducerOptions(*produce, *options);
  produce->callback([options, &context] {
    options->load.producer_connections = options->connections;
    context.exit_code = Bench(*options);
  });

  CLI::App* consume = bench->add_subcommand("consume", "Read what is stored, from its beginning");
  AddLoadOptions(*consume, *options);
  AddConsumerOptions(*consume, *options);
  consume->add_option("--sql", options->load.sql, "Only what this SQL92 expression takes");
  consume->add_flag("--repeat", options->load.repeat, "From a queue's end back to its beginning");
  consume->callback([options, &context] {
    options->load.consumer_connections = options->connections;
    options->load.hold = false;
    if (options->warmup_seconds == 1) options->warmup_seconds = 0;
    context.exit_code = Bench(*options);
  });

  const auto both = [&](const char* name, const char* what) {
    CLI::App* command = bench->add_subcommand(name, what);
    AddLoadOptions(*command, *options);
    AddProducerOptions(*command, *options);
    AddConsumerOptions(*command, *options);
    command->callback([options, &context] {
      options->load.producer_connections = options->connections;
      options->load.consumer_connections = options->connections;
      options->from_end = true;
      context.exit_code = Bench(*options);
    });
  };
  both("e2e", "Send and receive at once: the time from send to delivery, best with --rate");
  both("mixed", "Send and receive at once, as fast as it goes");
}

}  // namespace pintle::cli
