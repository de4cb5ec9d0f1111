#include "net/echo_testing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <utility>

namespace pintle::net {

std::string EchoFrame(std::string_view body) {
  std::string frame(kEchoHeadSize, '\0');
  StoreBig(reinterpret_cast<std::byte*>(frame.data()), static_cast<uint32_t>(body.size()));
  frame += body;
  return frame;
}

Result<size_t> EchoProtocol::OnBytes(ByteView in) {
  counters_.reads.fetch_add(1, std::memory_order_relaxed);
  size_t consumed = 0;
  wanted_ = kEchoHeadSize;
  while (in.size() - consumed >= kEchoHeadSize && !connection_.OutputFull()) {
    const size_t size = LoadBig<uint32_t>(in.data() + consumed);
    if (size > (64 << 20)) return Malformed("echo: a frame of {} bytes", size);
    if (in.size() - consumed < kEchoHeadSize + size) {
      wanted_ = kEchoHeadSize + size;
      break;
    }
    Answer(AsText(in.subspan(consumed + kEchoHeadSize, size)));
    consumed += kEchoHeadSize + size;
    counters_.frames.fetch_add(1, std::memory_order_relaxed);
  }
  return consumed;
}

void EchoProtocol::Answer(std::string_view body) {
  if (body == "!") {
    connection_.CloseAfterFlush({ErrorCode::kClosed, "asked to"});
    return;
  }
  if (body.starts_with('%')) {
    ++asleep_;
    counters_.asleep.fetch_add(1);
    connection_.loop().Spawn(
        AnswerLater(connection_.shared_from_this(), std::string(body), &counters_, &asleep_));
    return;
  }
  size_t size = body.size();
  const bool sized = body.starts_with('?');
  if (sized) std::from_chars(body.data() + 1, body.data() + body.size(), size);
  const ByteSpan place = connection_.output().Reserve(kEchoHeadSize + size);
  StoreBig(place.data(), static_cast<uint32_t>(size));
  if (sized) {
    std::fill(place.begin() + kEchoHeadSize, place.end(), std::byte{'x'});
  } else if (size > 0) {
    std::memcpy(place.data() + kEchoHeadSize, body.data(), size);
  }
}

// `asleep` belongs to the protocol, which lives as long as the connection.
Task<void> EchoProtocol::AnswerLater(std::shared_ptr<Connection> connection, std::string body,
                                     EchoCounters* counters, int* asleep) {
  co_await Sleep(connection->loop(), 1);
  --*asleep;
  counters->asleep.fetch_sub(1);
  if (body.starts_with("%?")) {
    size_t size = 0;
    std::from_chars(body.data() + 2, body.data() + body.size(), size);
    body.assign(size, 'x');
  }
  connection->output().Append(EchoFrame(body));
  connection->Flush();
}

void EchoProtocol::OnClosed(const Error& reason) {
  counters_.last_close_code.store(static_cast<int64_t>(reason.code));
  counters_.closed.fetch_add(1);
}

ProtocolFactory::Match EchoFactory::Sniff(ByteView first) const {
  if (mark_ < 0) return Match::kYes;
  return static_cast<int>(first.front()) == mark_ ? Match::kYes : Match::kNo;
}

namespace {

constexpr int kGiveUpMs = 20'000;

bool WaitFor(int fd, short what) {
  pollfd poll_fd{fd, what, 0};
  return ::poll(&poll_fd, 1, kGiveUpMs) == 1;
}

}  // namespace

TestClient::TestClient(const Endpoint& server) : TestClient() { Connect(server); }

TestClient::TestClient() {
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  PINTLE_CHECK(fd_ >= 0, "no socket: {}", errno);
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void TestClient::Connect(const Endpoint& server) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(server.port);
  ::inet_pton(AF_INET, server.host.c_str(), &at.sin_addr);
  PINTLE_CHECK(::connect(fd_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0,
               "cannot connect: {}", errno);
}

TestClient::TestClient(TestClient&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

TestClient::~TestClient() {
  if (fd_ >= 0) ::close(fd_);
}

void TestClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the server closed; the test sees it when it reads
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

bool TestClient::TrySend(std::string_view bytes) {
  return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) > 0;
}

std::string TestClient::ReceiveExactly(size_t bytes) {
  std::string all(bytes, '\0');
  size_t have = 0;
  while (have < bytes && WaitFor(fd_, POLLIN)) {
    const ssize_t got = ::recv(fd_, all.data() + have, bytes - have, 0);
    if (got <= 0) break;
    have += static_cast<size_t>(got);
  }
  all.resize(have);
  return all;
}

std::string TestClient::ReceiveFrame() {
  const std::string head = ReceiveExactly(kEchoHeadSize);
  if (head.size() < kEchoHeadSize) return "<end>";
  return ReceiveExactly(LoadBig<uint32_t>(reinterpret_cast<const std::byte*>(head.data())));
}

bool TestClient::WaitForEnd() {
  std::string buffer(64 << 10, '\0');
  while (WaitFor(fd_, POLLIN)) {
    if (::recv(fd_, buffer.data(), buffer.size(), 0) <= 0) return true;
  }
  return false;
}

void TestClient::FinishSending() { ::shutdown(fd_, SHUT_WR); }

void TestClient::CloseWithReset() {
  const linger now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(std::exchange(fd_, -1));
}

}  // namespace pintle::net
