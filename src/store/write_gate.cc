#include "store/write_gate.h"

#include <utility>

#include "base/log.h"

namespace pintle::store {

Status WriteGate::Check() const {
  if (open()) [[likely]]
    return {};
  MutexLock lock(mutex_);
  if (!failure_.empty()) {
    return pintle::Fail(ErrorCode::kUnavailable,
                        "the store refuses writes until the broker is restarted: {}", failure_);
  }
  if (closed_) return pintle::Fail(ErrorCode::kUnavailable, "the store is closed");
  if (!disk_full_.empty()) return pintle::Fail(ErrorCode::kNoSpace, "{}", disk_full_);
  return {};
}

void WriteGate::Fail(const Error& error) {
  MutexLock lock(mutex_);
  if (!failure_.empty()) return;
  failure_ = error.message;
  Update();
  PINTLE_LOG(kError, "store: writes are refused from here on, reads go on: {}", failure_);
}

void WriteGate::Close() {
  MutexLock lock(mutex_);
  closed_ = true;
  Update();
}

void WriteGate::SetDiskFull(std::string reason) {
  MutexLock lock(mutex_);
  if (disk_full_.empty()) PINTLE_LOG(kError, "store: {}", reason);
  disk_full_ = std::move(reason);
  Update();
}

void WriteGate::ClearDiskFull() {
  MutexLock lock(mutex_);
  if (disk_full_.empty()) return;
  disk_full_.clear();
  Update();
  PINTLE_LOG(kWarn, "store: space is back on the disk, writes are taken again");
}

bool WriteGate::failed() const {
  MutexLock lock(mutex_);
  return !failure_.empty();
}

bool WriteGate::disk_full() const {
  MutexLock lock(mutex_);
  return !disk_full_.empty();
}

void WriteGate::Update() {
  open_.store(failure_.empty() && disk_full_.empty() && !closed_, std::memory_order_release);
}

}  // namespace pintle::store
