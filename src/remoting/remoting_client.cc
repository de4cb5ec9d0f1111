#include "remoting/remoting_client.h"

#include <coroutine>
#include <map>
#include <utility>

#include "remoting/client_channel.h"

namespace pintle::remoting {

namespace {

using Connected = Result<std::shared_ptr<ClientChannel>>;

// An attempt to connect: whoever comes meanwhile waits for the same one, each for his own time.
// Threads: its loop.
class Attempt {
 public:
  explicit Attempt(net::Loop& loop) : loop_(loop) {}

  // Lives in the coroutine that waits.
  struct Waiter {
    Attempt& attempt;
    int64_t timeout_ms;
    std::coroutine_handle<> awaiting{};
    net::TimerId timer = net::TimerId::kNone;
    Connected outcome{};

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      awaiting = handle;
      attempt.waiters_.push_back(this);
      timer = attempt.loop_.After(timeout_ms, [this] { attempt.TimeOut(*this); });
    }
    Connected await_resume() { return std::move(outcome); }
  };

  void End(const Connected& outcome) {
    for (Waiter* waiter : std::exchange(waiters_, {})) {
      loop_.Cancel(waiter->timer);
      waiter->outcome = outcome;
      waiter->awaiting.resume();
    }
  }

 private:
  void TimeOut(Waiter& waiter) {
    std::erase(waiters_, &waiter);
    waiter.outcome = Fail(ErrorCode::kTimeout, "no connection within {} ms", waiter.timeout_ms);
    waiter.awaiting.resume();
  }

  net::Loop& loop_;
  std::vector<Waiter*> waiters_;
};

// The channels of a client: what its coroutines need to their end, also when the client is gone.
class Channels final : public ChannelListener, public std::enable_shared_from_this<Channels> {
 public:
  Channels(net::Loop& loop, net::Transport& transport, ClientOptions options)
      : loop_(loop), transport_(transport), options_(options) {}

  net::Task<Connected> Open(std::string address, int64_t timeout_ms) {
    const auto self = shared_from_this();
    auto to = net::Endpoint::Parse(address);
    if (!to) co_return std::unexpected(std::move(to).error());
    Peer& peer = peers_[address];
    if (peer.channel != nullptr) co_return peer.channel;
    std::shared_ptr<Attempt> attempt = peer.attempt;
    if (attempt == nullptr) {
      attempt = std::make_shared<Attempt>(loop_);
      peer.attempt = attempt;
      // Not started from here: it may end at once, when nobody waits for it yet.
      loop_.Defer([self, address, attempt, to = *std::move(to)]() mutable {
        self->loop_.Spawn(Run(self, std::move(address), std::move(attempt), std::move(to)));
      });
    }
    Attempt::Waiter waiter{*attempt, timeout_ms};
    Connected connected = co_await waiter;
    co_return connected;
  }

  // The open channel to an address, or null.
  std::shared_ptr<ClientChannel> Find(const std::string& address) const {
    const auto at = peers_.find(address);
    return at == peers_.end() ? nullptr : at->second.channel;
  }

  // Everybody who waits for a connection or an answer is told `why`.
  void CloseAll(const Error& why) {
    const auto self = shared_from_this();
    for (auto& [address, peer] : std::exchange(peers_, {})) {
      if (peer.attempt != nullptr) peer.attempt->End(std::unexpected(why));
      if (peer.channel != nullptr) peer.channel->Close(why);
    }
  }

  net::Task<ServerRequestAnswer> OnServerRequest(ServerRequest request) override {
    if (on_request) return on_request(std::move(request));
    return RefuseServerRequest(std::move(request));
  }

  void OnChannelClosed(const std::string& address) override {
    if (const auto at = peers_.find(address); at != peers_.end()) at->second.channel = nullptr;
    if (on_closed) on_closed(address);
  }

  net::Loop& loop() { return loop_; }

  std::function<net::Task<ServerRequestAnswer>(ServerRequest)> on_request;
  std::function<void(const std::string&)> on_closed;

 private:
  struct Peer {
    std::shared_ptr<ClientChannel> channel;  // open, or null
    std::shared_ptr<Attempt> attempt;        // under way, or null
  };

  static net::Task<void> Run(std::shared_ptr<Channels> self, std::string address,
                             std::shared_ptr<Attempt> attempt, net::Endpoint to) {
    Result<std::unique_ptr<net::Stream>> stream =
        co_await self->transport_.Connect(self->loop_, to, self->options_.connect_timeout_ms);
    const auto at = self->peers_.find(address);
    // CloseAll() has told those who waited; the stream closes with its end here.
    if (at == self->peers_.end() || at->second.attempt != attempt) co_return;
    at->second.attempt = nullptr;
    if (!stream) {
      attempt->End(std::unexpected(std::move(stream).error()));
      co_return;
    }
    auto channel = std::make_shared<ClientChannel>(self->loop_, address, self->options_,
                                                   self->weak_from_this());
    at->second.channel = channel;
    channel->Start(*std::move(stream));
    attempt->End(channel);
  }

  static net::Task<ServerRequestAnswer> RefuseServerRequest(ServerRequest request) {
    ServerRequestAnswer answer;
    answer.code = ResponseCode::kRequestCodeNotSupported;
    answer.remark = fmt::format(" request type {} not supported: {}", request.head.code,
                                RequestCodeName(request.head.code));
    co_return answer;
  }

  net::Loop& loop_;
  net::Transport& transport_;
  const ClientOptions options_;
  std::map<std::string, Peer> peers_;
};

class TransportClient final : public RemotingClient {
 public:
  explicit TransportClient(std::shared_ptr<Channels> channels) : channels_(std::move(channels)) {}
  ~TransportClient() override {
    channels_->on_closed = nullptr;
    channels_->CloseAll({ErrorCode::kClosed, "the client is closed"});
  }

  net::Task<Result<std::unique_ptr<OwnedCommand>>> Invoke(std::string address, Request request,
                                                          int64_t timeout_ms) override {
    return Invoke(channels_, std::move(address), std::move(request), timeout_ms);
  }
  net::Task<Status> SendOneway(std::string address, Request request, int64_t timeout_ms) override {
    return SendOneway(channels_, std::move(address), std::move(request), timeout_ms);
  }

  void SetServerRequestHandler(
      std::function<net::Task<ServerRequestAnswer>(ServerRequest)> handler) override {
    channels_->on_request = std::move(handler);
  }
  void SetClosedListener(std::function<void(const std::string&)> listener) override {
    channels_->on_closed = std::move(listener);
  }
  void CloseAll() override {
    channels_->CloseAll({ErrorCode::kClosed, "all connections are closed"});
  }

 private:
  static net::Task<InvocationTable::Answer> Invoke(std::shared_ptr<Channels> channels,
                                                   std::string address, Request request,
                                                   int64_t timeout_ms) {
    if (const auto open = channels->Find(address)) {
      InvocationTable::Answer answer = co_await open->Invoke(std::move(request), timeout_ms);
      co_return answer;
    }
    const int64_t deadline_ms = channels->loop().clock().MonotonicMs() + timeout_ms;
    Connected channel = co_await channels->Open(std::move(address), timeout_ms);
    if (!channel) co_return std::unexpected(std::move(channel).error());
    const int64_t left_ms = deadline_ms - channels->loop().clock().MonotonicMs();
    InvocationTable::Answer answer =
        co_await (*channel)->Invoke(std::move(request), std::max<int64_t>(left_ms, 0));
    co_return answer;
  }

  static net::Task<Status> SendOneway(std::shared_ptr<Channels> channels, std::string address,
                                      Request request, int64_t timeout_ms) {
    Connected channel = co_await channels->Open(std::move(address), timeout_ms);
    if (!channel) co_return std::unexpected(std::move(channel).error());
    co_return (*channel)->SendOneway(request);
  }

  const std::shared_ptr<Channels> channels_;
};

}  // namespace

std::unique_ptr<RemotingClient> RemotingClient::Create(net::Loop& loop, net::Transport& transport,
                                                       ClientOptions options) {
  return std::make_unique<TransportClient>(std::make_shared<Channels>(loop, transport, options));
}

}  // namespace pintle::remoting
