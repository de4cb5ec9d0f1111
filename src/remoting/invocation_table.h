// Requests that we sent over one connection and that wait for their answers.
#pragma once

#include <coroutine>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/error.h"
#include "net/loop.h"
#include "remoting/session.h"

namespace pintle::remoting {

// An opaque names a slot and how often the slot has been used: an answer that comes late, or twice,
// finds nobody.
//
//   InvocationTable::Waiter waiter(table);
//   PINTLE_TRY(waiter.Open());
//   send a request with waiter.opaque();
//   auto answer = co_await waiter.Answer(timeout_ms);
//
// Threads: its loop.
class InvocationTable {
 public:
  using Answer = Result<std::unique_ptr<OwnedCommand>>;

  InvocationTable(net::Loop& loop, size_t limit);
  InvocationTable(const InvocationTable&) = delete;
  InvocationTable& operator=(const InvocationTable&) = delete;

  class Waiter {
   public:
    explicit Waiter(InvocationTable& table) : table_(table) {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter();

    // Takes a slot. kOverloaded when all are taken, kClosed after FailAll().
    Status Open();
    int32_t opaque() const { return opaque_; }

    struct Awaiter {
      Waiter& waiter;
      int64_t timeout_ms;
      bool await_ready() const noexcept { return waiter.done_; }
      void await_suspend(std::coroutine_handle<> awaiting);
      InvocationTable::Answer await_resume() { return std::move(waiter.answer_); }
    };
    // kTimeout, kClosed, or what the peer answered. Once.
    Awaiter Answer(int64_t timeout_ms) { return {*this, timeout_ms}; }

   private:
    friend class InvocationTable;

    InvocationTable& table_;
    int32_t opaque_ = -1;
    bool done_ = false;
    net::TimerId timer_ = net::TimerId::kNone;
    std::coroutine_handle<> awaiting_;
    InvocationTable::Answer answer_;
  };

  // Resumes who waits for it; false when nobody does.
  bool Complete(std::unique_ptr<OwnedCommand> answer);
  // The connection is gone: everybody who waits, and everybody who comes, is told.
  void FailAll(const Error& why);
  size_t size() const { return used_; }

 private:
  struct Slot {
    Waiter* waiter = nullptr;
    uint16_t uses = 0;
  };
  // 16 bits of an opaque are the slot, 15 count its uses, so that it is never negative.
  static constexpr int kSlotBits = 16;

  Slot* Find(int32_t opaque);
  void End(Waiter& waiter, Answer answer);
  void Release(Waiter& waiter);

  net::Loop& loop_;
  const size_t limit_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_;
  size_t used_ = 0;
  bool closed_ = false;
  Error why_;
};

}  // namespace pintle::remoting
