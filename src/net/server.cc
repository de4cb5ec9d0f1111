#include "net/server.h"

#include <atomic>
#include <condition_variable>
#include <unordered_map>
#include <utility>

#include "base/log.h"
#include "base/mutex.h"

namespace pintle::net {

namespace {

// How often a server that drains looks at requests that end without an answer.
constexpr int64_t kDrainLookMs = 10;

// The connections of one loop.
struct Shard {
  Loop* loop = nullptr;
  std::atomic<size_t> count{0};  // read by the listener's loop
  std::unordered_map<uint64_t, std::shared_ptr<Connection>> connections;  // the loop's own
  bool draining = false;                                                  // the loop's own
  bool ended = false;                                                     // the loop's own
};

// Lives as long as a connection or posted work of it, beyond the Server that the owner holds.
class Serving : public std::enable_shared_from_this<Serving> {
 public:
  Serving(Transport& transport, std::span<Loop* const> loops,
          std::vector<ProtocolFactory*> factories, ServerOptions options)
      : transport_(transport),
        factories_(std::move(factories)),
        options_(std::move(options)),
        shards_(loops.size()) {
    for (size_t i = 0; i < loops.size(); ++i) shards_[i].loop = loops[i];
  }

  Result<Endpoint> Start() {
    auto listener = transport_.Listen(
        *shards_.front().loop, options_.listen,
        [self = shared_from_this()]() -> Loop& { return self->PickLoop(); },
        [self = shared_from_this()](Loop& loop, std::unique_ptr<Stream> stream) {
          self->Accepted(loop, std::move(stream));
        });
    if (!listener) return std::unexpected(std::move(listener).error());
    Endpoint local = (*listener)->local();
    // Streams may be accepted already: PickLoop() then has no listener to pause yet.
    auto post = [self = shared_from_this(), listener = *std::move(listener)]() mutable {
      self->listener_ = std::move(listener);
      self->PauseOrResume();
    };
    shards_.front().loop->Post(std::move(post));
    return local;
  }

  void BeginStop(int64_t drain_ms, Work done) {
    auto stop = [self = shared_from_this(), drain_ms, done = std::move(done)]() mutable {
      self->done_ = std::move(done);
      self->StopListening(drain_ms);
    };
    shards_.front().loop->Post(std::move(stop));
  }

  size_t connections() const { return connections_.load(std::memory_order_relaxed); }

 private:
  // ---- on the listener's loop

  Loop& PickLoop() {
    const size_t start = next_shard_++;
    Shard* fewest = &shards_[start % shards_.size()];
    for (size_t i = 1; i < shards_.size(); ++i) {
      Shard& shard = shards_[(start + i) % shards_.size()];
      if (shard.count.load(std::memory_order_relaxed) <
          fewest->count.load(std::memory_order_relaxed)) {
        fewest = &shard;
      }
    }
    fewest->count.fetch_add(1, std::memory_order_relaxed);
    connections_.fetch_add(1);
    PauseOrResume();
    return *fewest->loop;
  }

  void PauseOrResume() {
    const bool full = connections_.load() >= options_.connections_max;
    if (listener_ == nullptr || full == paused_.load()) return;
    paused_.store(full);
    if (full) {
      if (limiter_.Allow()) {
        PINTLE_LOG(kWarn,
                   "listener {}: accepting pauses at {} connections, the most that are taken",
                   options_.listen.ToString(), options_.connections_max);
      }
      listener_->Pause();
      // One may have gone before it could see that we paused.
      if (connections_.load() < options_.connections_max) PauseOrResume();
    } else {
      listener_->Resume();
    }
  }

  // The listener first: what it accepted before is posted ahead of the drain.
  void StopListening(int64_t drain_ms) {
    if (listener_ != nullptr) listener_->Close();
    listener_ = nullptr;
    shards_left_.store(shards_.size());
    for (Shard& shard : shards_) {
      shard.loop->Post(
          [self = shared_from_this(), &shard, drain_ms] { self->DrainShard(shard, drain_ms); });
    }
  }

  // ---- on a connection's loop

  Shard& ShardOf(Loop& loop) {
    for (Shard& shard : shards_) {
      if (shard.loop == &loop) return shard;
    }
    PINTLE_CHECK(false, "a stream on a loop that is not the server's");
    return shards_.front();
  }

  void Accepted(Loop& loop, std::unique_ptr<Stream> stream) {
    Shard& shard = ShardOf(loop);
    if (stream == nullptr || shard.draining) {
      Uncount(shard);
      return;
    }
    const uint64_t id = next_id_.fetch_add(1, std::memory_order_relaxed);
    auto connection = Connection::Create(loop, id, std::move(stream), factories_, options_.limits);
    connection->SetClosedListener([self = shared_from_this(), &shard](Connection& gone) {
      shard.connections.erase(gone.id());
      self->Uncount(shard);
      self->EndShardIfEmpty(shard);
    });
    shard.connections.emplace(id, connection);
    connection->Start();
  }

  void Uncount(Shard& shard) {
    shard.count.fetch_sub(1, std::memory_order_relaxed);
    connections_.fetch_sub(1);
    if (paused_.load()) {
      shards_.front().loop->Post([self = shared_from_this()] { self->PauseOrResume(); });
    }
  }

  void DrainShard(Shard& shard, int64_t drain_ms) {
    shard.draining = true;
    EachConnection(shard, [](Connection& connection) {
      connection.Drain({ErrorCode::kUnavailable, "the server stops"});
    });
    if (EndShardIfEmpty(shard)) return;
    LookAgain(shard, shard.loop->clock().MonotonicMs() + drain_ms);
  }

  void LookAgain(Shard& shard, int64_t deadline_ms) {
    const int64_t left_ms = deadline_ms - shard.loop->clock().MonotonicMs();
    if (left_ms <= 0) {
      EachConnection(shard, [](Connection& connection) {
        connection.Close({ErrorCode::kUnavailable, "the server stops"});
      });
      return;
    }
    shard.loop->After(
        std::min(left_ms, kDrainLookMs), [self = shared_from_this(), &shard, deadline_ms] {
          if (shard.connections.empty()) return;
          self->EachConnection(shard, [](Connection& connection) { connection.Flush(); });
          self->LookAgain(shard, deadline_ms);
        });
  }

  template <typename Function>
  void EachConnection(Shard& shard, Function function) {
    std::vector<std::shared_ptr<Connection>> all;
    all.reserve(shard.connections.size());
    for (const auto& [id, connection] : shard.connections) all.push_back(connection);
    for (const auto& connection : all) function(*connection);
  }

  bool EndShardIfEmpty(Shard& shard) {
    if (!shard.draining || !shard.connections.empty()) return false;
    if (std::exchange(shard.ended, true)) return true;
    if (shards_left_.fetch_sub(1) == 1) {
      shards_.front().loop->Post([self = shared_from_this()] {
        if (auto done = std::exchange(self->done_, nullptr)) done();
      });
    }
    return true;
  }

  Transport& transport_;
  const std::vector<ProtocolFactory*> factories_;
  const ServerOptions options_;
  std::vector<Shard> shards_;
  std::atomic<uint64_t> next_id_{1};
  std::atomic<size_t> connections_{0};
  std::atomic<bool> paused_{false};
  std::atomic<size_t> shards_left_{0};
  // The listener's loop's own.
  std::unique_ptr<Listener> listener_;
  size_t next_shard_ = 0;
  LogLimiter limiter_;
  Work done_;
};

class OwnedServer final : public Server {
 public:
  explicit OwnedServer(std::shared_ptr<Serving> serving) : serving_(std::move(serving)) {}
  ~OwnedServer() override { Stop(0); }

  Result<Endpoint> Start() override {
    auto at = serving_->Start();
    started_ = at.has_value();
    return at;
  }

  void Stop(int64_t drain_ms) override {
    if (!std::exchange(started_, false)) return;
    auto waiting = std::make_shared<Waiting>();
    serving_->BeginStop(drain_ms, [waiting] {
      MutexLock lock(waiting->mutex);
      waiting->done = true;
      waiting->changed.notify_all();
    });
    MutexLock lock(waiting->mutex);
    while (!waiting->done) waiting->changed.wait(waiting->mutex);
  }

  void BeginStop(int64_t drain_ms, Work done) override {
    if (std::exchange(started_, false)) serving_->BeginStop(drain_ms, std::move(done));
  }

  size_t connections() const override { return serving_->connections(); }

 private:
  struct Waiting {
    Mutex mutex;
    std::condition_variable_any changed;
    bool done GUARDED_BY(mutex) = false;
  };
  const std::shared_ptr<Serving> serving_;
  bool started_ = false;
};

}  // namespace

std::unique_ptr<Server> Server::Create(Transport& transport, std::span<Loop* const> loops,
                                       std::vector<ProtocolFactory*> factories,
                                       ServerOptions options) {
  PINTLE_CHECK(!loops.empty(), "a server needs a loop");
  return std::make_unique<OwnedServer>(
      std::make_shared<Serving>(transport, loops, std::move(factories), std::move(options)));
}

}  // namespace pintle::net
