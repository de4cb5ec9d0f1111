// A protocol for tests, and a blocking client of it: a frame is a length of four bytes and as many
// bytes; each frame is answered with itself.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "net/connection.h"
#include "net/protocol.h"

namespace pintle::net {

inline constexpr size_t kEchoHeadSize = 4;
std::string EchoFrame(std::string_view body);

struct EchoCounters {
  std::atomic<int64_t> frames{0};
  std::atomic<int64_t> reads{0};  // calls of OnBytes()
  std::atomic<int64_t> closed{0};
  std::atomic<int64_t> asleep{0};  // answers that a coroutine still owes
  std::atomic<int64_t> last_close_code{-1};
};

// Answers from inside OnBytes(). A body "!" asks for the connection to be closed; "?N" is answered
// with N bytes; "%" is answered by a coroutine that first sleeps a millisecond, "%?N" so with N bytes.
class EchoProtocol final : public Protocol {
 public:
  EchoProtocol(Connection& connection, EchoCounters& counters)
      : connection_(connection), counters_(counters) {}

  Result<size_t> OnBytes(ByteView in) override;
  size_t BytesWanted() const override { return wanted_; }
  void OnClosed(const Error& reason) override;
  bool Idle() const override { return asleep_ == 0; }

 private:
  void Answer(std::string_view body);
  static Task<void> AnswerLater(std::shared_ptr<Connection> connection, std::string body,
                                EchoCounters* counters, int* asleep);

  Connection& connection_;
  EchoCounters& counters_;
  size_t wanted_ = kEchoHeadSize;
  int asleep_ = 0;
};

// Recognises streams whose first byte is `mark`, or any when it is -1.
class EchoFactory final : public ProtocolFactory {
 public:
  explicit EchoFactory(int mark = -1) : mark_(mark) {}
  Match Sniff(ByteView first) const override;
  std::unique_ptr<Protocol> Create(Connection& connection) override {
    return std::make_unique<EchoProtocol>(connection, counters);
  }
  EchoCounters counters;

 private:
  const int mark_;
};

// A blocking socket, for the other end of a test. Every call gives up after 20 s.
class TestClient {
 public:
  explicit TestClient(const Endpoint& server);
  // Has its descriptor already.
  static TestClient Unconnected() { return TestClient(); }
  void Connect(const Endpoint& server);
  ~TestClient();
  TestClient(TestClient&& other) noexcept;
  TestClient& operator=(TestClient&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  void Send(std::string_view bytes);         // all of it
  bool TrySend(std::string_view bytes);      // what goes without waiting; false when nothing went
  std::string ReceiveExactly(size_t bytes);  // fewer at the end of the stream
  std::string ReceiveFrame();
  // True when the server closes, in any way, after whatever it still sends.
  bool WaitForEnd();
  void FinishSending();
  void CloseWithReset();
  int fd() const { return fd_; }

 private:
  TestClient();
  int fd_ = -1;
};

}  // namespace pintle::net
