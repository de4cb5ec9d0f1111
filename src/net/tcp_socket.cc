#include "net/tcp_socket.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace pintle::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// How long and how much a closed socket's peer may go on sending before it reads our last bytes.
constexpr int64_t kLingerMs = 2'000;
constexpr size_t kLingerBytes = 4 << 20;
constexpr size_t kViewsMax = 64;

class TcpStream final : public Stream {
 public:
  explicit TcpStream(std::shared_ptr<TcpSocket> socket) : socket_(std::move(socket)) {}
  ~TcpStream() override {
    socket_->SetObserver(nullptr);
    socket_->Close();
  }
  void SetObserver(StreamObserver* observer) override { socket_->SetObserver(observer); }
  size_t ReadNow(ByteSpan into) override { return socket_->ReadNow(into); }
  void WaitReadable() override { socket_->WaitReadable(); }
  size_t WriteNow(std::span<const ByteView> views) override { return socket_->WriteNow(views); }
  void WaitWritable() override { socket_->WaitWritable(); }
  void Close() override { socket_->Close(); }
  Endpoint peer() const override { return socket_->peer(); }
  Endpoint local() const override { return socket_->local(); }

 private:
  const std::shared_ptr<TcpSocket> socket_;
};

bool WouldBlock(int error_number) {
  return error_number == EAGAIN || error_number == EWOULDBLOCK || error_number == EINTR;
}

}  // namespace

OwnedFd::~OwnedFd() {
  if (fd_ >= 0) ::close(fd_);
}

TcpSocket::TcpSocket(AsioLoop& loop, AsioSocket socket) : loop_(loop), socket_(std::move(socket)) {
  // Answers leave when they are written; a refusal to say so only costs time.
  boost::system::error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
}

void TcpSocket::Fail(Error reason) {
  if (std::exchange(failed_, true) || closed_) return;
  loop_.Defer([self = shared_from_this(), reason = std::move(reason)]() mutable {
    if (self->closed_ || self->observer_ == nullptr) return;
    self->observer_->OnClosed(std::move(reason));
  });
}

void TcpSocket::FailErrno(int error_number) {
  const bool gone = error_number == ECONNRESET || error_number == EPIPE ||
                    error_number == ETIMEDOUT || error_number == ECONNABORTED;
  Fail({gone ? ErrorCode::kClosed : ErrorCode::kIo,
        fmt::format("the connection broke: {}", strerrordesc_np(error_number))});
}

size_t TcpSocket::ReadNow(ByteSpan into) {
  if (failed_ || closed_ || into.empty()) return 0;
  const ssize_t got = ::recv(socket_.native_handle(), into.data(), into.size(), MSG_DONTWAIT);
  if (got > 0) return static_cast<size_t>(got);
  if (got == 0) {
    Fail({ErrorCode::kClosed, "the peer closed the connection"});
  } else if (!WouldBlock(errno)) {
    FailErrno(errno);
  }
  return 0;
}

size_t TcpSocket::WriteNow(std::span<const ByteView> views) {
  if (failed_ || closed_ || views.empty()) return 0;
  std::array<iovec, kViewsMax> pieces;
  const size_t count = std::min(views.size(), pieces.size());
  for (size_t i = 0; i < count; ++i) {
    pieces[i] = {const_cast<std::byte*>(views[i].data()), views[i].size()};
  }
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = count;
  const ssize_t sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0) return static_cast<size_t>(sent);
  if (!WouldBlock(errno)) FailErrno(errno);
  return 0;
}

void TcpSocket::WaitReadable() {
  if (failed_ || closed_ || std::exchange(read_waiting_, true)) return;
  socket_.async_wait(
      tcp::socket::wait_read,
      InPlace(read_memory_, [self = shared_from_this()](const boost::system::error_code&) {
        // An error of the socket is found by the read that follows.
        self->read_waiting_ = false;
        if (self->observer_ != nullptr && !self->failed_ && !self->closed_) {
          self->observer_->OnReadable();
        }
      }));
}

void TcpSocket::WaitWritable() {
  if (failed_ || closed_ || std::exchange(write_waiting_, true)) return;
  socket_.async_wait(
      tcp::socket::wait_write,
      InPlace(write_memory_, [self = shared_from_this()](const boost::system::error_code&) {
        self->write_waiting_ = false;
        if (self->observer_ != nullptr && !self->failed_ && !self->closed_) {
          self->observer_->OnWritable();
        }
      }));
}

void TcpSocket::Close() {
  if (std::exchange(closed_, true)) return;
  int unsent = 0;
  const bool linger = !failed_ && loop_.InLoop() &&
                      ::ioctl(socket_.native_handle(), SIOCOUTQ, &unsent) == 0 && unsent > 0;
  boost::system::error_code ignored;
  if (!linger) {
    socket_.close(ignored);
    return;
  }
  socket_.cancel(ignored);
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  loop_.After(kLingerMs, [weak = weak_from_this()] {
    boost::system::error_code ignored;
    if (const auto self = weak.lock()) self->socket_.close(ignored);
  });
  WaitToDiscard();
}

void TcpSocket::WaitToDiscard() {
  socket_.async_wait(tcp::socket::wait_read,
                     [self = shared_from_this()](const boost::system::error_code& error) {
                       if (!error) self->Discard();
                     });
}

void TcpSocket::Discard() {
  const ByteSpan into = loop_.read_buffer();
  const ssize_t got = ::recv(socket_.native_handle(), into.data(), into.size(), MSG_DONTWAIT);
  if (got > 0) discarded_ += static_cast<size_t>(got);
  const bool again = got > 0 || (got < 0 && WouldBlock(errno));
  if (again && discarded_ <= kLingerBytes) {
    WaitToDiscard();
    return;
  }
  boost::system::error_code ignored;
  socket_.close(ignored);
}

Endpoint ToEndpoint(const tcp::endpoint& at) {
  asio::ip::address address = at.address();
  // An IPv4 peer of a listener that takes both.
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return {address.to_string(), at.port()};
}

Endpoint TcpSocket::peer() const {
  boost::system::error_code error;
  const tcp::endpoint at = socket_.remote_endpoint(error);
  return error ? Endpoint{} : ToEndpoint(at);
}

Endpoint TcpSocket::local() const {
  boost::system::error_code error;
  const tcp::endpoint at = socket_.local_endpoint(error);
  return error ? Endpoint{} : ToEndpoint(at);
}

std::unique_ptr<Stream> MakeTcpStream(AsioLoop& loop, AsioSocket socket) {
  return std::make_unique<TcpStream>(std::make_shared<TcpSocket>(loop, std::move(socket)));
}

std::unique_ptr<Stream> MakeTcpStream(AsioLoop& loop, OwnedFd fd, bool ipv6) {
  AsioSocket socket(loop.io());
  boost::system::error_code error;
  const int raw = fd.Release();
  socket.assign(ipv6 ? tcp::v6() : tcp::v4(), raw, error);
  if (error) {
    const OwnedFd closes(raw);
    return nullptr;
  }
  return MakeTcpStream(loop, std::move(socket));
}

}  // namespace pintle::net
