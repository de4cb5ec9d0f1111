// What an append costs: a message into the log, its queue and the index, on the machine's disk.
//
// Messages come in bursts at a rate that the disk keeps up with, because a benchmark that appends
// without a pause measures the disk. Counters are nanoseconds of one append.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/histogram.h"
#include "store/consume_queue.h"
#include "store/message_store.h"

namespace pintle::store {
namespace {

constexpr int kBurst = 500;
constexpr auto kPause = std::chrono::milliseconds(4);

// A store in a folder of its own, which goes with it.
class BenchStore {
 public:
  explicit BenchStore(FlushMode flush) {
    std::string pattern = std::filesystem::temp_directory_path() / "pintle-append-bench-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    StoreOptions options;
    options.path = folder_;
    options.flush = flush;
    // A machine on which somebody else's files fill the disk can be measured too.
    options.disk_clean_percent = options.disk_force_clean_percent = options.disk_full_percent = 100;
    store_ = *MessageStore::Open(*fs_, clock_, options);
  }
  ~BenchStore() {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  BenchStore(const BenchStore&) = delete;
  BenchStore& operator=(const BenchStore&) = delete;

  MessageStore& store() { return *store_; }
  const Clock& clock() const { return clock_; }

 private:
  SystemClock clock_;
  std::string folder_;
  std::unique_ptr<FileSystem> fs_ = MakePosixFileSystem();
  std::unique_ptr<MessageStore> store_;
};

NewMessage MessageOf(ConsumeQueue* queue, ByteView body) {
  NewMessage message;
  message.queue = queue;
  message.parts.topic = queue->topic();
  message.parts.body = body;
  message.parts.properties[0] = "UNIQ_KEY\1AC110001000078E1BF7C4C1E5F000001\2WAIT\1true\2";
  message.uniq_key = "AC110001000078E1BF7C4C1E5F000001";
  return message;
}

void AppendInBursts(benchmark::State& state, BenchStore& bench,
                    const std::vector<ConsumeQueue*>& queues, size_t body_bytes) {
  const std::vector<std::byte> body(body_bytes, std::byte{'x'});
  Histogram nanoseconds;
  size_t next = 0;
  const auto burst = [&](bool counts) {
    for (int i = 0; i < kBurst; ++i) {
      const NewMessage message = MessageOf(queues[next++ % queues.size()], body);
      const int64_t began = bench.clock().MonotonicNs();
      const auto appended = bench.store().Append(message);
      const int64_t took = bench.clock().MonotonicNs() - began;
      if (!appended) state.SkipWithError(appended.error().message.c_str());
      if (counts) nanoseconds.Record(took);
    }
  };
  // The window of touched pages grows with the writer's pace.
  for (int i = 0; i < 50; ++i) {
    burst(false);
    std::this_thread::sleep_for(kPause);
  }
  for (auto _ : state) {
    burst(true);
    state.PauseTiming();
    std::this_thread::sleep_for(kPause);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * kBurst);
  state.counters["p50"] = static_cast<double>(nanoseconds.Quantile(0.5));
  state.counters["p99"] = static_cast<double>(nanoseconds.Quantile(0.99));
  state.counters["p99.99"] = static_cast<double>(nanoseconds.Quantile(0.9999));
  state.counters["max"] = static_cast<double>(nanoseconds.max());
}

void BM_Append(benchmark::State& state) {
  BenchStore bench(FlushMode::kAsync);
  AppendInBursts(state, bench, {*bench.store().OpenQueue("bench", 0)},
                 static_cast<size_t>(state.range(0)));
}
BENCHMARK(BM_Append)->Arg(128)->Arg(1'024)->Iterations(500)->Unit(benchmark::kMicrosecond);

void BM_AppendToManyQueues(benchmark::State& state) {
  BenchStore bench(FlushMode::kAsync);
  std::vector<ConsumeQueue*> queues;
  for (int64_t i = 0; i < state.range(0); ++i) {
    queues.push_back(
        *bench.store().OpenQueue("topic-" + std::to_string(i / 4), static_cast<int32_t>(i % 4)));
  }
  AppendInBursts(state, bench, queues, 1'024);
}
BENCHMARK(BM_AppendToManyQueues)->Arg(10'000)->Iterations(500)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace pintle::store
