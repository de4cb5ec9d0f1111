// What keeps an answer while messages borrow from it.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

#include "remoting/session.h"

namespace pintle::client {

// Each message of an answer has a pin. They share a count as a shared_ptr's copies do, but one that is
// set for all of them at once, and lowered for many: an answer has many messages, which mostly go the
// same way.
// Threads: each pin is one thread's, the count is anybody's.
class AnswerPin {
 public:
  using Answer = std::shared_ptr<const remoting::OwnedCommand>;

  AnswerPin() = default;
  AnswerPin(const AnswerPin& other) : held_(other.held_) {
    if (held_ != nullptr) held_->pins.fetch_add(1, std::memory_order_relaxed);
  }
  AnswerPin(AnswerPin&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
  AnswerPin& operator=(AnswerPin other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~AnswerPin() {
    if (held_ != nullptr) Lower(held_, 1);
  }

  // Gives each element of `list` a pin of the answer as its member `pin`.
  template <typename List>
  static void PinAll(Answer answer, List& list) {
    if (list.empty()) return;
    auto* const held = new Held{std::move(answer), list.size()};
    for (auto& element : list) element.pin = AnswerPin(held);
  }
  // Takes them again.
  template <typename List>
  static void UnpinAll(List& list) {
    for (auto at = list.begin(); at != list.end();) {
      Held* const held = at->pin.held_;
      size_t pins = 0;
      for (; at != list.end() && at->pin.held_ == held; ++at, ++pins) at->pin.held_ = nullptr;
      if (held != nullptr) Lower(held, pins);
    }
  }

 private:
  struct Held {
    const Answer answer;
    std::atomic<size_t> pins;
  };

  explicit AnswerPin(Held* held) : held_(held) {}

  static void Lower(Held* held, size_t pins) {
    // Whoever is last sees what the others did.
    if (held->pins.fetch_sub(pins, std::memory_order_acq_rel) == pins) delete held;
  }

  Held* held_ = nullptr;
};

}  // namespace pintle::client
