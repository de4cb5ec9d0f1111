// One connected TCP socket of a loop. Private to net/.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <utility>

#include "net/asio_loop.h"
#include "net/transport.h"

namespace pintle::net {

using AsioSocket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

// A file descriptor on its way from one owner to the next.
class OwnedFd {
 public:
  explicit OwnedFd(int fd) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(other.Release()) {}
  OwnedFd& operator=(OwnedFd&&) = delete;
  ~OwnedFd();
  explicit operator bool() const { return fd_ >= 0; }
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

// What reads and writes; it lives until the last operation under way has ended.
// Threads: its loop.
class TcpSocket : public std::enable_shared_from_this<TcpSocket> {
 public:
  TcpSocket(AsioLoop& loop, AsioSocket socket);

  void SetObserver(StreamObserver* observer) { observer_ = observer; }
  size_t ReadNow(ByteSpan into);
  void WaitReadable();
  size_t WriteNow(std::span<const ByteView> views);
  void WaitWritable();
  // Bytes that the kernel took are still delivered: with some of them under way the socket stays a
  // while without an owner, since closing one with unread input throws them away.
  void Close();
  Endpoint peer() const;
  Endpoint local() const;

 private:
  void Fail(Error reason);
  void FailErrno(int error_number);
  void WaitToDiscard();
  void Discard();

  AsioLoop& loop_;
  AsioSocket socket_;
  StreamObserver* observer_ = nullptr;
  HandlerMemory read_memory_;
  HandlerMemory write_memory_;
  bool read_waiting_ = false;
  bool write_waiting_ = false;
  bool failed_ = false;  // OnClosed() is on its way or told
  bool closed_ = false;
  size_t discarded_ = 0;
};

// The stream over it: what its owner holds. `socket` is connected.
std::unique_ptr<Stream> MakeTcpStream(AsioLoop& loop, AsioSocket socket);
// Takes over an accepted, connected socket. Null when the loop cannot watch one more.
std::unique_ptr<Stream> MakeTcpStream(AsioLoop& loop, OwnedFd fd, bool ipv6);

// The host is empty when the system no longer knows.
Endpoint ToEndpoint(const boost::asio::ip::tcp::endpoint& at);

}  // namespace pintle::net
