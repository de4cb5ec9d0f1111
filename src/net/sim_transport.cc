#include "net/sim_transport.h"

#include <algorithm>
#include <utility>

namespace pintle::net {

// One end of a stream. Lives as long as its owner, its peer or something on its way needs it.
class SimEnd : public std::enable_shared_from_this<SimEnd> {
 public:
  SimEnd(SimTransport& network, SimLoop& loop, std::string host, Endpoint local, Endpoint peer)
      : network_(network),
        loop_(loop),
        host_(std::move(host)),
        local_(std::move(local)),
        peer_(std::move(peer)) {}

  static void Join(const std::shared_ptr<SimEnd>& a, const std::shared_ptr<SimEnd>& b) {
    a->other_ = b;
    b->other_ = a;
    a->joined_ = true;
    b->joined_ = true;
    // What the client wants to write waited for somebody to take it.
    if (a->write_waiting_) a->WaitWritable();
  }

  const std::string& host() const { return host_; }
  const Endpoint& local() const { return local_; }
  const Endpoint& peer() const { return peer_; }
  void SetObserver(StreamObserver* observer) { observer_ = observer; }

  size_t ReadNow(ByteSpan into) {
    if (failed_ || closed_ || into.empty()) return 0;
    if (unread_.empty()) {
      if (end_arrived_) Fail({ErrorCode::kClosed, "the peer closed the connection"});
      return 0;
    }
    const size_t size = network_.Tear(std::min(into.size(), unread_.size()));
    std::memcpy(into.data(), unread_.data(), size);
    unread_.erase(0, size);
    if (const auto other = other_.lock(); other != nullptr && other->write_waiting_) {
      network_.Carry(host_, other->loop_, 0, [other] { other->Writable(); });
    }
    return size;
  }

  void WaitReadable() {
    if (failed_ || closed_) return;
    read_waiting_ = true;
    if (!unread_.empty() || end_arrived_) {
      loop_.Post([self = shared_from_this()] { self->Readable(); });
    }
  }

  size_t WriteNow(std::span<const ByteView> views) {
    if (failed_ || closed_) return 0;
    const auto other = other_.lock();
    if (other == nullptr) {
      if (joined_) Fail({ErrorCode::kClosed, "the peer reset the connection"});
      return 0;
    }
    std::string piece;
    for (const ByteView view : views) piece += AsText(view);
    const size_t room = Room(*other);
    if (piece.empty() || room == 0) return 0;
    piece.resize(network_.Tear(std::min(piece.size(), room)));
    const size_t size = piece.size();
    other->under_way_ += size;
    Send(*other, [other, piece = std::move(piece)] { other->Receive(piece); });
    return size;
  }

  void WaitWritable() {
    if (failed_ || closed_) return;
    write_waiting_ = true;
    const auto other = other_.lock();
    if (other == nullptr || Room(*other) == 0) return;
    loop_.Post([self = shared_from_this()] { self->Writable(); });
  }

  void Close() {
    if (std::exchange(closed_, true) || failed_) return;
    if (const auto other = other_.lock()) {
      Send(*other, [other] {
        other->end_arrived_ = true;
        other->Readable();
      });
    }
  }

  // As when the machine at the other end answers that it knows no such stream.
  void Break() {
    loop_.Post([self = shared_from_this()] {
      self->Fail({ErrorCode::kClosed, "the peer reset the connection"});
    });
  }

 private:
  size_t Room(const SimEnd& other) const {
    const size_t used = other.unread_.size() + other.under_way_;
    const size_t all = network_.options_.buffer_bytes;
    return used < all ? all - used : 0;
  }

  void Send(SimEnd& other, Work arrive) {
    last_arrival_ns_ = network_.Carry(host_, other.loop_, last_arrival_ns_ + 1, std::move(arrive));
  }

  void Receive(const std::string& piece) {
    under_way_ -= piece.size();
    if (closed_ || failed_) {
      if (const auto other = other_.lock()) {
        network_.Carry(host_, other->loop_, 0, [other] { other->Break(); });
      }
      return;
    }
    unread_ += piece;
    Readable();
  }

  void Readable() {
    if (failed_ || closed_ || observer_ == nullptr || !std::exchange(read_waiting_, false)) return;
    observer_->OnReadable();
  }

  void Writable() {
    if (failed_ || closed_ || observer_ == nullptr || !std::exchange(write_waiting_, false)) return;
    observer_->OnWritable();
  }

  void Fail(Error reason) {
    if (closed_ || std::exchange(failed_, true)) return;
    loop_.Defer([self = shared_from_this(), reason = std::move(reason)]() mutable {
      if (!self->closed_ && self->observer_ != nullptr)
        self->observer_->OnClosed(std::move(reason));
    });
  }

  SimTransport& network_;
  SimLoop& loop_;
  const std::string host_;
  const Endpoint local_;
  const Endpoint peer_;
  std::weak_ptr<SimEnd> other_;
  StreamObserver* observer_ = nullptr;
  std::string unread_;
  size_t under_way_ = 0;  // towards this end
  int64_t last_arrival_ns_ = 0;
  bool joined_ = false;  // false while a listener has not taken it
  bool end_arrived_ = false;
  bool read_waiting_ = false;
  bool write_waiting_ = false;
  bool failed_ = false;
  bool closed_ = false;
};

namespace {

class SimStream final : public Stream {
 public:
  explicit SimStream(std::shared_ptr<SimEnd> end) : end_(std::move(end)) {}
  ~SimStream() override {
    end_->SetObserver(nullptr);
    end_->Close();
  }
  void SetObserver(StreamObserver* observer) override { end_->SetObserver(observer); }
  size_t ReadNow(ByteSpan into) override { return end_->ReadNow(into); }
  void WaitReadable() override { end_->WaitReadable(); }
  size_t WriteNow(std::span<const ByteView> views) override { return end_->WriteNow(views); }
  void WaitWritable() override { end_->WaitWritable(); }
  void Close() override { end_->Close(); }
  Endpoint peer() const override { return end_->peer(); }
  Endpoint local() const override { return end_->local(); }

 private:
  const std::shared_ptr<SimEnd> end_;
};

}  // namespace

class SimListener : public std::enable_shared_from_this<SimListener> {
 public:
  SimListener(SimTransport& network, SimLoop& loop, Endpoint local,
              std::function<Loop&()> pick_loop,
              std::function<void(Loop&, std::unique_ptr<Stream>)> accepted)
      : network_(network),
        loop_(loop),
        local_(std::move(local)),
        pick_loop_(std::move(pick_loop)),
        accepted_(std::move(accepted)) {}

  SimLoop& loop() const { return loop_; }
  const Endpoint& local() const { return local_; }
  bool closed() const { return closed_; }

  // The client's end is connected from here on, as a system completes connections ahead of
  // accepting them.
  void Take(std::shared_ptr<SimEnd> client) {
    waiting_.push_back(std::move(client));
    TakeWaiting();
  }

  void Pause() { paused_ = true; }
  void Resume() {
    paused_ = false;
    TakeWaiting();
  }
  void Close() {
    closed_ = true;
    pick_loop_ = nullptr;
    for (const auto& client : std::exchange(waiting_, {})) client->Break();
  }

 private:
  void TakeWaiting() {
    while (!paused_ && !closed_ && !waiting_.empty()) {
      const auto client = std::move(waiting_.front());
      waiting_.erase(waiting_.begin());
      auto& loop = static_cast<SimLoop&>(pick_loop_());
      auto server = std::make_shared<SimEnd>(network_, loop, local_.host, local_, client->local());
      SimEnd::Join(client, server);
      network_.ends_.push_back(server);
      loop.Post([self = shared_from_this(), &loop, server = std::move(server)] {
        self->accepted_(loop, std::make_unique<SimStream>(server));
      });
    }
  }

  SimTransport& network_;
  SimLoop& loop_;
  const Endpoint local_;
  std::function<Loop&()> pick_loop_;
  const std::function<void(Loop&, std::unique_ptr<Stream>)> accepted_;
  std::vector<std::shared_ptr<SimEnd>> waiting_;
  bool paused_ = false;
  bool closed_ = false;
};

namespace {

class OwnedSimListener final : public Listener {
 public:
  explicit OwnedSimListener(std::shared_ptr<SimListener> listener)
      : listener_(std::move(listener)) {}
  ~OwnedSimListener() override { listener_->Close(); }
  Endpoint local() const override { return listener_->local(); }
  void Pause() override { listener_->Pause(); }
  void Resume() override { listener_->Resume(); }
  void Close() override { listener_->Close(); }

 private:
  const std::shared_ptr<SimListener> listener_;
};

}  // namespace

// One Connect() under way.
class SimTransport::Connecting : public std::enable_shared_from_this<Connecting> {
 public:
  Connecting(SimTransport& network, SimLoop& loop, Endpoint to, int64_t timeout_ms)
      : network_(network), loop_(loop), to_(std::move(to)), timeout_ms_(timeout_ms) {}

  void Start(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    timer_ = loop_.After(timeout_ms_, [self = shared_from_this()] {
      self->End(Fail(ErrorCode::kTimeout, "no connection to {} within {} ms", self->to_.ToString(),
                     self->timeout_ms_));
    });
    const auto listener = network_.FindListener(to_);
    SimLoop& there = listener != nullptr ? listener->loop() : loop_;
    network_.Carry(loop_.host(), there, 0, [self = shared_from_this()] { self->Knock(); });
  }

  Result<std::unique_ptr<Stream>> result = Fail(ErrorCode::kInternal, "not connected yet");

 private:
  // Where the listener is, or was.
  void Knock() {
    const auto listener = network_.FindListener(to_);
    std::shared_ptr<SimEnd> client;
    if (listener != nullptr) {
      const Endpoint local{loop_.host(), network_.next_port_++};
      client = std::make_shared<SimEnd>(network_, loop_, loop_.host(), local, to_);
      network_.ends_.push_back(client);
      listener->Take(client);
    }
    network_.Carry(to_.host, loop_, 0, [self = shared_from_this(), client] {
      if (client == nullptr) {
        self->End(Fail(ErrorCode::kUnavailable, "cannot connect to {}: nobody listens",
                       self->to_.ToString()));
      } else {
        self->End(std::make_unique<SimStream>(client));
      }
    });
  }

  void End(Result<std::unique_ptr<Stream>> how) {
    if (std::exchange(ended_, true)) return;
    result = std::move(how);
    loop_.Cancel(timer_);
    loop_.Defer([self = shared_from_this()] { self->waiter_.resume(); });
  }

  SimTransport& network_;
  SimLoop& loop_;
  const Endpoint to_;
  const int64_t timeout_ms_;
  std::coroutine_handle<> waiter_;
  TimerId timer_ = TimerId::kNone;
  bool ended_ = false;
};

struct SimTransport::ConnectAwaiter {
  Connecting& connecting;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter) { connecting.Start(waiter); }
  void await_resume() const noexcept {}
};

SimTransport::SimTransport(SimScheduler& scheduler, SimNetworkOptions options)
    : scheduler_(scheduler), options_(options) {}

// What is on its way would come back to us.
SimTransport::~SimTransport() { scheduler_.Forget(); }

int64_t SimTransport::DrawLatencyNs() {
  const auto spread = static_cast<uint64_t>(options_.latency_max_us - options_.latency_min_us) + 1;
  return (options_.latency_min_us + static_cast<int64_t>(scheduler_.random().Below(spread))) *
         1'000;
}

size_t SimTransport::Tear(size_t bytes) {
  Random& random = scheduler_.random();
  if (!options_.tear || bytes < 2 || !random.OneIn(4)) return bytes;
  return 1 + random.Below(bytes);
}

int64_t SimTransport::Carry(const std::string& from, SimLoop& to, int64_t not_before_ns,
                            Work arrive) {
  const int64_t due_ns =
      std::max(not_before_ns, scheduler_.clock().MonotonicNs() + DrawLatencyNs());
  scheduler_.At(
      due_ns, [this, way = std::pair(from, to.host()), &to, arrive = std::move(arrive)]() mutable {
        Arrive(std::move(way), to, std::move(arrive));
      });
  return due_ns;
}

void SimTransport::Arrive(std::pair<std::string, std::string> way, SimLoop& to, Work arrive) {
  if (partitioned_.contains(way)) {
    held_.push_back({std::move(way), &to, std::move(arrive)});
  } else {
    to.Post(std::move(arrive));
  }
}

std::shared_ptr<SimListener> SimTransport::FindListener(const Endpoint& at) const {
  const auto found = listeners_.find(at.ToString());
  if (found == listeners_.end()) return nullptr;
  const auto listener = found->second.lock();
  return listener != nullptr && !listener->closed() ? listener : nullptr;
}

Result<std::unique_ptr<Listener>> SimTransport::Listen(
    Loop& loop, const Endpoint& at, std::function<Loop&()> pick_loop,
    std::function<void(Loop&, std::unique_ptr<Stream>)> accepted) {
  Endpoint local = at;
  if (local.port == 0) local.port = next_port_++;
  if (FindListener(local) != nullptr) {
    return Fail(ErrorCode::kBusy, "cannot listen on {}: taken", local.ToString());
  }
  auto listener = std::make_shared<SimListener>(*this, static_cast<SimLoop&>(loop), local,
                                                std::move(pick_loop), std::move(accepted));
  listeners_[local.ToString()] = listener;
  return std::make_unique<OwnedSimListener>(std::move(listener));
}

Task<Result<std::unique_ptr<Stream>>> SimTransport::Connect(Loop& loop, Endpoint to,
                                                            int64_t timeout_ms) {
  const auto connecting =
      std::make_shared<Connecting>(*this, static_cast<SimLoop&>(loop), std::move(to), timeout_ms);
  co_await ConnectAwaiter{*connecting};
  co_return std::move(connecting->result);
}

void SimTransport::Partition(const std::string& a, const std::string& b, bool one_sided) {
  partitioned_.emplace(a, b);
  if (!one_sided) partitioned_.emplace(b, a);
}

void SimTransport::Heal() {
  partitioned_.clear();
  for (Held& held : std::exchange(held_, {})) held.to->Post(std::move(held.arrive));
}

void SimTransport::Reset(const std::string& host) {
  std::erase_if(ends_, [](const auto& end) { return end.expired(); });
  for (const auto& weak : std::exchange(ends_, {})) {
    const auto end = weak.lock();
    if (end != nullptr && (end->host() == host || end->peer().host == host)) {
      end->Break();
    } else {
      ends_.push_back(weak);
    }
  }
}

}  // namespace pintle::net
