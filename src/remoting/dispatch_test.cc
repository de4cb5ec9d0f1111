#include "remoting/dispatch.h"

#include <gtest/gtest.h>

#include <coroutine>

#include "net/allocation_count_testing.h"
#include "remoting/protocol/get_max_offset.h"
#include "remoting/protocol/get_min_offset.h"
#include "remoting/protocol/send_message.h"

namespace pintle::remoting {
namespace {

// A loop that runs what it is given when it is told to.
class HandLoop final : public net::Loop {
 public:
  void Post(net::Work work) override { work(); }
  bool InLoop() const override { return true; }
  void Defer(net::Work work) override { work(); }
  net::TimerId After(int64_t, net::Work) override { return net::TimerId::kNone; }
  void Cancel(net::TimerId) override {}
  const Clock& clock() const override { return clock_; }
  ByteSpan read_buffer() override { return {}; }
  Histogram& lag() override { return lag_; }

 private:
  ManualClock clock_;
  Histogram lag_;
};

class FakeSession final : public ServingSession {
 public:
  uint64_t id() const override { return 1; }
  const net::Endpoint& peer() const override { return endpoint_; }
  const net::Endpoint& local() const override { return endpoint_; }
  net::Loop& loop() const override { return loop_; }
  bool closed() const override { return gone; }
  void SendOneway(int32_t, FieldList, std::string) override {}
  net::Task<Result<std::unique_ptr<OwnedCommand>>> Invoke(net::Loop&, int32_t, FieldList,
                                                          std::string, int64_t) override {
    co_return Fail(ErrorCode::kClosed, "fake");
  }
  void Close(Error) override {}
  net::Output* answer_output() override { return gone ? nullptr : &output; }
  void OnAnswered(const Exchange&, ResponseCode code, bool late) override {
    last_code = code;
    ++(late ? late_answers : answers);
  }
  void OnSuspended() override { ++suspended; }

  // What was written, decoded; and forgotten.
  Command& Answer() {
    frame_.clear();
    ByteView views[8];
    const size_t n = output.Gather(views);
    for (size_t i = 0; i < n; ++i) frame_ += AsText(views[i]);
    output.Clear();
    EXPECT_TRUE(DecodeCommand(AsBytes(frame_), arena_, command_)) << frame_;
    return command_;
  }

  net::Output output;
  bool gone = false;
  int answers = 0;
  int late_answers = 0;
  int suspended = 0;
  ResponseCode last_code{};

 private:
  mutable HandLoop loop_;
  net::Endpoint endpoint_;
  std::string frame_;
  ScratchArena arena_;
  Command command_;
};

// What the handlers below are about.
struct Service {
  std::coroutine_handle<> held;  // a handler that waits
};

struct Hold {
  Service& service;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) const { service.held = handle; }
  void await_resume() const noexcept {}
};

// Never waits.
struct Send {
  static constexpr std::array kCodes = {request_code::kSendMessageV2,
                                        request_code::kSendBatchMessage};
  static constexpr Access kAccess = Access::kPublish;
  using Request = SendMessageRequest;
  using Response = SendMessageResponse;
  static Reply<Response> Handle(Service&, const Call<Request>& call) {
    if (call.request.topic == "missing")
      return {ResponseCode::kTopicNotExist, "no topic \"missing\""};
    if (call.request.topic == "broken") return Fail(ErrorCode::kIo, "the disk is gone");
    Response response;
    response.msg_id = "id-1";
    response.queue_id = call.request.queue_id;
    response.queue_offset = static_cast<int64_t>(call.body.size());
    return response;
  }
};

// Waits when the topic says so.
struct MaxOffset {
  static constexpr int32_t kCode = request_code::kGetMaxOffset;
  static constexpr Access kAccess = Access::kRead;
  using Request = GetMaxOffsetRequest;
  using Response = GetMaxOffsetResponse;
  static net::Task<Reply<Response>> Handle(Service& service, Call<Request> call) {
    if (call.request.topic == "slow") {
      Hold hold{service};
      co_await hold;
    }
    Response response;
    response.offset = call.request.queue_id;
    co_return response;
  }
};

// Seldom waits: when the topic says so.
struct MinOffset {
  static constexpr int32_t kCode = request_code::kGetMinOffset;
  static constexpr Access kAccess = Access::kRead;
  using Request = GetMinOffsetRequest;
  using Response = GetMinOffsetResponse;
  static NowOrLater<Response> Handle(Service& service, const Call<Request>& call) {
    if (call.request.topic == "slow") return Later(service, call.request.queue_id);
    Response response;
    response.offset = call.request.queue_id;
    return Reply<Response>(response);
  }
  static net::Task<Reply<Response>> Later(Service& service, int32_t queue_id) {
    Hold hold{service};
    co_await hold;
    Response response;
    response.offset = queue_id;
    co_return response;
  }
};

// No fields, a body, a loose field.
struct Info {
  static constexpr int32_t kCode = request_code::kPopMessage;
  static constexpr Access kAccess = Access::kPublic;
  using Request = NoFields;
  using Response = NoFields;
  static Reply<Response> Handle(Service&, const Call<Request>& call) {
    Reply<Response> reply;
    reply.body.owned = "owned,";
    static const std::string kPinned(2000, 'p');
    reply.body.pinned.push_back({AsBytes(kPinned), nullptr});
    reply.extra.emplace_back("asked", std::string(call.Extra("loose")));
    return reply;
  }
};

struct AlsoSend : Send {};

using Handlers = HandlerList<Send, MaxOffset, MinOffset, Info>;
static_assert(Handlers::Distinct());
static_assert(!HandlerList<Send, MaxOffset, AlsoSend>::Distinct());

class DispatchTest : public testing::Test {
 protected:
  void Run(int32_t code, std::vector<Field> fields, std::string_view body = {}, int32_t flag = 0) {
    Command command;
    command.head.code = code;
    command.head.opaque = 77;
    command.head.flag = flag;
    command.head.encoding = encoding_;
    command.fields = std::move(fields);
    command.body = AsBytes(body);
    const HandlerEntry* entry = table_.Find(code);
    ASSERT_NE(entry, nullptr);
    const auto index = static_cast<uint16_t>(entry - table_.entries().data());
    entry->run(table_.context(), session_, command, {command.head, index, 0});
  }
  std::string_view Value(const Command& command, std::string_view name) {
    const Field* field = command.Find(name);
    return field == nullptr ? "(absent)" : field->value;
  }

  Service service_;
  DispatchTable table_ = DispatchTable::Of<Handlers>(service_);
  std::shared_ptr<FakeSession> session_own_ = std::make_shared<FakeSession>();
  std::shared_ptr<ServingSession> session_ = session_own_;
  HeaderEncoding encoding_ = HeaderEncoding::kJson;
};

TEST_F(DispatchTest, FindsHandlersByCode) {
  EXPECT_EQ(table_.entries().size(), 5u);
  EXPECT_EQ(table_.Find(310)->access, Access::kPublish);
  EXPECT_EQ(table_.Find(200050)->code, 200050);
  for (const int32_t code : {0, -1, 11, 1023, 1024, 200051, INT32_MIN, INT32_MAX})
    EXPECT_EQ(table_.Find(code), nullptr) << code;
}

TEST_F(DispatchTest, AnswersInTheEncodingOfTheRequest) {
  for (const auto encoding : {HeaderEncoding::kJson, HeaderEncoding::kBinary}) {
    encoding_ = encoding;
    Run(310, {{"b", "t"}, {"e", "3"}, {"f", "0"}, {"g", "0"}, {"h", "0"}}, "12345");
    const Command& answer = session_own_->Answer();
    EXPECT_EQ(answer.head.encoding, encoding);
    EXPECT_EQ(answer.head.code, 0);
    EXPECT_EQ(answer.head.opaque, 77);
    EXPECT_EQ(answer.head.flag, kFlagResponse);
    EXPECT_EQ(answer.head.language, Language::kJava);
    EXPECT_EQ(Value(answer, "msgId"), "id-1");
    EXPECT_EQ(Value(answer, "queueId"), "3");
    EXPECT_EQ(Value(answer, "queueOffset"), "5");
    EXPECT_EQ(Value(answer, "transactionId"), "(absent)");
  }
  EXPECT_EQ(session_own_->answers, 2);
}

TEST_F(DispatchTest, AnswersRefusalsWithoutFields) {
  Run(320, {{"b", "missing"}, {"e", "3"}, {"f", "0"}, {"g", "0"}, {"h", "0"}});
  const Command& answer = session_own_->Answer();
  EXPECT_EQ(answer.head.code, 17);
  EXPECT_EQ(answer.remark, "no topic \"missing\"");
  EXPECT_FALSE(answer.has_fields);
  Run(320, {{"b", "broken"}, {"e", "3"}, {"f", "0"}, {"g", "0"}, {"h", "0"}});
  EXPECT_EQ(session_own_->Answer().head.code, 1);
  EXPECT_EQ(session_own_->last_code, ResponseCode::kSystemError);
}

TEST_F(DispatchTest, AnswersHeadersItCannotReadAsJavaDoes) {
  Run(310, {{"e", "3"}, {"f", "0"}, {"g", "0"}, {"h", "0"}});
  const Command& answer = session_own_->Answer();
  EXPECT_EQ(answer.head.code, 1);
  EXPECT_EQ(answer.remark, "the custom field <b> is null");
}

TEST_F(DispatchTest, NeverAnswersOneway) {
  Run(310, {{"b", "t"}, {"e", "3"}, {"f", "0"}, {"g", "0"}, {"h", "0"}}, {}, kFlagOneway);
  Run(310, {}, {}, kFlagOneway);
  Run(30, {{"topic", "slow"}, {"queueId", "1"}}, {}, kFlagOneway);
  service_.held.resume();
  EXPECT_EQ(session_own_->output.bytes(), 0u);
  EXPECT_EQ(session_own_->answers, 2);
  EXPECT_EQ(session_own_->late_answers, 1);
}

TEST_F(DispatchTest, CoroutineThatDoesNotSuspendAnswersAtOnce) {
  Run(30, {{"topic", "fast"}, {"queueId", "9"}});
  EXPECT_EQ(Value(session_own_->Answer(), "offset"), "9");
  EXPECT_EQ(session_own_->suspended, 0);
  EXPECT_EQ(session_own_->answers, 1);
}

TEST_F(DispatchTest, CoroutineThatSuspendsAnswersLater) {
  Run(30, {{"topic", "slow"}, {"queueId", "9"}});
  EXPECT_EQ(session_own_->suspended, 1);
  EXPECT_EQ(session_own_->output.bytes(), 0u);
  // The session is kept by the request alone.
  const std::weak_ptr<FakeSession> weak = session_own_;
  FakeSession& session = *session_own_;
  const auto keep = session_own_;
  service_.held.resume();
  EXPECT_EQ(Value(session.Answer(), "offset"), "9");
  EXPECT_EQ(session.late_answers, 1);
}

TEST_F(DispatchTest, HandlerThatSeldomWaitsAnswersNowOrLater) {
  Run(31, {{"topic", "fast"}, {"queueId", "9"}});
  EXPECT_EQ(Value(session_own_->Answer(), "offset"), "9");
  EXPECT_EQ(session_own_->answers, 1);
  EXPECT_EQ(session_own_->suspended, 0);
  Run(31, {{"topic", "slow"}, {"queueId", "8"}});
  EXPECT_EQ(session_own_->suspended, 1);
  EXPECT_EQ(session_own_->output.bytes(), 0u);
  service_.held.resume();
  EXPECT_EQ(Value(session_own_->Answer(), "offset"), "8");
  EXPECT_EQ(session_own_->late_answers, 1);
}

TEST_F(DispatchTest, PinHoldsTheStretchesBehindItToo) {
  const auto memory = std::make_shared<const std::string>(4000, 'm');
  const ByteView bytes = AsBytes(*memory);
  {
    Reply<NoFields> reply;
    reply.body.pinned.push_back({bytes.first(1000), memory});
    reply.body.pinned.push_back({bytes.subspan(2000, 1000), nullptr});
    AppendReply(session_own_->output, {}, reply);
  }
  EXPECT_EQ(memory.use_count(), 3);
  EXPECT_EQ(AsText(session_own_->Answer().body), std::string(2000, 'm'));
  EXPECT_EQ(memory.use_count(), 1);
}

TEST_F(DispatchTest, AnswerForAClientThatIsGoneIsDropped) {
  Run(30, {{"topic", "slow"}, {"queueId", "9"}});
  session_own_->gone = true;
  service_.held.resume();
  EXPECT_EQ(session_own_->output.bytes(), 0u);
  EXPECT_EQ(session_own_->late_answers, 1);
}

TEST_F(DispatchTest, BodyIsOwnedThenPinned) {
  Run(200050, {{"loose", "yes"}});
  const Command& answer = session_own_->Answer();
  EXPECT_EQ(Value(answer, "asked"), "yes");
  EXPECT_EQ(AsText(answer.body), "owned," + std::string(2000, 'p'));
}

TEST_F(DispatchTest, AnswerLargerThanAFrameIsAnError) {
  Reply<NoFields> reply;
  reply.body.owned.resize(kFrameSizeMax - 100);
  AppendReply(session_own_->output, {}, reply);
  const Command& answer = session_own_->Answer();
  EXPECT_EQ(answer.head.code, 1);
  EXPECT_TRUE(answer.body.empty());
}

TEST_F(DispatchTest, AllocatesNothingOnceWarm) {
  CommandHead head;
  head.opaque = 5;
  const Field send[] = {{"b", "a topic of more than fifteen letters"},
                        {"e", "3"},
                        {"f", "0"},
                        {"g", "0"},
                        {"h", "0"},
                        {"i", "KEYS\x01k\x02"}};
  const Field offset[] = {{"topic", "t"}, {"queueId", "3"}};
  std::string frames[4];
  for (size_t i = 0; i < 4; ++i) {
    head.encoding = i % 2 == 0 ? HeaderEncoding::kJson : HeaderEncoding::kBinary;
    head.code = i < 2 ? 310 : 30;
    frames[i] = i < 2 ? EncodeCommand(head, {}, send, AsBytes("body"))
                      : EncodeCommand(head, {}, offset, {});
  }
  ScratchArena arena;
  Command command;
  const auto serve = [&] {
    for (const std::string& frame : frames) {
      arena.Reset();
      ASSERT_TRUE(DecodeCommand(AsBytes(frame), arena, command));
      const HandlerEntry* entry = table_.Find(command.head.code);
      entry->run(table_.context(), session_, command, {command.head, 0, 0});
    }
    session_own_->output.Clear();
  };
  serve();
  const int64_t before = net::AllocationsOfThisThread();
  serve();
  EXPECT_EQ(net::AllocationsOfThisThread(), before);
}

}  // namespace
}  // namespace pintle::remoting
