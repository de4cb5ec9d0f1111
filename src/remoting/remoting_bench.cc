// What a request costs between the bytes of a read and the bytes of its answer.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "net/output.h"
#include "remoting/dispatch.h"
#include "remoting/frame_cutter.h"
#include "remoting/protocol/send_message.h"

namespace pintle::remoting {
namespace {

constexpr int kPipelined = 64;

// A handler that does nothing but what the real one answers.
struct Service {};
struct Send {
  static constexpr int32_t kCode = request_code::kSendMessageV2;
  static constexpr Access kAccess = Access::kPublish;
  using Request = SendMessageRequest;
  using Response = SendMessageResponse;
  static Response Answer(const Request& request) {
    Response response;
    response.msg_id = "0A0000010000 2A9F0000000000000A3C";
    response.queue_id = request.queue_id;
    response.queue_offset = 123'456;
    response.transaction_id = "AC110001000114F4A3F25E6A8B3C0001";
    response.region_id = "DefaultRegion";
    response.trace_on = "true";
    return response;
  }
  static Reply<Response> Handle(Service&, const Call<Request>& call) {
    return Answer(call.request);
  }
};
struct SendInCoroutine : Send {
  static net::Task<Reply<Response>> Handle(Service&, Call<Request> call) {
    co_return Answer(call.request);
  }
};

class BenchSession final : public ServingSession {
 public:
  uint64_t id() const override { return 1; }
  const net::Endpoint& peer() const override { return endpoint_; }
  const net::Endpoint& local() const override { return endpoint_; }
  net::Loop& loop() const override { std::abort(); }  // nothing waits here
  bool closed() const override { return false; }
  void SendOneway(int32_t, FieldList, std::string) override {}
  net::Task<Result<std::unique_ptr<OwnedCommand>>> Invoke(net::Loop&, int32_t, FieldList,
                                                          std::string, int64_t) override {
    co_return Fail(ErrorCode::kClosed, "none");
  }
  void Close(Error) override {}
  net::Output* answer_output() override { return &output; }
  void OnAnswered(const Exchange&, ResponseCode, bool) override { ++answers; }
  void OnSuspended() override {}

  net::Output output;
  int64_t answers = 0;

 private:
  net::Endpoint endpoint_;
};

// As the Java client 5.5 sends it.
std::string SendFrame(HeaderEncoding encoding) {
  CommandHead head;
  head.code = request_code::kSendMessageV2;
  head.opaque = 123'456;
  head.version = 513;
  head.encoding = encoding;
  const Field fields[] = {{"a", "benchmark_producer"},
                          {"b", "BenchmarkTest"},
                          {"c", "TBW102"},
                          {"d", "4"},
                          {"e", "3"},
                          {"f", "0"},
                          {"g", "1795406562604"},
                          {"h", "0"},
                          {"i",
                           "UNIQ_KEY\x01"
                           "AC110001000114F4A3F25E6A8B3C0001\x02WAIT\x01true\x02TAGS\x01TagA\x02"},
                          {"j", "0"},
                          {"k", "false"},
                          {"m", "false"},
                          {"n", "broker-a"}};
  const std::string body(128, 'x');
  return EncodeCommand(head, {}, fields, AsBytes(body));
}

template <typename Handler>
void DecodeDispatchEncode(benchmark::State& state, HeaderEncoding encoding) {
  Service service;
  const DispatchTable table = DispatchTable::Of<HandlerList<Handler>>(service);
  auto session = std::make_shared<BenchSession>();
  const std::shared_ptr<ServingSession> serving = session;
  std::string in;
  for (int i = 0; i < kPipelined; ++i) in += SendFrame(encoding);
  ScratchArena arena;
  Command command;
  for (auto _ : state) {
    FrameCutter cutter(AsBytes(in));
    while (true) {
      const auto frame = cutter.Next();
      if (!frame || frame->bytes.empty()) break;
      arena.Reset();
      if (!DecodeCommand(frame->head, frame->bytes, arena, command))
        state.SkipWithError("malformed");
      const HandlerEntry* entry = table.Find(command.head.code);
      entry->run(table.context(), serving, command, {command.head, 0, 0});
    }
    session->output.Clear();
  }
  state.SetItemsProcessed(state.iterations() * kPipelined);
}

void Decode(benchmark::State& state, HeaderEncoding encoding) {
  const std::string frame = SendFrame(encoding);
  ScratchArena arena;
  Command command;
  for (auto _ : state) {
    arena.Reset();
    benchmark::DoNotOptimize(DecodeCommand(AsBytes(frame), arena, command));
  }
  state.SetItemsProcessed(state.iterations());
}

void Encode(benchmark::State& state, HeaderEncoding encoding) {
  CommandHead head;
  head.encoding = encoding;
  net::Output output;
  const Reply<SendMessageResponse> reply(Send::Answer({}));
  for (auto _ : state) {
    for (int i = 0; i < kPipelined; ++i) AppendReply(output, head, reply);
    output.Clear();
  }
  state.SetItemsProcessed(state.iterations() * kPipelined);
}

void SyncHandler(benchmark::State& state, HeaderEncoding encoding) {
  DecodeDispatchEncode<Send>(state, encoding);
}
void CoroutineHandler(benchmark::State& state, HeaderEncoding encoding) {
  DecodeDispatchEncode<SendInCoroutine>(state, encoding);
}

BENCHMARK_CAPTURE(SyncHandler, json, HeaderEncoding::kJson);
BENCHMARK_CAPTURE(SyncHandler, binary, HeaderEncoding::kBinary);
BENCHMARK_CAPTURE(CoroutineHandler, json, HeaderEncoding::kJson);
BENCHMARK_CAPTURE(CoroutineHandler, binary, HeaderEncoding::kBinary);
BENCHMARK_CAPTURE(Decode, json, HeaderEncoding::kJson);
BENCHMARK_CAPTURE(Decode, binary, HeaderEncoding::kBinary);
BENCHMARK_CAPTURE(Encode, json, HeaderEncoding::kJson);
BENCHMARK_CAPTURE(Encode, binary, HeaderEncoding::kBinary);

}  // namespace
}  // namespace pintle::remoting
