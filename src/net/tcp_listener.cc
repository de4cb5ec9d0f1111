#include "net/tcp_listener.h"

#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "net/tcp_socket.h"

namespace pintle::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// Streams accepted in one turn: a storm of them does not keep the loop from its other work.
constexpr int kAcceptedPerTurn = 64;
// Out of descriptors or memory, how long until the next try.
constexpr int64_t kRetryMs = 100;

using Acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;

bool OutOfResources(int error_number) {
  return error_number == EMFILE || error_number == ENFILE || error_number == ENOBUFS ||
         error_number == ENOMEM;
}

// Lives until its last operation has ended.
class TcpListener : public std::enable_shared_from_this<TcpListener> {
 public:
  TcpListener(AsioLoop& loop, Acceptor acceptor, std::function<Loop&()> pick_loop,
              std::function<void(Loop&, std::unique_ptr<Stream>)> accepted)
      : loop_(loop),
        acceptor_(std::move(acceptor)),
        pick_loop_(std::move(pick_loop)),
        accepted_(std::move(accepted)) {
    boost::system::error_code ignored;
    const tcp::endpoint at = acceptor_.local_endpoint(ignored);
    local_ = ToEndpoint(at);
    ipv6_ = at.address().is_v6();
  }

  const Endpoint& local() const { return local_; }
  AsioLoop& loop() const { return loop_; }

  void Wait() {
    if (closed_ || paused_ || retrying_ || std::exchange(waiting_, true)) return;
    acceptor_.async_wait(
        tcp::acceptor::wait_read,
        InPlace(memory_, [self = shared_from_this()](const boost::system::error_code& error) {
          self->waiting_ = false;
          if (!error) self->Accept();
          self->Wait();
        }));
  }
  void Pause() { paused_ = true; }
  void Resume() {
    paused_ = false;
    Wait();
  }
  void Close() {
    if (std::exchange(closed_, true)) return;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    // They may hold their owner; `accepted` of streams on their way has its own reference to us.
    pick_loop_ = nullptr;
  }

 private:
  void Accept() {
    for (int i = 0; i < kAcceptedPerTurn && !closed_ && !paused_; ++i) {
      OwnedFd fd(
          ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!fd) {
        const int error_number = errno;
        if (error_number == EAGAIN || error_number == EWOULDBLOCK) return;
        if (OutOfResources(error_number)) {
          RetryLater(error_number);
          return;
        }
        continue;  // that one peer was gone before it was accepted
      }
      Hand(std::move(fd));
    }
  }

  void Hand(OwnedFd fd) {
    auto& target = static_cast<AsioLoop&>(pick_loop_());
    if (&target == &loop_) {
      Receive(target, std::move(fd));
      return;
    }
    target.Post([self = shared_from_this(), &target, fd = std::move(fd)]() mutable {
      self->Receive(target, std::move(fd));
    });
  }

  // On the stream's loop. `accepted` hears of a stream that could not be made too: it was counted.
  void Receive(AsioLoop& target, OwnedFd fd) const {
    accepted_(target, MakeTcpStream(target, std::move(fd), ipv6_));
  }

  void RetryLater(int error_number) {
    if (limiter_.Allow()) {
      PINTLE_LOG(kWarn,
                 "listener {}: accepting pauses for {} ms: {}; raise the limit of open files "
                 "(ulimit -n) or lower the number of connections",
                 local_.ToString(), kRetryMs, strerrordesc_np(error_number));
    }
    retrying_ = true;
    loop_.After(kRetryMs, [self = shared_from_this()] {
      self->retrying_ = false;
      self->Wait();
    });
  }

  AsioLoop& loop_;
  HandlerMemory memory_;
  Acceptor acceptor_;
  std::function<Loop&()> pick_loop_;
  const std::function<void(Loop&, std::unique_ptr<Stream>)> accepted_;
  Endpoint local_;
  bool ipv6_ = false;
  bool waiting_ = false;
  bool paused_ = false;
  bool retrying_ = false;
  bool closed_ = false;
  LogLimiter limiter_;
};

class OwnedListener final : public Listener {
 public:
  explicit OwnedListener(std::shared_ptr<TcpListener> listener) : listener_(std::move(listener)) {}
  ~OwnedListener() override { Close(); }

  Endpoint local() const override { return listener_->local(); }
  void Pause() override { listener_->Pause(); }
  void Resume() override { listener_->Resume(); }
  void Close() override {
    if (listener_->loop().InLoop()) {
      listener_->Close();
    } else if (!std::exchange(close_posted_, true)) {
      listener_->loop().Post([listener = listener_] { listener->Close(); });
    }
  }

 private:
  const std::shared_ptr<TcpListener> listener_;
  bool close_posted_ = false;
};

Result<tcp::endpoint> ResolveLocal(AsioLoop& loop, const Endpoint& at) {
  boost::system::error_code error;
  const auto literal = asio::ip::make_address(at.host, error);
  if (!error) return tcp::endpoint(literal, at.port);
  tcp::resolver resolver(loop.io());
  const auto found = resolver.resolve(at.host, std::to_string(at.port), error);
  if (error || found.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "cannot listen on {}: no such host: {}", at.ToString(),
                error.message());
  }
  return found.begin()->endpoint();
}

std::unexpected<Error> CannotListen(const Endpoint& at, const boost::system::error_code& error) {
  ErrorCode code = ErrorCode::kIo;
  if (error == boost::system::errc::address_in_use) code = ErrorCode::kBusy;
  if (error == boost::system::errc::permission_denied) code = ErrorCode::kPermissionDenied;
  if (error == boost::system::errc::address_not_available) code = ErrorCode::kInvalidArgument;
  return Fail(code, "cannot listen on {}: {}", at.ToString(), error.message());
}

}  // namespace

Result<std::unique_ptr<Listener>> ListenTcp(
    AsioLoop& loop, const Endpoint& at, std::function<Loop&()> pick_loop,
    std::function<void(Loop&, std::unique_ptr<Stream>)> accepted) {
  PINTLE_ASSIGN(const tcp::endpoint where, ResolveLocal(loop, at));
  Acceptor acceptor(loop.io());
  boost::system::error_code error;
  acceptor.open(where.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && where.address().is_v6()) {
    // "::" takes IPv4 too.
    acceptor.set_option(asio::ip::v6_only(false), error);
  }
  if (!error) acceptor.native_non_blocking(true, error);
  if (!error) acceptor.bind(where, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return CannotListen(at, error);
  auto listener = std::make_shared<TcpListener>(loop, std::move(acceptor), std::move(pick_loop),
                                                std::move(accepted));
  loop.Post([listener] { listener->Wait(); });
  return std::make_unique<OwnedListener>(std::move(listener));
}

}  // namespace pintle::net
