#include "net/asio_transport.h"

#include <boost/asio/ip/tcp.hpp>
#include <utility>
#include <vector>

#include "net/tcp_listener.h"
#include "net/tcp_socket.h"

namespace pintle::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// One Connect() under way. Whatever comes first, the stream, the last failure or the time-out, ends
// it; what comes later is dropped.
class Connecting : public std::enable_shared_from_this<Connecting> {
 public:
  Connecting(AsioLoop& loop, Endpoint to, int64_t timeout_ms)
      : loop_(loop),
        to_(std::move(to)),
        timeout_ms_(timeout_ms),
        resolver_(loop.io()),
        socket_(loop.io()) {}

  void Start(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    timer_ = loop_.After(timeout_ms_, [self = shared_from_this()] {
      self->End(Fail(ErrorCode::kTimeout, "no connection to {} within {} ms", self->to_.ToString(),
                     self->timeout_ms_));
    });
    boost::system::error_code not_literal;
    const auto literal = asio::ip::make_address(to_.host, not_literal);
    if (!not_literal) {
      candidates_.emplace_back(literal, to_.port);
      TryNext();
      return;
    }
    resolver_.async_resolve(to_.host, std::to_string(to_.port),
                            [self = shared_from_this()](const boost::system::error_code& error,
                                                        const tcp::resolver::results_type& found) {
                              if (error) self->last_error_ = error;
                              for (const auto& entry : found)
                                self->candidates_.push_back(entry.endpoint());
                              self->TryNext();
                            });
  }

  Result<std::unique_ptr<Stream>> result = Fail(ErrorCode::kInternal, "not connected yet");

 private:
  void TryNext() {
    if (ended_) return;
    if (next_ == candidates_.size()) {
      End(Fail(ErrorCode::kUnavailable, "cannot connect to {}: {}", to_.ToString(),
               last_error_.message()));
      return;
    }
    socket_ = AsioSocket(loop_.io());
    socket_.async_connect(candidates_[next_++],
                          [self = shared_from_this()](const boost::system::error_code& error) {
                            if (self->ended_) return;
                            if (error) {
                              self->last_error_ = error;
                              self->TryNext();
                              return;
                            }
                            self->End(MakeTcpStream(self->loop_, std::move(self->socket_)));
                          });
  }

  void End(Result<std::unique_ptr<Stream>> how) {
    if (std::exchange(ended_, true)) return;
    result = std::move(how);
    loop_.Cancel(timer_);
    resolver_.cancel();
    boost::system::error_code ignored;
    socket_.close(ignored);
    // Not from here: Start() may be on the stack.
    loop_.Defer([self = shared_from_this()] { self->waiter_.resume(); });
  }

  AsioLoop& loop_;
  const Endpoint to_;
  const int64_t timeout_ms_;
  std::coroutine_handle<> waiter_;
  TimerId timer_ = TimerId::kNone;
  asio::ip::basic_resolver<tcp, asio::io_context::executor_type> resolver_;
  AsioSocket socket_;
  std::vector<tcp::endpoint> candidates_;
  size_t next_ = 0;
  boost::system::error_code last_error_ = asio::error::host_not_found;
  bool ended_ = false;
};

struct ConnectAwaiter {
  Connecting& connecting;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter) { connecting.Start(waiter); }
  void await_resume() const noexcept {}
};

}  // namespace

Result<std::unique_ptr<Listener>> AsioTransport::Listen(
    Loop& loop, const Endpoint& at, std::function<Loop&()> pick_loop,
    std::function<void(Loop&, std::unique_ptr<Stream>)> accepted) {
  return ListenTcp(static_cast<AsioLoop&>(loop), at, std::move(pick_loop), std::move(accepted));
}

Task<Result<std::unique_ptr<Stream>>> AsioTransport::Connect(Loop& loop, Endpoint to,
                                                             int64_t timeout_ms) {
  const auto connecting =
      std::make_shared<Connecting>(static_cast<AsioLoop&>(loop), std::move(to), timeout_ms);
  co_await ConnectAwaiter{*connecting};
  co_return std::move(connecting->result);
}

}  // namespace pintle::net
