#include "tests/fault/power_loss.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <thread>

#include "pintle/producer.h"
#include "tests/fault/disk_broker.h"
#include "tests/fault/verdict.h"

namespace pintle::testing {

namespace {

using std::chrono::milliseconds;

constexpr int32_t kRoundsBetweenStops = 5;
constexpr int64_t kHangSeconds = 10;
constexpr int64_t kGrowthMax = 256 << 20;
constexpr auto kPatience = std::chrono::minutes(2);

std::string Counts(DiskBroker& broker) {
  return fmt::format("{} of {} messages acknowledged, start at most {} ms",
                     broker.ledger().acknowledged(), broker.ledger().sent(), broker.start_max_ms());
}

// The verdict; where something was wrong, the last broker's own words too.
bool ConcludeWithLog(const std::string& name, const std::string& detail, DiskBroker& broker) {
  const bool passed = Conclude(name, detail, broker.ledger());
  if (!passed) fmt::print("The last broker's log:\n{}\n", broker.last_log());
  return passed;
}

// What the broker says to one message; nothing: it has it.
std::optional<client::Error> TrySend(DiskBroker& broker) {
  client::ProducerOptions options;
  options.client.name_servers = {broker.name_server()};
  options.retries = 0;
  const auto producer = client::Producer::Start(std::move(options));
  if (!producer) return producer.error();
  const std::string topic = "ledger-single";
  const uint64_t number = broker.ledger().Begin(topic);
  const auto sent = (*producer)->Send({.topic = topic, .body = Ledger::Body(number)});
  if (!sent) return sent.error();
  if (sent->status == client::SendStatus::kOk)
    broker.ledger().Acknowledged(number, {sent->queue.topic, sent->queue.queue_id},
                                 sent->queue_offset);
  return std::nullopt;
}

// Load while no sync ends, or nothing that is written either; reads must go on.
void Hang(DiskBroker& broker, Device how) {
  broker.StartLoad();
  std::this_thread::sleep_for(milliseconds(500));
  const int64_t before = broker.resident_bytes();
  broker.mount().Set(how);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(kHangSeconds);
  int64_t readings = 0;
  while (std::chrono::steady_clock::now() < end) {
    broker.Compare(LedgerReader::Extent::kNewWhileSending);
    ++readings;
    std::this_thread::sleep_for(milliseconds(200));
  }
  if (broker.mount().waiting() == 0)
    broker.ledger().Complain("nothing waited for a disk that hung");
  const int64_t growth = broker.resident_bytes() - before;
  if (growth > kGrowthMax)
    broker.ledger().Complain(fmt::format("grew by {} bytes while the disk hung", growth));
  if (readings == 0) broker.ledger().Complain("nothing was read while the disk hung");
}

// The disk goes on, and so do sends; nothing is lost.
void GoOn(DiskBroker& broker) {
  broker.mount().Set(Device::kWell);
  const int64_t so_far = broker.ledger().acknowledged();
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (broker.ledger().acknowledged() == so_far) {
    if (std::chrono::steady_clock::now() > deadline) {
      broker.ledger().Complain("nothing is acknowledged since the disk goes on");
      break;
    }
    std::this_thread::sleep_for(milliseconds(50));
  }
  broker.Stop();
  if (!broker.Start()) return;
  broker.Compare(LedgerReader::Extent::kAll);
  broker.Stop();
}

bool HungDisk(DiskBroker& broker) {
  Hang(broker, Device::kHung);
  broker.CutPower();
  broker.ledger().ForgetUnpromised();
  if (broker.Start()) {
    broker.Compare(LedgerReader::Extent::kAll);
    Hang(broker, Device::kHung);
    GoOn(broker);
  }
  return ConcludeWithLog("hung-disk", Counts(broker), broker);
}

bool StuckDisk(DiskBroker& broker) {
  Hang(broker, Device::kStuck);
  GoOn(broker);
  return ConcludeWithLog("stuck-disk", Counts(broker), broker);
}

bool FailingDisk(DiskBroker& broker) {
  broker.StartLoad();
  std::this_thread::sleep_for(milliseconds(500));
  broker.mount().Set(Device::kFailing);
  std::optional<client::Error> refusal;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!refusal || refusal->broker_code == 0) {
    refusal = TrySend(broker);
    if (std::chrono::steady_clock::now() > deadline) {
      broker.ledger().Complain("a broker whose disk fails does not refuse sends");
      break;
    }
  }
  broker.StopLoad();
  broker.Compare(LedgerReader::Extent::kAll);
  // The kernel has forgotten what it could not write: the next fsync would succeed.
  broker.mount().Set(Device::kWell);
  for (int i = 0; i < 10; ++i)
    if (!TrySend(broker)) broker.ledger().Complain("a message was taken after a failed fsync");
  broker.CutPower();
  broker.ledger().ForgetUnpromised();
  if (broker.Start()) broker.Compare(LedgerReader::Extent::kAll);
  if (const auto still = TrySend(broker))
    broker.ledger().Complain("after the restart sends are refused: " + still->message);
  const std::string detail =
      fmt::format("{}; \"{}\"", Counts(broker), refusal ? refusal->message : "");
  return ConcludeWithLog("failing-disk", detail, broker);
}

}  // namespace

bool RunPowerLoss(const PowerLossOptions& options) {
  if (!DiskBroker::CanMount("power-loss/" + options.flush)) return true;
  DiskBroker broker(options.flush, options.seed);
  Ledger& ledger = broker.ledger();
  for (int32_t round = 0; round < options.rounds && ledger.complaint_count() == 0; ++round) {
    if (!broker.Start()) break;
    const bool stop_in_order = round % kRoundsBetweenStops == kRoundsBetweenStops - 1;
    broker.Compare(stop_in_order ? LedgerReader::Extent::kAll : LedgerReader::Extent::kNew);
    broker.StartLoad();
    std::this_thread::sleep_for(milliseconds(100 + broker.random().Next() % 400));
    if (stop_in_order) {
      broker.Stop();
    } else {
      broker.CutPower();
      if (options.flush == "async") ledger.ForgiveUnread();
    }
  }
  if (ledger.complaint_count() == 0 && broker.Start()) {
    broker.Compare(LedgerReader::Extent::kAll);
    broker.Stop();
  }
  if (ledger.acknowledged() == 0) ledger.Complain("nothing was ever acknowledged");
  return ConcludeWithLog(
      "power-loss/" + options.flush,
      fmt::format("{} rounds, seed {}, {}", options.rounds, options.seed, Counts(broker)), broker);
}

bool RunBadDisk(uint64_t seed) {
  if (!DiskBroker::CanMount("hung-disk")) return true;
  bool passed = true;
  struct Scenario {
    bool (*run)(DiskBroker&);
    const char* flush;
  };
  // Under store.flush = sync what is appended shares a page with what is being written, for which
  // the system may make it wait: docs/operations/bad_disks.md.
  for (const auto& [run, flush] :
       {Scenario{HungDisk, "sync"}, Scenario{FailingDisk, "sync"}, Scenario{StuckDisk, "async"}}) {
    DiskBroker broker(flush, seed);
    if (broker.Start()) {
      passed = run(broker) && passed;
    } else {
      passed = Conclude("bad-disk/start", "", broker.ledger());
    }
  }
  return passed;
}

}  // namespace pintle::testing
