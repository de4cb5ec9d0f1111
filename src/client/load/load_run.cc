#include "client/load/load_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <map>
#include <span>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "client/load/load_worker.h"
#include "client/sdk_error.h"
#include "net/loop_group.h"

namespace pintle::client {

namespace {

constexpr int64_t kPollMs = 20;
// A thread of the generator that had less idle time than this was the limit itself.
constexpr double kBusyShare = 0.97;

Status Check(const LoadOptions& options) {
  const auto refuse = [](std::string why) { return SdkFail(ErrorCode::kInvalidArgument, why); };
  if (options.targets.empty()) return refuse("no queue to load");
  if (options.producer_connections < 0 || options.consumer_connections < 0 ||
      options.producer_connections + options.consumer_connections == 0)
    return refuse("at least one connection is needed");
  if (options.loops < 0 || options.loops > 64) return refuse("loops must be 0..64");
  if (options.in_flight < 1 || options.batch < 1 || options.pull_batch < 1)
    return refuse("in flight, batch and pull batch must be at least 1");
  if (options.body_bytes < 1 || options.duration_ms < 1 || options.warmup_ms < 0 ||
      options.rate < 0)
    return refuse("body size and duration must be over 0, warm-up and rate not below");
  return {};
}

// Producers that nap until their next message is due would keep consumers waiting.
bool ConsumersApart(const LoadOptions& options) {
  return options.loops == 0 && options.rate > 0 && options.producer_connections > 0 &&
         options.consumer_connections > 0;
}

// Connections dealt out over the loops; producers over the brokers, consumers over the queues.
std::vector<LoadShare> Deal(const LoadOptions& options) {
  const bool apart = ConsumersApart(options);
  std::vector<LoadShare> shares(apart ? 2 : static_cast<size_t>(std::max(options.loops, 1)));
  const std::span producing = std::span(shares).first(apart ? 1 : shares.size());
  const std::span consuming = std::span(shares).last(apart ? 1 : shares.size());
  std::map<std::string, std::vector<size_t>> by_address;
  for (size_t i = 0; i < options.targets.size(); ++i)
    by_address[options.targets[i].address].push_back(i);
  std::vector<std::string> addresses;
  for (const auto& [address, indices] : by_address) addresses.push_back(address);
  for (int32_t i = 0; i < options.producer_connections; ++i) {
    const auto at = static_cast<size_t>(i);
    producing[at % producing.size()].producers.push_back(addresses[at % addresses.size()]);
  }
  if (options.consumer_connections == 0) return shares;
  const size_t each =
      std::max<size_t>(1, static_cast<size_t>(options.consumer_connections) / addresses.size());
  size_t next = 0;
  for (const auto& [address, indices] : by_address) {
    const size_t connections = std::min(each, indices.size());
    std::vector<std::vector<size_t>> dealt(connections);
    for (size_t i = 0; i < indices.size(); ++i) dealt[i % connections].push_back(indices[i]);
    for (auto& queues : dealt)
      consuming[next++ % consuming.size()].consumers.push_back(std::move(queues));
  }
  return shares;
}

net::Task<void> Signal(net::Task<pintle::Status> task, std::promise<pintle::Status>* done) {
  done->set_value(co_await task);
}

// Runs `work` on the worker's loop and waits.
template <typename Work>
auto OnLoop(net::Loop& loop, Work work) {
  using Value = decltype(work());
  std::promise<Value> promise;
  loop.Post([&] {
    if constexpr (std::is_void_v<Value>) {
      work();
      promise.set_value();
    } else {
      promise.set_value(work());
    }
  });
  return promise.get_future().get();
}

void Merge(LoadReport& into, const LoadReport& from) {
  into.produced += from.produced;
  into.consumed += from.consumed;
  into.passed += from.passed;
  into.produced_bytes += from.produced_bytes;
  into.consumed_bytes += from.consumed_bytes;
  for (const auto& [code, count] : from.errors) into.errors[code] += count;
  into.broken_connections += from.broken_connections;
  into.send_latency_ns.Merge(from.send_latency_ns);
  into.delivery_latency_ns.Merge(from.delivery_latency_ns);
  into.lateness_ns.Merge(from.lateness_ns);
  into.skipped_sends += from.skipped_sends;
}

using Workers = std::vector<std::unique_ptr<LoadWorker>>;

Status ConnectAll(const Workers& workers, std::vector<LoadShare> shares) {
  for (size_t i = 0; i < workers.size(); ++i) {
    std::promise<pintle::Status> promise;
    auto future = promise.get_future();
    LoadWorker& worker = *workers[i];
    worker.loop().Post(
        [&] { worker.loop().Spawn(Signal(worker.Connect(std::move(shares[i])), &promise)); });
    if (auto connected = future.get(); !connected)
      return std::unexpected(ToSdkError(connected.error()));
  }
  return {};
}

// Waits for the window to pass; returns when it ended.
int64_t Watch(const Workers& workers, const Clock& clock, int64_t start_ns, int64_t end_ns,
              const std::function<void(const LoadProgress&)>& progress) {
  int64_t next_ns = start_ns + 1'000'000'000;
  for (;;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(kPollMs));
    const int64_t now_ns = clock.MonotonicNs();
    size_t ended = 0;
    int64_t last_ns = start_ns;
    for (const auto& worker : workers) {
      const auto ended_ns = OnLoop(worker->loop(), [&] { return worker->EndedNs(); });
      if (!ended_ns) continue;
      ++ended;
      last_ns = std::max(last_ns, *ended_ns);
    }
    if (now_ns >= next_ns && progress) {
      LoadProgress so_far{.elapsed_seconds = static_cast<double>(now_ns - start_ns) * 1e-9};
      for (const auto& worker : workers) {
        so_far.produced += worker->counts().produced.load(std::memory_order_relaxed);
        so_far.consumed += worker->counts().consumed.load(std::memory_order_relaxed);
      }
      progress(so_far);
      next_ns += 1'000'000'000;
    }
    if (ended == workers.size()) return std::min(last_ns, end_ns);
    if (now_ns >= end_ns) return end_ns;
  }
}

}  // namespace

Result<LoadReport> RunLoad(const LoadOptions& options,
                           const std::function<void(const LoadProgress&)>& progress) {
  if (auto valid = Check(options); !valid) return std::unexpected(valid.error());
  static const SystemClock clock;
  auto shares = Deal(options);
  // What each worker sends of the whole rate.
  std::vector<double> rates;
  for (const LoadShare& share : shares) {
    rates.push_back(options.rate * static_cast<double>(share.producers.size()) /
                    std::max(1, options.producer_connections));
  }
  auto group = net::LoopGroup::Create(shares.size(), clock);
  Workers workers;
  // Serials of different runs and workers do not meet.
  const auto first_serial = static_cast<uint64_t>(clock.WallMs()) << 22;
  for (size_t i = 0; i < shares.size(); ++i)
    workers.push_back(std::make_unique<LoadWorker>(options, *group->loops()[i], group->transport(),
                                                   clock, first_serial + (uint64_t{i} << 56)));
  const auto finish = [&] {
    for (auto& worker : workers) OnLoop(worker->loop(), [&] { worker->Stop(); });
    group->Stop();
  };
  if (auto connected = ConnectAll(workers, std::move(shares)); !connected) {
    finish();
    return std::unexpected(connected.error());
  }
  const int64_t start_ns = clock.MonotonicNs();
  const int64_t begin_ns = start_ns + options.warmup_ms * 1'000'000;
  const int64_t end_ns = begin_ns + options.duration_ms * 1'000'000;
  for (size_t i = 0; i < workers.size(); ++i) {
    OnLoop(workers[i]->loop(), [&] {
      workers[i]->Start(begin_ns, end_ns, rates[i]);
      workers[i]->MarkCpu();
    });
  }
  const int64_t ended_ns = Watch(workers, clock, start_ns, end_ns, progress);

  LoadReport report;
  const double run_seconds = static_cast<double>(clock.MonotonicNs() - start_ns) * 1e-9;
  for (auto& worker : workers) {
    const double cpu = OnLoop(worker->loop(), [&] { return worker->CpuSinceMark(); });
    report.generator_cpu_seconds += cpu;
    if (cpu > kBusyShare * run_seconds) report.generator_limited = true;
  }
  finish();
  for (const auto& worker : workers) Merge(report, worker->counts().report);
  report.seconds = std::max(1e-9, static_cast<double>(ended_ns - begin_ns) * 1e-9);
  return report;
}

}  // namespace pintle::client
