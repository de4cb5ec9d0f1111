#include "tests/fault/disk_broker.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <vector>

#include "tests/fault/ledger_broker.h"

namespace pintle::testing {

DiskBroker::~DiskBroker() {
  if (broker_) CutPower();
}

bool DiskBroker::CanMount(const std::string& name) {
  PowerDisk disk;
  const TemporaryFolder folder;
  const auto mount = FuseMount::Mount(disk, folder.path());
  if (!mount) fmt::print("SKIP {}: {}\n", name, mount.error());
  return mount.has_value();
}

bool DiskBroker::Start() {
  auto mount = FuseMount::Mount(disk_, folder_.path());
  if (!mount) {
    ledger_.Complain("the disk cannot be mounted: " + mount.error());
    return false;
  }
  mount_ = *std::move(mount);
  const auto begin = std::chrono::steady_clock::now();
  broker_.emplace(LedgerBrokerArguments(flush_, folder_.path() + "/data"));
  if (broker_->AwaitReady().empty()) {
    broker_->Wait();
    last_log_ = broker_->errors();
    ledger_.Complain("the broker did not start: " + broker_->errors());
    broker_.reset();
    LeaveDisk();
    return false;
  }
  const auto took = std::chrono::steady_clock::now() - begin;
  start_max_ms_ = std::max<int64_t>(
      start_max_ms_, std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
  return true;
}

void DiskBroker::Compare(LedgerReader::Extent extent) {
  reader_.CheckCommitted(name_server(), stopped_in_order_);
  reader_.ReadBack(name_server(), extent);
}

void DiskBroker::StartLoad() { load_.emplace(name_server(), ledger_); }

void DiskBroker::StopLoad() {
  if (load_) load_->Stop();
  load_.reset();
}

void DiskBroker::Stop() {
  StopLoad();
  broker_->Signal(SIGTERM);
  const int code = broker_->Wait();
  last_log_ = broker_->errors();
  if (code != 0) ledger_.Complain(fmt::format("SIGTERM ended in {}: {}", code, broker_->errors()));
  broker_.reset();
  stopped_in_order_ = true;
  LeaveDisk();
}

void DiskBroker::CutPower() {
  // From here on nothing gets to the disk, and nothing is acknowledged that would have to.
  mount_->Set(Device::kOff);
  broker_->Signal(SIGKILL);
  StopLoad();
  broker_->Wait();
  last_log_ = broker_->errors();
  broker_.reset();
  stopped_in_order_ = false;
  LeaveDisk();
}

// After an orderly stop the power is cut too: what was stopped in order is on the disk.
void DiskBroker::LeaveDisk() {
  mount_->Set(Device::kOff);
  mount_.reset();
  disk_.Cut(random_);
}

int64_t DiskBroker::resident_bytes() const {
  std::ifstream in(fmt::format("/proc/{}/status", broker_->pid()));
  const std::string anonymous = "RssAnon:";
  for (std::string word; in >> word;) {
    int64_t kib = 0;
    if (word == anonymous && in >> kib) return kib * 1024;
  }
  return 0;
}

}  // namespace pintle::testing
