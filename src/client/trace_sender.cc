#include "client/trace_sender.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "model/properties.h"

namespace pintle::client {

namespace {

constexpr char kFieldEnd = 1;
constexpr char kTraceEnd = 2;
constexpr size_t kBytesToSend = 64 << 10;  // what goes into a message, about
constexpr size_t kBytesMax = 4 << 20;      // what waits; past it traces are dropped
constexpr size_t kKeysToSend = 200;        // properties take 32 KB
constexpr auto kLinger = std::chrono::milliseconds(500);

std::string Join(std::initializer_list<std::string> fields) {
  return fmt::format("{}{}", fmt::join(fields, std::string(1, kFieldEnd)), kTraceEnd);
}

std::string KeysOf(const MessageView& message) {
  return fmt::format("{}", fmt::join(message.keys, " "));
}

std::string PropertyOf(const MessageView& message, std::string_view name) {
  const auto found = message.properties.find(std::string(name));
  return found == message.properties.end() ? std::string() : found->second;
}

// As RocketMQ writes it; its reader takes a trace that ends in nothing for one that is too short.
std::string OrNull(const std::string& text) { return text.empty() ? "null" : text; }

bool WantsTrace(const MessageView& message) {
  return PropertyOf(message, model::property::kTraceSwitch) != "false";
}

// What RocketMQ's clients write where the broker has not told its region.
constexpr const char* kRegionUnknown = "DefaultRegion";
constexpr int kCommittedMessage = 2;  // the type of a transaction's end, whatever the verdict

const char* NameOf(TransactionVerdict verdict) {
  switch (verdict) {
    case TransactionVerdict::kCommit:
      return "COMMIT_MESSAGE";
    case TransactionVerdict::kRollback:
      return "ROLLBACK_MESSAGE";
    case TransactionVerdict::kUnknown:
      return "UNKNOW";  // as it is spelt there
  }
  return "UNKNOW";
}

std::vector<std::string_view> WordsOf(std::string_view text, char separator) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

}  // namespace

TraceSubject TraceSubject::Of(const Message& message) {
  return {.tags = message.tags,
          .keys = fmt::format("{}", fmt::join(message.keys, " ")),
          .body_bytes = message.body.size(),
          .type = message.delay_level > 0 ? 3 : 0};
}

TraceSubject TraceSubject::Of(const MessageView& message) {
  return {.tags = message.tags, .keys = KeysOf(message), .body_bytes = message.body.size()};
}

std::string EncodeSendTrace(const std::string& group, const TraceSubject& subject,
                            const SendTrace& send, std::string_view message_id) {
  return Join({"Pub", std::to_string(send.start_ms), send.region, group, send.topic,
               std::string(message_id), OrNull(subject.tags), OrNull(subject.keys), send.store_host,
               std::to_string(subject.body_bytes), std::to_string(send.cost_ms),
               std::to_string(subject.type), send.offset_message_id,
               send.success ? "true" : "false"});
}

std::string EncodeEndTrace(const std::string& group, const TraceSubject& subject,
                           const TransactionTrace& end) {
  return Join({"EndTransaction", std::to_string(end.time_ms),
               end.region.empty() ? kRegionUnknown : end.region, group, end.topic, end.message_id,
               OrNull(subject.tags), OrNull(subject.keys), end.store_host,
               std::to_string(kCommittedMessage), end.message_id, NameOf(end.verdict),
               end.was_asked ? "true" : "false"});
}

std::string EncodeBeforeTrace(const std::string& group, const std::string& request,
                              int64_t start_ms, const MessageView& message) {
  return Join({"SubBefore", std::to_string(start_ms),
               PropertyOf(message, model::property::kMsgRegion), group, request, message.message_id,
               std::to_string(message.reconsume_times), OrNull(KeysOf(message))});
}

std::string EncodeAfterTrace(const std::string& group, const std::string& request, int64_t start_ms,
                             int64_t cost_ms, ConsumeOutcome outcome, const MessageView& message) {
  return Join({"SubAfter", request, message.message_id, std::to_string(cost_ms),
               outcome == ConsumeOutcome::kSuccess ? "true" : "false", OrNull(KeysOf(message)),
               std::to_string(static_cast<int>(outcome)), std::to_string(start_ms), group});
}

Result<std::unique_ptr<TraceSender>> TraceSender::Start(const ClientOptions& options,
                                                        const std::string& group) {
  if (!options.trace) return nullptr;
  ProducerOptions producer_options;
  producer_options.client = options;
  producer_options.client.trace = false;
  producer_options.client.name_space.clear();
  // A client of its own: one name must not stand for two connections.
  if (!options.instance_name.empty())
    producer_options.client.instance_name = options.instance_name + "_trace";
  producer_options.group = "_INNER_TRACE_PRODUCER";
  auto producer = Producer::Start(std::move(producer_options));
  if (!producer) return std::unexpected(producer.error());
  return std::unique_ptr<TraceSender>(
      new TraceSender(options.trace_topic, group, *std::move(producer)));
}

TraceSender::TraceSender(std::string topic, std::string group, std::unique_ptr<Producer> producer)
    : topic_(std::move(topic)), group_(std::move(group)), producer_(std::move(producer)) {
  thread_ = std::thread([this] { Run(); });
}

TraceSender::~TraceSender() { Stop(); }

void TraceSender::Stop() {
  if (!thread_.joinable()) return;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
  producer_->Shutdown();
}

void TraceSender::AddSend(const TraceSubject& subject, const SendTrace& send) {
  for (const std::string_view id : WordsOf(send.message_ids, ','))
    Add(EncodeSendTrace(group_, subject, send, id), id, subject.keys);
}

void TraceSender::AddEnd(const TraceSubject& subject, const TransactionTrace& end) {
  Add(EncodeEndTrace(group_, subject, end), end.message_id, subject.keys);
}

void TraceSender::AddBefore(const std::string& request, int64_t start_ms,
                            std::span<const MessageView> messages) {
  for (const MessageView& message : messages) {
    if (WantsTrace(message))
      Add(EncodeBeforeTrace(group_, request, start_ms, message), message.message_id,
          KeysOf(message));
  }
}

void TraceSender::AddAfter(const std::string& request, int64_t start_ms, int64_t cost_ms,
                           ConsumeOutcome outcome, std::span<const MessageView> messages) {
  for (const MessageView& message : messages) {
    if (WantsTrace(message))
      Add(EncodeAfterTrace(group_, request, start_ms, cost_ms, outcome, message),
          message.message_id, KeysOf(message));
  }
}

void TraceSender::Add(std::string trace, std::string_view message_id, std::string_view keys) {
  bool enough = false;
  {
    MutexLock lock(mutex_);
    if (stopping_ || data_.size() + trace.size() > kBytesMax) {
      ++dropped_;
      return;
    }
    data_ += trace;
    keys_.emplace(message_id);
    for (const std::string_view key : WordsOf(keys, ' ')) keys_.emplace(key);
    enough = data_.size() >= kBytesToSend || keys_.size() >= kKeysToSend;
  }
  if (enough) changed_.notify_one();
}

void TraceSender::Run() {
  for (;;) {
    bool last = false;
    {
      MutexLock lock(mutex_);
      if (!stopping_) changed_.wait_for(mutex_, kLinger);
      last = stopping_;
    }
    SendAll();
    if (last) return;
  }
}

void TraceSender::SendAll() {
  Message message{.topic = topic_};
  int64_t dropped = 0;
  {
    MutexLock lock(mutex_);
    if (data_.empty()) return;
    message.body = std::exchange(data_, {});
    for (const std::string& key : std::exchange(keys_, {})) message.keys.push_back(key);
    dropped = std::exchange(dropped_, 0);
  }
  const auto sent = producer_->Send(message);
  if (!sent)
    PINTLE_LOG(kWarn, "{}: {} bytes of traces are lost: {}", group_, message.body.size(),
               sent.error().message);
  if (dropped > 0)
    PINTLE_LOG(kWarn, "{}: {} traces were dropped, as {} bytes of them waited", group_, dropped,
               kBytesMax);
}

}  // namespace pintle::client
