// A broker that stores nothing: it reads requests, takes the sum of each body, copies the body into
// memory that is there already, and answers as a broker does. Whoever pulls gets the same few
// messages again and again, so many as --messages says. No broker that speaks this protocol over
// these loops can take or give more: it is the limit row of a comparison. It names itself in routes,
// so clients may use its address as that of their name server.
//
//   null_server [--listen HOST:PORT] [--loops N] [--memory-mb N] [--queues N] [--messages N]
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/crc32.h"
#include "model/host.h"
#include "model/message_id.h"
#include "model/record.h"
#include "model/route.h"
#include "net/loop_group.h"
#include "net/server.h"
#include "remoting/bodies/topic_route.h"
#include "remoting/protocol/get_route_info_by_topic.h"
#include "remoting/protocol/pull_message.h"
#include "remoting/protocol/send_message.h"
#include "remoting/remoting_server.h"

namespace pintle {
namespace {

constexpr int32_t kReadAndWrite = 6;

// What would be the log: touched before the first request, written round and round.
class Sink {
 public:
  explicit Sink(size_t bytes) : memory_(bytes, std::byte{1}) {}

  // Writes the body and its sum, as a broker does. Returns where it would start in an endless log.
  int64_t Store(ByteView body) {
    const size_t size = sizeof(int32_t) + body.size();
    const int64_t at = end_.fetch_add(static_cast<int64_t>(size), std::memory_order_relaxed);
    std::byte* const out = memory_.data() + static_cast<size_t>(at) % (memory_.size() - size);
    StoreBig(out, MessageCrc32(body));
    if (!body.empty()) std::memcpy(out + sizeof(int32_t), body.data(), body.size());
    return at;
  }
  bool Fits(ByteView body) const { return sizeof(int32_t) + body.size() < memory_.size(); }

 private:
  std::vector<std::byte> memory_;
  std::atomic<int64_t> end_{0};
};

// What is pulled: messages of 128 B one behind the other, as a log holds them.
class Source {
 public:
  static constexpr int32_t kMessages = 32;

  Source() {
    const std::string body(128, 'x');
    const std::string properties(96, 'p');
    model::RecordParts parts;
    parts.topic = "b-catch-up";
    parts.body = AsBytes(body);
    parts.body_crc = MessageCrc32(parts.body);
    parts.born_host = parts.store_host =
        model::Host::Parse("127.0.0.1:10911").value_or(model::Host());
    parts.properties = {properties, {}, {}};
    record_bytes_ = static_cast<size_t>(model::RecordSize(parts).value_or(0));
    memory_ = std::make_shared<std::vector<std::byte>>(kMessages * record_bytes_);
    for (size_t i = 0; i < kMessages; ++i) {
      model::EncodeRecord(parts, {}, {}, 0,
                          ByteSpan(*memory_).subspan(i * record_bytes_, record_bytes_));
    }
  }
  remoting::PinnedBytes Messages(int32_t count) const {
    return {ByteView(*memory_).first(static_cast<size_t>(count) * record_bytes_), memory_};
  }

 private:
  size_t record_bytes_ = 0;
  std::shared_ptr<std::vector<std::byte>> memory_;
};

struct NullBroker {
  explicit NullBroker(size_t memory_bytes) : sink(memory_bytes) {}

  Sink sink;
  Source source;
  int64_t messages = 0;  // in each queue
  model::Host host;      // in message ids
  std::string address;   // in routes
  int32_t queues = 8;
  std::atomic<int64_t> stored{0};
};

remoting::Reply<remoting::SendMessageResponse> Send(NullBroker& broker,
                                                    const remoting::SendMessageRequest& request,
                                                    ByteView body) {
  if (!broker.sink.Fits(body)) {
    return {remoting::ResponseCode::kMessageIllegal, "the body is larger than --memory-mb"};
  }
  const int64_t at = broker.sink.Store(body);
  remoting::SendMessageResponse response;
  const model::OffsetMessageId id{broker.host, model::LogOffset(at)};
  response.msg_id.Fill(id.Format(response.msg_id.Fill(32)));
  response.queue_id = request.queue_id;
  response.queue_offset = broker.stored.fetch_add(1, std::memory_order_relaxed);
  return response;
}

struct SendMessage {
  static constexpr std::array kCodes{310, 320};
  static constexpr remoting::Access kAccess = remoting::Access::kPublish;
  using Request = remoting::SendMessageRequest;
  using Response = remoting::SendMessageResponse;
  static remoting::Reply<Response> Handle(NullBroker& broker, const remoting::Call<Request>& call) {
    return Send(broker, call.request, call.body);
  }
};

struct SendMessageLong {
  static constexpr int32_t kCode = 10;
  static constexpr remoting::Access kAccess = remoting::Access::kPublish;
  using Request = remoting::SendMessageLongRequest;
  using Response = remoting::SendMessageResponse;
  static remoting::Reply<Response> Handle(NullBroker& broker, const remoting::Call<Request>& call) {
    return Send(broker, call.request, call.body);
  }
};

struct PullMessage {
  static constexpr int32_t kCode = 11;
  static constexpr remoting::Access kAccess = remoting::Access::kSubscribe;
  using Request = remoting::PullMessageRequest;
  using Response = remoting::PullMessageResponse;
  static remoting::Reply<Response> Handle(NullBroker& broker, const remoting::Call<Request>& call) {
    const int64_t offset = call.request.queue_offset;
    const int64_t left = std::max<int64_t>(broker.messages - offset, 0);
    const auto count = static_cast<int32_t>(
        std::min<int64_t>({left, Source::kMessages, std::max(call.request.max_messages, 1)}));
    remoting::Reply<Response> reply;
    reply.fields.next_begin_offset = offset + count;
    reply.fields.max_offset = broker.messages;
    if (count > 0) {
      reply.body.pinned.push_back(broker.source.Messages(count));
    } else {
      reply.code = remoting::ResponseCode::kPullNotFound;
    }
    return reply;
  }
};

struct GetRoute {
  static constexpr int32_t kCode = 105;
  static constexpr remoting::Access kAccess = remoting::Access::kPublic;
  using Request = remoting::GetRouteInfoByTopicRequest;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(NullBroker& broker, const remoting::Call<Request>&) {
    model::TopicRoute route;
    route.queues.push_back({"null", broker.queues, broker.queues, kReadAndWrite, 0});
    route.brokers.push_back({"null", "null", {{model::kMasterId, broker.address}}, false, ""});
    remoting::Reply<Response> reply;
    reply.body.owned = remoting::EncodeTopicRoute(route, remoting::JsonStyle::kStandard);
    return reply;
  }
};

// Heartbeats and what else a producer says of itself.
struct Greeting {
  static constexpr std::array kCodes{34, 35};
  static constexpr remoting::Access kAccess = remoting::Access::kPublic;
  using Request = remoting::NoFields;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(NullBroker&, const remoting::Call<Request>&) {
    return Response{};
  }
};

using Handlers =
    remoting::HandlerList<SendMessage, SendMessageLong, PullMessage, GetRoute, Greeting>;

struct Options {
  std::string listen = "127.0.0.1:10911";
  size_t loops = 1;
  size_t memory_mb = 256;
  int32_t queues = 8;
  int64_t messages = 1'000'000;
};

int Refuse(const Error& error) {
  std::fprintf(stderr, "null_server: %s\n", error.message.c_str());
  return 1;
}

int Serve(const Options& options) {
  auto listen = net::Endpoint::Parse(options.listen);
  if (!listen) return Refuse(listen.error());
  // Before the first thread, so that all of them leave the signals to us.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  NullBroker broker(options.memory_mb << 20);
  broker.queues = options.queues;
  broker.messages = options.messages;
  const SystemClock clock;
  const auto table = remoting::DispatchTable::Of<Handlers>(broker);
  const auto factory = remoting::RemotingServer::Create(table, nullptr, {});
  const auto group = net::LoopGroup::Create(options.loops, clock);
  net::ServerOptions server_options;
  server_options.listen = *listen;
  const auto server = net::Server::Create(group->transport(), group->loops(), {factory.get()},
                                          std::move(server_options));
  const auto at = server->Start();
  if (!at) return Refuse(at.error());
  broker.address = at->ToString();
  if (auto host = model::Host::Parse(broker.address)) broker.host = *host;
  std::printf("ready: null server on %s, %zu loops\n", broker.address.c_str(), options.loops);
  std::fflush(stdout);

  int signal = 0;
  sigwait(&ends, &signal);
  server->Stop(1'000);
  std::printf("stored nothing %lld times\n", static_cast<long long>(broker.stored.load()));
  return 0;
}

}  // namespace
}  // namespace pintle

int main(int argc, char** argv) {
  pintle::Options options;
  CLI::App app{"A broker that stores nothing: the limit of a comparison"};
  app.add_option("--listen", options.listen, "HOST:PORT; port 0: the system chooses")
      ->capture_default_str();
  app.add_option("--loops", options.loops, "Threads")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--memory-mb", options.memory_mb, "Memory that bodies are copied to")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--queues", options.queues, "Queues of every topic")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--messages", options.messages, "Messages that each queue seems to hold")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return pintle::Serve(options);
}
