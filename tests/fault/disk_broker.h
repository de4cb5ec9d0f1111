// A broker on a PowerDisk, under load, with a ledger.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/random.h"
#include "tests/fault/fuse_mount.h"
#include "tests/fault/ledger.h"
#include "tests/fault/ledger_load.h"
#include "tests/fault/ledger_reader.h"
#include "tests/system/pintle_process.h"

namespace pintle::testing {

// Threads: one thread, the owner.
class DiskBroker {
 public:
  DiskBroker(std::string flush, uint64_t seed) : flush_(std::move(flush)), random_(seed) {
    ledger_.AllowHoles();
  }
  ~DiskBroker();
  DiskBroker(const DiskBroker&) = delete;
  DiskBroker& operator=(const DiskBroker&) = delete;

  // False: this machine cannot; a SKIP line says why.
  static bool CanMount(const std::string& name);

  // Mounts and starts. False: it did not start, which the ledger knows.
  bool Start();
  void Compare(LedgerReader::Extent extent);
  void StartLoad();
  void StopLoad();
  // In order, while the disk is well.
  void Stop();
  // The power goes: the process dies, and the disk keeps what it has.
  void CutPower();

  std::string name_server() const { return broker_->AddressOf("namesrv"); }
  int64_t resident_bytes() const;
  FuseMount& mount() { return *mount_; }
  Ledger& ledger() { return ledger_; }
  Random& random() { return random_; }
  // What the broker that ended last had to say.
  const std::string& last_log() const { return last_log_; }
  int64_t start_max_ms() const { return start_max_ms_; }

 private:
  void LeaveDisk();

  const std::string flush_;
  Random random_;
  const TemporaryFolder folder_;
  PowerDisk disk_;
  Ledger ledger_;
  LedgerReader reader_{ledger_};
  std::unique_ptr<FuseMount> mount_;
  std::optional<PintleProcess> broker_;
  std::optional<LedgerLoad> load_;
  std::string last_log_;
  bool stopped_in_order_ = false;
  int64_t start_max_ms_ = 0;
};

}  // namespace pintle::testing
