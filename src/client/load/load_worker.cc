#include "client/load/load_worker.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "client/sdk_error.h"

namespace pintle::client {

namespace {

constexpr int64_t kConnectTimeoutMs = 3'000;
// Finer than this, waking up would cost more than sending: what is due meanwhile goes out together.
constexpr int64_t kTickMinNs = 20'000;

double ThreadCpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Gives a connection the protocol that was made for it.
template <typename Make>
class OneProtocol final : public net::ProtocolFactory {
 public:
  explicit OneProtocol(Make make) : make_(std::move(make)) {}
  Match Sniff(ByteView) const override { return Match::kYes; }
  std::unique_ptr<net::Protocol> Create(net::Connection& connection) override {
    return make_(connection);
  }

 private:
  Make make_;
};

}  // namespace

LoadWorker::LoadWorker(const LoadOptions& options, net::Loop& loop, net::Transport& transport,
                       const Clock& clock, uint64_t first_serial)
    : options_(options), loop_(loop), transport_(transport), clock_(clock) {
  counts_.serial = first_serial;
  for (const LoadTarget& target : options.targets) {
    pulls_.emplace_back(options, target);
    sends_[target.address].emplace_back(options, target);
  }
}

net::Task<pintle::Result<std::unique_ptr<net::Stream>>> LoadWorker::Dial(std::string address) {
  auto endpoint = net::Endpoint::Parse(address);
  if (!endpoint) co_return std::unexpected(endpoint.error());
  auto stream = co_await transport_.Connect(loop_, *endpoint, kConnectTimeoutMs);
  co_return stream;
}

net::Task<pintle::Status> LoadWorker::Connect(LoadShare share) {
  const net::ConnectionLimits limits;
  for (const std::string& address : share.producers) {
    auto stream = co_await Dial(address);
    if (!stream) co_return std::unexpected(stream.error());
    ProducerProtocol* producer = nullptr;
    OneProtocol factory([&](net::Connection& connection) {
      auto made = std::make_unique<ProducerProtocol>(connection, options_, sends_.at(address),
                                                     counts_, clock_);
      producer = made.get();
      return made;
    });
    connections_.push_back(net::Connection::Create(loop_, connections_.size() + 1,
                                                   *std::move(stream), factory, limits));
    connections_.back()->Start();
    producers_.push_back(producer);
  }
  for (const std::vector<size_t>& mine : share.consumers) {
    auto stream = co_await Dial(options_.targets[mine.front()].address);
    if (!stream) co_return std::unexpected(stream.error());
    std::vector<ConsumerProtocol::Queue> queues;
    for (const size_t index : mine)
      queues.push_back({.pull = &pulls_[index],
                        .start = options_.targets[index].start_offset,
                        .offset = options_.targets[index].start_offset,
                        .ended = false});
    ConsumerProtocol* consumer = nullptr;
    OneProtocol factory([&](net::Connection& connection) {
      auto made = std::make_unique<ConsumerProtocol>(connection, options_, std::move(queues),
                                                     counts_, clock_);
      consumer = made.get();
      return made;
    });
    connections_.push_back(net::Connection::Create(loop_, connections_.size() + 1,
                                                   *std::move(stream), factory, limits));
    connections_.back()->Start();
    consumers_.push_back(consumer);
  }
  co_return pintle::Status();
}

void LoadWorker::Start(int64_t begin_ns, int64_t end_ns, double rate) {
  counts_.window_begin_ns = begin_ns;
  counts_.window_end_ns = end_ns;
  for (ConsumerProtocol* consumer : consumers_) consumer->Start();
  if (producers_.empty()) return;
  if (rate > 0) {
    interval_ns_ = 1e9 * options_.batch / rate;
    open_start_ns_ = clock_.MonotonicNs();
    Tick();
  } else {
    for (ProducerProtocol* producer : producers_) producer->StartClosedLoop();
  }
}

void LoadWorker::Tick() {
  if (counts_.stopping) return;
  const int64_t now_ns = clock_.MonotonicNs();
  int64_t due_ns = 0;
  for (;;) {
    due_ns = open_start_ns_ + static_cast<int64_t>(static_cast<double>(due_count_) * interval_ns_);
    if (due_ns > now_ns) break;
    ProducerProtocol* producer = producers_[static_cast<size_t>(due_count_) % producers_.size()];
    ++due_count_;
    const bool in_window = counts_.InWindow(now_ns);
    if (!producer->SendDue(due_ns)) {
      if (in_window) ++counts_.report.skipped_sends;
    } else if (in_window) {
      counts_.report.lateness_ns.Record(now_ns - due_ns);
    }
  }
  loop_.At(std::max(due_ns, now_ns + kTickMinNs), [this] { Tick(); });
}

std::optional<int64_t> LoadWorker::EndedNs() const {
  if (!producers_.empty() || options_.hold) return std::nullopt;
  for (const ConsumerProtocol* consumer : consumers_) {
    if (!consumer->ended()) return std::nullopt;
  }
  return counts_.last_consumed_ns;
}

void LoadWorker::Stop() {
  counts_.stopping = true;
  for (auto& connection : connections_)
    connection->Close({pintle::ErrorCode::kClosed, "the load has ended"});
  connections_.clear();
}

void LoadWorker::MarkCpu() { cpu_mark_ = ThreadCpuSeconds(); }

double LoadWorker::CpuSinceMark() const { return ThreadCpuSeconds() - cpu_mark_; }

}  // namespace pintle::client
