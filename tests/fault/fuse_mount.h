// A PowerDisk as a file system that any process can use, and the faults of the device below it.
#pragma once

#include <condition_variable>
#include <expected>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "tests/fault/power_disk.h"

struct fuse_session;

namespace pintle::testing {

// What the device does. A change goes to memory, as the kernel takes it, and waits for nothing but a
// device that is stuck.
enum class Device : uint8_t {
  kWell,
  kHung,     // syncs wait
  kStuck,    // syncs and writes wait
  kFailing,  // changes and syncs end in EIO, and what they held is gone
  kOff,      // nothing works: EIO for all
};

// Mounted while it lives. The process that mounts must not use the mount itself.
//
// Threads: Set() from any thread; the rest by the owner.
class FuseMount {
 public:
  // The error says why this machine cannot: no /dev/fuse, not allowed, built without libfuse.
  static std::expected<std::unique_ptr<FuseMount>, std::string> Mount(PowerDisk& disk,
                                                                      const std::string& folder);
  // Whoever uses it must have ended.
  ~FuseMount();
  FuseMount(const FuseMount&) = delete;
  FuseMount& operator=(const FuseMount&) = delete;

  void Set(Device device);

  PowerDisk& disk() { return disk_; }
  // 0, or EIO: of a sync, now or when the device has woken up; of a change; of anything else.
  int AwaitSync();
  int AwaitWrite();
  int CheckChange() const;
  int CheckPower() const;
  // Syncs and writes that wait at this moment.
  int waiting() const;

 private:
  FuseMount(PowerDisk& disk, std::string folder) : disk_(disk), folder_(std::move(folder)) {}

  PowerDisk& disk_;
  const std::string folder_;
  fuse_session* session_ = nullptr;
  std::thread loop_;

  // Until `can_end` says so of the device; which it then is.
  template <typename CanEnd>
  Device Await(CanEnd can_end);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Device device_ = Device::kWell;
  int waiting_ = 0;
};

}  // namespace pintle::testing
