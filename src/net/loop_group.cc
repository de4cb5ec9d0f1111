#include "net/loop_group.h"

#include <pthread.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "net/asio_loop.h"
#include "net/asio_transport.h"

namespace pintle::net {

namespace {

class AsioLoopGroup final : public LoopGroup {
 public:
  AsioLoopGroup(size_t loops, const Clock& clock) {
    for (size_t i = 0; i < loops; ++i) {
      owned_.push_back(std::make_unique<AsioLoop>(clock));
      loops_.push_back(owned_.back().get());
    }
    for (size_t i = 0; i < loops; ++i) {
      threads_.emplace_back([loop = owned_[i].get()] { loop->Run(); });
      // What `top -H` shows.
      pthread_setname_np(threads_.back().native_handle(), fmt::format("loop-{}", i).c_str());
    }
  }
  ~AsioLoopGroup() override { Stop(); }

  std::span<Loop* const> loops() override { return loops_; }
  Transport& transport() override { return transport_; }

  void Stop() override {
    for (const auto& loop : owned_) {
      PINTLE_CHECK(!loop->InLoop(), "a loop cannot wait for its own end");
    }
    if (std::exchange(stopped_, true)) return;
    for (const auto& loop : owned_) loop->RequestStop();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  AsioTransport transport_;
  std::vector<std::unique_ptr<AsioLoop>> owned_;
  std::vector<Loop*> loops_;
  std::vector<std::thread> threads_;
  bool stopped_ = false;
};

}  // namespace

std::unique_ptr<LoopGroup> LoopGroup::Create(size_t loops, const Clock& clock) {
  PINTLE_CHECK(loops > 0, "a group needs a loop");
  return std::make_unique<AsioLoopGroup>(loops, clock);
}

}  // namespace pintle::net
