#include "namesrv/name_server.h"

#include <utility>

#include "base/log.h"
#include "base/mutex.h"
#include "namesrv/handlers/handlers.h"

namespace pintle::namesrv {

// The repeated look for dead brokers. Timers of a loop hold it, so it outlives the server; it does
// nothing once it is stopped.
class NameServer::Scan : public std::enable_shared_from_this<Scan> {
 public:
  Scan(NameServer& server, net::Loop& loop, int64_t interval_ms)
      : loop_(loop), interval_ms_(interval_ms), server_(&server) {}

  void Start() {
    loop_.Post([self = shared_from_this()] { self->Next(); });
  }
  // Waits for a look that is under way.
  void Stop() {
    MutexLock lock(mutex_);
    server_ = nullptr;
  }

 private:
  void Next() {
    loop_.After(interval_ms_, [self = shared_from_this()] {
      if (self->Look()) self->Next();
    });
  }
  bool Look() {
    MutexLock lock(mutex_);
    if (server_ == nullptr) return false;
    server_->ExpireBrokers();
    return true;
  }

  net::Loop& loop_;
  const int64_t interval_ms_;
  Mutex mutex_;
  NameServer* server_ GUARDED_BY(mutex_);
};

Result<std::unique_ptr<NameServer>> NameServer::Open(FileSystem& fs, const Clock& clock,
                                                     BoundedExecutor& pool, net::Loop& loop,
                                                     NameServerOptions options) {
  PINTLE_ASSIGN(std::unique_ptr<KvConfig> kv, KvConfig::Open(fs, options.kv_path));
  return std::unique_ptr<NameServer>(new NameServer(clock, pool, loop, options, std::move(kv)));
}

NameServer::NameServer(const Clock& clock, BoundedExecutor& pool, net::Loop& loop,
                       const NameServerOptions& options, std::unique_ptr<KvConfig> kv)
    : clock_(clock),
      pool_(pool),
      options_(options),
      started_ms_(clock.MonotonicMs()),
      settings_(options.settings),
      kv_(std::move(kv)),
      route_bodies_(routes_, *kv_, settings_, options.route_cache_bytes),
      table_(remoting::DispatchTable::Of<Handlers>(*this)),
      protocol_(remoting::RemotingServer::Create(table_, nullptr, {.name = "name server"})),
      scan_(std::make_shared<Scan>(*this, loop, options.scan_interval_ms)) {
  protocol_->AddClosedListener([this](const std::shared_ptr<remoting::Session>& session) {
    routes_.OnSessionClosed(session->id());
  });
}

NameServer::~NameServer() { Stop(); }

void NameServer::Start() { scan_->Start(); }

void NameServer::Stop() { scan_->Stop(); }

bool NameServer::TellsRoutes() const {
  return !settings_.wait_for_brokers() ||
         clock_.MonotonicMs() - started_ms_ >= settings_.wait_for_brokers_ms();
}

void NameServer::ExpireBrokers() {
  for (const std::weak_ptr<remoting::Session>& expired : routes_.Expire(clock_.MonotonicMs())) {
    std::shared_ptr<remoting::Session> session = expired.lock();
    if (session == nullptr) continue;
    net::Loop& home = session->loop();
    home.Post([session = std::move(session)] {
      session->Close({ErrorCode::kTimeout, "the broker gave no sign of life"});
    });
  }
}

}  // namespace pintle::namesrv
