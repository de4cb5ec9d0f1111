#include "remoting/invocation_table.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace pintle::remoting {

InvocationTable::InvocationTable(net::Loop& loop, size_t limit)
    : loop_(loop), limit_(std::min(limit, size_t{1} << kSlotBits)) {}

Status InvocationTable::Waiter::Open() {
  InvocationTable& table = table_;
  if (table.closed_) return std::unexpected(table.why_);
  uint32_t index = 0;
  if (!table.free_.empty()) {
    index = table.free_.back();
    table.free_.pop_back();
  } else if (table.slots_.size() < table.limit_) {
    index = static_cast<uint32_t>(table.slots_.size());
    table.slots_.emplace_back();
  } else {
    return Fail(ErrorCode::kOverloaded,
                "{} requests wait for their answers on one connection; at most {} may", table.used_,
                table.limit_);
  }
  Slot& slot = table.slots_[index];
  slot.waiter = this;
  slot.uses = (slot.uses + 1) & 0x7fff;
  opaque_ = static_cast<int32_t>(static_cast<uint32_t>(slot.uses) << kSlotBits | index);
  ++table.used_;
  return {};
}

InvocationTable::Waiter::~Waiter() {
  if (opaque_ >= 0) table_.Release(*this);
}

void InvocationTable::Waiter::Awaiter::await_suspend(std::coroutine_handle<> awaiting) {
  waiter.awaiting_ = awaiting;
  waiter.timer_ = waiter.table_.loop_.After(timeout_ms, [waiter = &waiter, ms = timeout_ms] {
    waiter->timer_ = net::TimerId::kNone;
    waiter->table_.End(*waiter, Fail(ErrorCode::kTimeout, "no answer within {} ms", ms));
  });
}

InvocationTable::Slot* InvocationTable::Find(int32_t opaque) {
  if (opaque < 0) return nullptr;
  const size_t index = static_cast<size_t>(opaque) & ((size_t{1} << kSlotBits) - 1);
  if (index >= slots_.size()) return nullptr;
  Slot& slot = slots_[index];
  return slot.waiter != nullptr && slot.waiter->opaque_ == opaque ? &slot : nullptr;
}

bool InvocationTable::Complete(std::unique_ptr<OwnedCommand> answer) {
  Slot* const slot = Find(answer->command.head.opaque);
  if (slot == nullptr) return false;
  End(*slot->waiter, std::move(answer));
  return true;
}

void InvocationTable::Release(Waiter& waiter) {
  const auto index = static_cast<uint32_t>(waiter.opaque_) & ((1u << kSlotBits) - 1);
  slots_[index].waiter = nullptr;
  free_.push_back(index);
  --used_;
  waiter.opaque_ = -1;
  loop_.Cancel(std::exchange(waiter.timer_, net::TimerId::kNone));
}

// The waiter may be gone when this returns.
void InvocationTable::End(Waiter& waiter, Answer answer) {
  Release(waiter);
  waiter.done_ = true;
  waiter.answer_ = std::move(answer);
  if (auto awaiting = std::exchange(waiter.awaiting_, {})) awaiting.resume();
}

void InvocationTable::FailAll(const Error& why) {
  closed_ = true;
  why_ = why;
  // Resuming one may end others, so each is looked up anew.
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (Waiter* waiter = slots_[i].waiter) End(*waiter, std::unexpected(why));
  }
}

}  // namespace pintle::remoting
