#include "tests/counters/fast_path.h"

#include <gtest/gtest.h>

#include <cstring>
#include <utility>

#include "base/bytes.h"
#include "remoting/frame_cutter.h"

namespace pintle::testing {

namespace {

constexpr int kQueues = 4;

// No turn meets the end of a segment or of an index file.
store::StoreOptions OneSegment() {
  store::StoreOptions options;
  options.segment_bytes = 4 << 20;
  options.index_slots = 2'000;
  options.index_entries = 8'000;
  return options;
}

}  // namespace

// Gives what was offered in one read, and keeps what is written.
class ScriptedStream final : public net::Stream {
 public:
  explicit ScriptedStream(net::Loop& loop) : loop_(loop) { written_.reserve(8 << 20); }

  void Offer(std::string bytes) {
    offered_ = std::move(bytes);
    at_ = 0;
    written_.clear();
    writes_ = 0;
    if (std::exchange(waits_, false)) TellReadable();
  }
  std::string_view written() const { return written_; }
  int writes() const { return writes_; }

  void SetObserver(net::StreamObserver* observer) override { observer_ = observer; }
  size_t ReadNow(ByteSpan into) override {
    const size_t count = std::min(into.size(), offered_.size() - at_);
    std::memcpy(into.data(), offered_.data() + at_, count);
    at_ += count;
    return count;
  }
  void WaitReadable() override {
    if (at_ < offered_.size()) {
      TellReadable();
    } else {
      waits_ = true;
    }
  }
  size_t WriteNow(std::span<const ByteView> views) override {
    const size_t before = written_.size();
    for (const ByteView view : views) written_ += AsText(view);
    ++writes_;
    return written_.size() - before;
  }
  void WaitWritable() override {}
  void Close() override {}
  net::Endpoint peer() const override { return {"10.0.0.2", 40'000}; }
  net::Endpoint local() const override { return {"10.0.0.1", 10'911}; }

 private:
  void TellReadable() {
    loop_.Post([this] { observer_->OnReadable(); });
  }

  net::Loop& loop_;
  net::StreamObserver* observer_ = nullptr;
  std::string offered_;
  size_t at_ = 0;
  std::string written_;
  int writes_ = 0;
  bool waits_ = false;
};

FastPath::FastPath(remoting::HeaderEncoding encoding)
    : encoding_(encoding), broker_({}, OneSegment()) {
  auto stream = std::make_unique<ScriptedStream>(broker_.main_loop());
  stream_ = stream.get();
  broker_.main_loop().Post([this, &stream] {
    connection_ = net::Connection::Create(broker_.main_loop(), 1, std::move(stream),
                                          broker_.main_protocol(), {});
    connection_->Start();
  });
  ServeTurn();
}

FastPath::~FastPath() {
  broker_.main_loop().Post([this] {
    connection_->Close(Error{ErrorCode::kClosed, "the test ends"});
    connection_.reset();
  });
  ServeTurn();
}

std::string FastPath::Sends(int count) {
  std::string frames;
  for (int i = 0; i < count; ++i) {
    frames += Frame(broker::SendRequest(
        {.queue_id = i % kQueues,
         .body = std::string(128, 'x'),
         .properties = "UNIQ_KEY\x01"
                       "7F000001000000000000000000000000\x02WAIT\x01true\x02"}));
  }
  return frames;
}

std::string FastPath::Pulls(int count) {
  std::string frames;
  for (int i = 0; i < count; ++i) {
    frames += Frame(broker::PullRequestFor(
        {.queue_id = i % kQueues, .offset = i / kQueues, .messages_max = kMessagesPerPull}));
  }
  return frames;
}

std::string FastPath::Frame(const remoting::Request& request) const {
  remoting::CommandHead head;
  head.code = request.code;
  head.opaque = 1;
  head.version = 475;
  head.encoding = encoding_;
  std::vector<remoting::Field> fields;
  for (const auto& [name, value] : request.fields) fields.push_back({name, value});
  return remoting::EncodeCommand(head, {}, fields, AsBytes(request.body));
}

void FastPath::ServeTurn() { broker_.scheduler().RunFor(1); }

void FastPath::Offer(std::string frames) { stream_->Offer(std::move(frames)); }

int FastPath::AnswersWith(remoting::ResponseCode code) const {
  remoting::FrameCutter cutter(AsBytes(stream_->written()));
  ScratchArena arena;
  remoting::Command command;
  int count = 0;
  while (true) {
    const auto frame = cutter.Next();
    EXPECT_TRUE(frame);
    if (!frame || frame->bytes.empty()) return count;
    arena.Reset();
    EXPECT_TRUE(remoting::DecodeCommand(frame->bytes, arena, command));
    if (command.head.code == static_cast<int32_t>(code)) ++count;
  }
}

int FastPath::writes() const { return stream_->writes(); }

}  // namespace pintle::testing
