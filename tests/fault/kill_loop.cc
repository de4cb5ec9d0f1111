#include "tests/fault/kill_loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <optional>
#include <thread>
#include <vector>

#include "base/random.h"
#include "tests/fault/ledger.h"
#include "tests/fault/ledger_broker.h"
#include "tests/fault/ledger_load.h"
#include "tests/fault/ledger_reader.h"
#include "tests/fault/verdict.h"
#include "tests/system/pintle_process.h"

namespace pintle::testing {

namespace {

constexpr int32_t kRoundsBetweenStops = 10;

class KillLoop {
 public:
  explicit KillLoop(const KillLoopOptions& options) : options_(options), random_(options.seed) {}

  bool Run() {
    for (int32_t round = 0; round < options_.rounds && ledger_.complaint_count() == 0; ++round) {
      if (!Start()) break;
      const bool stop_in_order = round % kRoundsBetweenStops == kRoundsBetweenStops - 1;
      Compare(stop_in_order ? LedgerReader::Extent::kAll : LedgerReader::Extent::kNew);
      Load();
      End(stop_in_order ? SIGTERM : SIGKILL);
    }
    if (ledger_.complaint_count() == 0 && Start()) {
      Compare(LedgerReader::Extent::kAll);
      End(SIGTERM);
    }
    if (ledger_.acknowledged() == 0) ledger_.Complain("nothing was ever acknowledged");
    return Conclude(
        "kill-loop/" + options_.flush,
        fmt::format("{} rounds, {} of {} messages acknowledged, restart at most {} ms",
                    options_.rounds, ledger_.acknowledged(), ledger_.sent(), restart_max_ms_),
        ledger_);
  }

 private:
  bool Start() {
    const auto begin = std::chrono::steady_clock::now();
    broker_.emplace(LedgerBrokerArguments(options_.flush, folder_.path()));
    if (broker_->AwaitReady().empty()) {
      broker_->Wait();
      ledger_.Complain("the broker did not start again: " + broker_->errors());
      return false;
    }
    const auto took = std::chrono::steady_clock::now() - begin;
    restart_max_ms_ = std::max<int64_t>(
        restart_max_ms_, std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
    return true;
  }

  void Compare(LedgerReader::Extent extent) {
    const std::string name_server = broker_->AddressOf("namesrv");
    reader_.CheckCommitted(name_server, stopped_in_order_);
    reader_.ReadBack(name_server, extent);
  }

  // The broker is killed while the load runs, or stopped after it.
  void Load() {
    load_.emplace(broker_->AddressOf("namesrv"), ledger_);
    std::this_thread::sleep_for(std::chrono::milliseconds(100 + random_.Next() % 400));
  }

  void End(int signal) {
    if (signal == SIGTERM && load_) load_->Stop();
    broker_->Signal(signal);
    if (load_) load_->Stop();
    load_.reset();
    const int code = broker_->Wait();
    stopped_in_order_ = signal == SIGTERM;
    if (stopped_in_order_ && code != 0)
      ledger_.Complain(fmt::format("SIGTERM ended in {}: {}", code, broker_->errors()));
    broker_.reset();
  }

  const KillLoopOptions options_;
  Random random_;
  const TemporaryFolder folder_;
  Ledger ledger_;
  LedgerReader reader_{ledger_};
  std::optional<PintleProcess> broker_;
  std::optional<LedgerLoad> load_;
  bool stopped_in_order_ = false;
  int64_t restart_max_ms_ = 0;
};

}  // namespace

bool RunKillLoop(const KillLoopOptions& options) { return KillLoop(options).Run(); }

}  // namespace pintle::testing
