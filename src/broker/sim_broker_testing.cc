#include "broker/sim_broker_testing.h"

#include <gtest/gtest.h>

#include "broker/handlers/handlers.h"
#include "model/record.h"
#include "remoting/protocol/pull_message.h"
#include "remoting/protocol/send_message.h"

namespace pintle::broker {
namespace {

constexpr int32_t kSuspendFlag = 0x2;
constexpr int32_t kSubscriptionFlag = 0x4;
constexpr int32_t kCommitFlag = 0x1;
const net::Endpoint kListen = {"broker-a", 10911};

net::Task<void> InvokeInto(remoting::RemotingClient& client, std::string address,
                           remoting::Request request, std::shared_ptr<Answered> into) {
  auto answer = co_await client.Invoke(std::move(address), std::move(request), 3'600'000);
  if (answer) *into = *std::move(answer);
}

net::Task<void> Forget(remoting::RemotingClient& client, std::string address,
                       remoting::Request request) {
  (void)co_await client.SendOneway(std::move(address), std::move(request), 10'000);
}

net::Task<void> StopInto(Broker& broker, bool& stopped) {
  co_await broker.Stop();
  stopped = true;
}

net::Task<remoting::ServerRequestAnswer> Note(SimClient& client, remoting::ServerRequest request) {
  client.told.push_back(request.head.code);
  if (client.answering) co_return client.answering(request);
  co_return remoting::ServerRequestAnswer();
}

// A client lives and dies on its loop.
void DestroyOn(net::SimScheduler& scheduler, net::Loop& loop,
               std::unique_ptr<remoting::RemotingClient> client) {
  loop.Post([client = std::move(client)]() mutable { client.reset(); });
  scheduler.RunFor(1);
}

// The disk in memory looks through all that is mapped, again and again: small files, unless a test
// wants others.
store::StoreOptions WithPath(store::StoreOptions options, bool sync) {
  const store::StoreOptions defaults;
  options.path = "/data/store";
  if (options.segment_bytes == defaults.segment_bytes) options.segment_bytes = 1 << 20;
  if (options.index_slots == defaults.index_slots) options.index_slots = 1'000;
  if (options.index_entries == defaults.index_entries) options.index_entries = 10'000;
  options.background_threads = false;
  if (sync) options.flush = store::FlushMode::kSync;
  return options;
}

}  // namespace

const std::string SimClient::kMainPort = "broker-a:10911";
const std::string SimClient::kVipPort = "broker-a:10909";

SimClient::SimClient(net::SimScheduler& scheduler, net::SimTransport& network, std::string host,
                     remoting::HeaderEncoding encoding)
    : scheduler_(scheduler), loop_(scheduler.AddLoop(std::move(host))) {
  remoting::ClientOptions options;
  options.encoding = encoding;
  client_ = remoting::RemotingClient::Create(loop_, network, options);
  client_->SetServerRequestHandler(
      [this](remoting::ServerRequest request) { return Note(*this, std::move(request)); });
}

SimClient::~SimClient() { DestroyOn(scheduler_, loop_, std::move(client_)); }

std::shared_ptr<Answered> SimClient::Begin(remoting::Request request, const std::string& address) {
  auto into = std::make_shared<Answered>();
  loop_.Post([this, address, into, request = std::move(request)]() mutable {
    loop_.Spawn(InvokeInto(*client_, address, std::move(request), into));
  });
  return into;
}

Answered SimClient::Invoke(remoting::Request request, int64_t within_ms,
                           const std::string& address) {
  const int32_t code = request.code;
  const auto into = Begin(std::move(request), address);
  EXPECT_TRUE(scheduler_.RunUntil([&] { return *into != nullptr; }, within_ms))
      << "no answer to code " << code;
  if (*into == nullptr) return std::make_unique<remoting::OwnedCommand>();
  return std::move(*into);
}

void SimClient::SendOneway(remoting::Request request) {
  loop_.Post([this, request = std::move(request)]() mutable {
    loop_.Spawn(Forget(*client_, kMainPort, std::move(request)));
  });
}

SimBroker::SimBroker(BrokerOptions options, store::StoreOptions store_options, uint64_t seed)
    : scheduler_(seed),
      network_(scheduler_, {}),
      loops_{&scheduler_.AddLoop("broker-a"), &scheduler_.AddLoop("broker-a")},
      options_(std::move(options)),
      store_options_(WithPath(std::move(store_options), options_.sync_flush)) {
  Start();
}

SimBroker::~SimBroker() { Stop(); }

std::unique_ptr<SimClient> SimBroker::Connect(const std::string& host) {
  return std::make_unique<SimClient>(scheduler_, network_, host);
}

void SimBroker::Start() {
  auto store = store::MessageStore::Open(fs_, scheduler_.clock(), store_options_);
  ASSERT_TRUE(store) << store.error().message;
  store_ = *std::move(store);
  to_name_servers_ = remoting::RemotingClient::Create(*loops_.front(), network_, {});
  auto broker = Broker::Open({fs_, scheduler_.clock(), *store_, loops_, executor_,
                              "/data/store/config", to_name_servers_.get()},
                             options_);
  ASSERT_TRUE(broker) << broker.error().message;
  broker_ = *std::move(broker);
  broker_->SetAddress({kListen, {{10, 0, 0, 1}, 4, kListen.port}});
  Listen(remoting::DispatchTable::Of<MainHandlers>(*broker_), kListen.port);
  Listen(remoting::DispatchTable::Of<VipHandlers>(*broker_), kListen.port - 2);
  loops_.front()->Post([this] { broker_->Start(); });
  scheduler_.RunFor(1);
}

void SimBroker::Listen(remoting::DispatchTable table, uint16_t number) {
  auto port = std::make_unique<Port>(Port{std::move(table), nullptr, nullptr});
  port->protocol = remoting::RemotingServer::Create(port->table, nullptr, {.name = "broker"});
  port->protocol->AddClosedListener([this](const std::shared_ptr<remoting::Session>& session) {
    broker_->OnSessionClosed(*session);
  });
  port->server = net::Server::Create(network_, loops_, {port->protocol.get()},
                                     {.listen = {kListen.host, number}, .limits = {}});
  const auto listening = port->server->Start();
  ASSERT_TRUE(listening) << listening.error().message;
  ports_.push_back(std::move(port));
}

void SimBroker::Stop() {
  bool stopped = false;
  loops_.front()->Post([&] { loops_.front()->Spawn(StopInto(*broker_, stopped)); });
  EXPECT_TRUE(scheduler_.RunUntil([&] { return stopped; }, 60'000));
  for (const auto& port : ports_) {
    bool closed = false;
    port->server->BeginStop(1'000, [&closed] { closed = true; });
    EXPECT_TRUE(scheduler_.RunUntil([&] { return closed; }, 10'000));
  }
  ports_.clear();
  broker_.reset();
  DestroyOn(scheduler_, *loops_.front(), std::move(to_name_servers_));
  EXPECT_TRUE(store_->Close());
  store_.reset();
}

void SimBroker::Restart() {
  Stop();
  Start();
}

remoting::Request SendRequest(const SentMessage& message) {
  remoting::SendMessageRequest fields;
  fields.producer_group = "writers";
  fields.topic = message.topic;
  fields.default_topic = message.default_topic;
  fields.default_topic_queues = message.default_topic_queues;
  fields.queue_id = message.queue_id;
  fields.properties = message.properties;
  fields.reconsume_times = message.reconsume_times;
  return remoting::MakeRequest(remoting::request_code::kSendMessageV2, fields, message.body);
}

remoting::Request PullRequestFor(const PulledQueue& queue) {
  remoting::PullMessageRequest fields;
  fields.consumer_group = queue.group;
  fields.topic = queue.topic;
  fields.queue_id = queue.queue_id;
  fields.queue_offset = queue.offset;
  fields.max_messages = queue.messages_max;
  fields.subscription = queue.expression;
  fields.expression_type = "TAG";
  fields.sys_flag = kSubscriptionFlag;
  if (queue.suspend_ms > 0) fields.sys_flag |= kSuspendFlag;
  fields.suspend_timeout_ms = queue.suspend_ms;
  if (queue.commit_offset >= 0) fields.sys_flag |= kCommitFlag;
  fields.commit_offset = queue.commit_offset;
  return remoting::MakeRequest(remoting::request_code::kPullMessage, fields);
}

std::vector<std::string> BodiesOf(const remoting::OwnedCommand& answer) {
  std::vector<std::string> bodies;
  for (ByteView rest = answer.command.body; !rest.empty();) {
    const auto record = model::DecodeRecord(rest, /*check_crc=*/true);
    EXPECT_TRUE(record) << record.error().message;
    if (!record) break;
    bodies.emplace_back(AsText(record->body));
    rest = rest.subspan(static_cast<size_t>(record->size));
  }
  return bodies;
}

std::string FieldOf(const remoting::OwnedCommand& answer, std::string_view name) {
  const remoting::Field* field = answer.command.Find(name);
  return field == nullptr ? std::string() : std::string(field->value);
}

}  // namespace pintle::broker
