#include "broker/broker.h"

#include <unistd.h>

#include <utility>

#include "base/log.h"
#include "base/random.h"
#include "broker/transactions/transactions.h"
#include "model/properties.h"
#include "store/consume_queue.h"

namespace pintle::broker {
namespace {

constexpr int64_t kSampleMs = 1'000;
constexpr int64_t kRatesMs = 10'000;  // of topics and groups, of which there may be many
constexpr int64_t kLookMs = 2;
constexpr int64_t kLeaveMs = 3'000;  // how long a name server may take to hear of the leave

std::string MakeStamp(const BrokerOptions& options, bool with_cluster) {
  std::string text;
  const auto add = [&](std::string_view name, std::string_view value) {
    text.append(name).push_back(model::kNameValueSeparator);
    text.append(value).push_back(model::kPropertySeparator);
  };
  add(model::property::kMsgRegion, options.region);
  add(model::property::kTraceSwitch, options.trace_on ? "true" : "false");
  if (with_cluster) add(model::property::kCluster, options.cluster);
  return text;
}

// Ids that this process makes must differ from those of another on the same machine.
model::UniqKeySource MakeUniqKeys() {
  Random random = Random::FromSystem();
  return model::UniqKeySource({}, getpid(), static_cast<int32_t>(random.Next()));
}

}  // namespace

Result<std::unique_ptr<Broker>> Broker::Open(const BrokerWiring& wiring, BrokerOptions options) {
  PINTLE_TRY(wiring.fs.CreateDirectories(wiring.config_folder));
  std::unique_ptr<Broker> broker(new Broker(wiring, std::move(options)));
  PINTLE_TRY(broker->topics_.Load());
  PINTLE_TRY(broker->groups_.Load());
  PINTLE_TRY(broker->offsets_.Load());
  PINTLE_TRY(broker->queue_locks_.Load());
  PINTLE_TRY(broker->transactions_->Open());
  PINTLE_TRY(broker->delay_progress_.Load());
  PINTLE_TRY(broker->delays_.Open());
  return broker;
}

Broker::Broker(const BrokerWiring& wiring, BrokerOptions options)
    : wiring_(wiring),
      options_(std::move(options)),
      reply_stamp_(MakeStamp(options_, false)),
      stamp_(MakeStamp(options_, true)),
      topics_(wiring.store, wiring.clock, options_, wiring.fs, wiring.executor,
              JoinPath(wiring.config_folder, "topics.json")),
      groups_(wiring.clock, options_, wiring.fs, wiring.executor,
              JoinPath(wiring.config_folder, "subscriptionGroup.json")),
      offsets_(wiring.clock, wiring.fs, wiring.executor,
               JoinPath(wiring.config_folder, "consumerOffset.json")),
      clients_(wiring.clock, options_),
      queue_locks_(wiring.clock, options_.queue_lock_ms, wiring.fs, wiring.executor,
                   JoinPath(wiring.config_folder, "queueLocks.json")),
      arrivals_(
          wiring.loops, [](store::ConsumeQueue& queue) { return queue.end(); },
          options_.held_pulls_max),
      durable_(wiring.loops, options_.flush_timeout_ms),
      room_(wiring.loops, wiring.store, options_.held_sends_bytes),
      traffic_(wiring.clock),
      delay_progress_(wiring.clock, wiring.fs, wiring.executor,
                      JoinPath(wiring.config_folder, "delayOffset.json")),
      delays_({wiring.store, topics_, traffic_, wiring.clock, wiring.executor, wiring.loops,
               options_.delay_levels_ms},
              delay_progress_),
      peers_(wiring.loops),
      uniq_keys_(MakeUniqKeys()),
      scaler_(*this),
      upkeep_(*wiring.loops.front()),
      transactions_(std::make_unique<Transactions>(*this)) {
  wiring_.store.SetObserver(&arrivals_);
  wiring_.store.SetDurableListener([this](model::LogOffset durable) { OnDurable(durable); });
  wiring_.store.SetRoomListener([this] { room_.OnRoom(); });
  if (wiring_.client != nullptr && !options_.name_servers.empty()) {
    registrar_ = std::make_unique<NameServerRegistrar>(*wiring_.loops.front(), *wiring_.client,
                                                       topics_, options_);
    topics_.SetChangeListener(
        [this](std::string_view topic) { registrar_->OnTopicChanged(topic); });
  }
  upkeep_.Every(options_.offsets_flush_ms, [this] {
    // Tables that are written at each change are here for the change whose write failed.
    topics_.file().WriteSoon();
    groups_.file().WriteSoon();
    transactions_->SaveProgress();
    offsets_.file().WriteSoon();
    queue_locks_.file().WriteSoon();
  });
  upkeep_.Every(options_.delay_offsets_flush_ms, [this] {
    delay_progress_.OnDurable(wiring_.store.durable());
    delay_progress_.file().WriteSoon();
  });
  upkeep_.Every(options_.client_scan_ms, [this] {
    clients_.Expire();
    queue_locks_.DropExpired();
  });
  upkeep_.Every(options_.queue_policy_interval_ms, [this] { scaler_.Look(); });
  upkeep_.Every(kSampleMs, [this] { traffic_.Sample(); });
  upkeep_.Every(kRatesMs, [this] {
    topics_.SampleRates();
    offsets_.SampleRates();
  });
}

// The store outlives the broker, and has room once more when it is closed.
Broker::~Broker() { wiring_.store.SetRoomListener(nullptr); }

void Broker::OnDurable(model::LogOffset durable) {
  // Told without progress: the store has failed for good, and what waits will never be durable.
  const bool failed = durable == last_durable_ && !wiring_.store.Writable();
  last_durable_ = durable;
  durable_.OnDurable(durable);
  if (failed) durable_.OnFailed();
}

void Broker::Start() {
  upkeep_.Start();
  transactions_->Start();
  delays_.Start();
  if (registrar_ != nullptr) registrar_->Start(address_);
}

net::Task<void> Broker::Stop() {
  upkeep_.Stop();
  if (registrar_ != nullptr) co_await registrar_->Stop(kLeaveMs);
  for (net::Loop* loop : wiring_.loops) {
    co_await net::SwitchTo(*loop);
    arrivals_.Close(*loop);
  }
  stopping_.store(true);
  net::Loop& first = *wiring_.loops.front();
  co_await net::SwitchTo(first);
  // Sends wait for the disk at most so long, and none comes after.
  while (durable_.waiting() > 0 || room_.waiting() > 0) co_await net::Sleep(first, kLookMs);
  for (net::Loop* loop : wiring_.loops) {
    co_await net::SwitchTo(*loop);
    durable_.Close(*loop);
    room_.Close(*loop);
  }
  co_await net::SwitchTo(first);
  co_await transactions_->Stop();
  transactions_->SaveFinalProgress();
  co_await delays_.Stop();
  // The store flushes all of its log when it is closed, which comes next.
  delay_progress_.OnDurable(wiring_.store.appended());
  for (MetadataFile* file : {&topics_.file(), &groups_.file(), &offsets_.file(),
                             &queue_locks_.file(), &delay_progress_.file()}) {
    if (const Status written = file->WriteNow(); !written)
      PINTLE_LOG(kError, "broker: a table is not written: {}", written.error().message);
  }
}

void Broker::OnSessionClosed(const remoting::Session& session) {
  for (const std::string& client : clients_.OnSessionClosed(session))
    queue_locks_.OnClientLost(client);
  arrivals_.OnOwnerGone(session.loop(), session.id());
}

}  // namespace pintle::broker
