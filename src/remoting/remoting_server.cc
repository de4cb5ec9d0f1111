#include "remoting/remoting_server.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/mutex.h"
#include "remoting/server_session.h"

namespace pintle::remoting {

namespace {

constexpr int32_t kNoHandler = -1;

// One ServerLoop for each loop that has had a connection.
class DispatchingServer final : public RemotingServer {
 public:
  DispatchingServer(const DispatchTable& table, AccessCheck* access, RemotingServerOptions options)
      : shared_(std::make_shared<ServerShared>(table, access, std::move(options))) {}

  Match Sniff(ByteView first) const override {
    // The first byte of a length that is within the limit.
    constexpr auto kFirstMax = std::byte{kFrameSizeMax >> 24};
    return first.front() <= kFirstMax ? Match::kYes : Match::kNo;
  }

  std::unique_ptr<net::Protocol> Create(net::Connection& connection) override {
    return std::make_unique<ServerProtocol>(connection, shared_, LoopOf(connection.loop()));
  }

  void AddClosedListener(std::function<void(const std::shared_ptr<Session>&)> listener) override {
    shared_->closed_listeners.push_back(std::move(listener));
  }

  net::Task<std::vector<CodeStats>> Stats(net::Loop& caller) override {
    std::vector<CodeStats> all;
    for (const HandlerEntry& entry : shared_->table.entries())
      all.push_back({entry.code, 0, 0, {}});
    all.push_back({kNoHandler, 0, 0, {}});
    const std::vector<std::shared_ptr<ServerLoop>> loops = Loops();
    for (const auto& loop : loops) {
      co_await net::SwitchTo(loop->loop);
      for (size_t i = 0; i < all.size(); ++i) {
        const ServerLoop::Counts& counts = loop->counts()[i];
        all[i].requests += counts.requests;
        all[i].errors += counts.errors;
        if (counts.latency_ns != nullptr) all[i].latency_ns.Merge(*counts.latency_ns);
      }
    }
    co_await net::SwitchTo(caller);
    std::erase_if(all, [](const CodeStats& stats) { return stats.requests == 0; });
    co_return all;
  }

  void StartDraining() override { shared_->draining = true; }

 private:
  std::shared_ptr<ServerLoop> LoopOf(net::Loop& loop) {
    MutexLock lock(mutex_);
    auto& own = loops_[&loop];
    if (own == nullptr) own = std::make_shared<ServerLoop>(loop, shared_->table.entries().size());
    return own;
  }

  std::vector<std::shared_ptr<ServerLoop>> Loops() {
    MutexLock lock(mutex_);
    std::vector<std::shared_ptr<ServerLoop>> loops;
    for (const auto& [loop, own] : loops_) loops.push_back(own);
    return loops;
  }

  const std::shared_ptr<ServerShared> shared_;
  Mutex mutex_;
  std::map<net::Loop*, std::shared_ptr<ServerLoop>> loops_ GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<RemotingServer> RemotingServer::Create(const DispatchTable& table,
                                                       AccessCheck* access,
                                                       RemotingServerOptions options) {
  return std::make_unique<DispatchingServer>(table, access, std::move(options));
}

}  // namespace pintle::remoting
