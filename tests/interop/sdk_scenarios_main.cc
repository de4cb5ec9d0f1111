// The C++ SDK against any broker.
//
//   sdk_scenarios NAME_SERVER run LABEL                     each capability: a PASS or FAIL line
//   sdk_scenarios NAME_SERVER ask TOPIC COUNT               asks, and expects "re: QUESTION"
//   sdk_scenarios NAME_SERVER answer TOPIC COUNT            prints "ready", replies so, COUNT times
//   sdk_scenarios NAME_SERVER trace TOPIC                   a traced transaction, consumed; prints the id
//   sdk_scenarios NAME_SERVER die-in-transaction TOPIC GROUP
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "pintle/lite_pull_consumer.h"
#include "pintle/producer.h"
#include "pintle/push_consumer.h"

namespace {

namespace mq = pintle::client;

// Why a scenario failed; empty when it did not.
using Verdict = std::optional<std::string>;

mq::ClientOptions At(const std::string& name_server) {
  mq::ClientOptions options;
  options.name_servers = {name_server};
  return options;
}

std::unique_ptr<mq::Producer> StartProducer(const std::string& name_server,
                                            mq::TransactionCheck check = {},
                                            const std::string& group = "sdk-producers") {
  mq::ProducerOptions options;
  options.client = At(name_server);
  options.group = group;
  options.check_transaction = std::move(check);
  auto producer = mq::Producer::Start(options);
  if (!producer) {
    fmt::print(stderr, "{}\n", producer.error().message);
    std::exit(1);
  }
  return *std::move(producer);
}

// Bodies as a listener has seen them.
class Bodies {
 public:
  void Add(const std::string& body) {
    const std::lock_guard lock(mutex_);
    bodies_.insert(body);
    changed_.notify_all();
  }
  bool Await(size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(60),
                             [&] { return bodies_.size() >= count; });
  }
  std::multiset<std::string> Take() {
    const std::lock_guard lock(mutex_);
    return bodies_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::multiset<std::string> bodies_;
};

std::unique_ptr<mq::PushConsumer> StartConsumer(
    const std::string& name_server, const std::string& topic,
    std::function<void(const mq::MessageView& message)> listener, bool trace = false) {
  mq::PushConsumerOptions options;
  options.client = At(name_server);
  options.client.trace = trace;
  options.group = "group-" + topic;
  options.start_from = mq::StartFrom::kFirst;
  auto consumer = mq::PushConsumer::Create(options);
  if (!consumer) return nullptr;
  (*consumer)->SetListener([listener](std::span<const mq::MessageView> messages) {
    for (const mq::MessageView& message : messages) listener(message);
    return mq::ConsumeVerdict::kSuccess;
  });
  if (!(*consumer)->Subscribe(topic, "*") || !(*consumer)->Start()) return nullptr;
  return *std::move(consumer);
}

// One capability: what it needs, and the topic that is its own.
struct Scenario {
  std::string name;
  std::function<Verdict(const std::string& name_server, const std::string& topic)> run;
};

Verdict RequestReply(const std::string& name_server, const std::string& topic) {
  const auto producer = StartProducer(name_server);
  if (auto sent = producer->Send({.topic = topic, .body = "first"}); !sent)
    return sent.error().message;
  const auto consumer = StartConsumer(name_server, topic, [&](const mq::MessageView& message) {
    if (message.properties.contains("CORRELATION_ID"))
      (void)producer->Reply(message, "re: " + message.body);
  });
  if (consumer == nullptr) return "no consumer";
  for (int i = 0; i < 5; ++i) {
    const std::string body = fmt::format("question {}", i);
    const auto reply = producer->Request({.topic = topic, .body = body}, 30'000);
    if (!reply) return reply.error().message;
    if (reply->body != "re: " + body) return "reply " + reply->body;
  }
  consumer->Shutdown();
  return {};
}

Verdict Transactions(const std::string& name_server, const std::string& topic) {
  std::mutex mutex;
  std::map<std::string, int> asked;
  const auto check = [&](const mq::MessageView& half) {
    const std::lock_guard lock(mutex);
    ++asked[half.body];
    return half.body == "asked" ? mq::TransactionVerdict::kCommit
                                : mq::TransactionVerdict::kRollback;
  };
  const auto producer = StartProducer(name_server, check, "group-of-" + topic);
  const std::vector<std::pair<std::string, mq::TransactionVerdict>> sends = {
      {"committed", mq::TransactionVerdict::kCommit},
      {"rolled back", mq::TransactionVerdict::kRollback},
      {"not known", mq::TransactionVerdict::kUnknown},
      {"asked", mq::TransactionVerdict::kUnknown}};
  for (const auto& [body, verdict] : sends) {
    const auto sent = producer->SendInTransaction(
        {.topic = topic, .body = body},
        [&verdict](const mq::Message&, const std::string&) { return verdict; });
    if (!sent) return sent.error().message;
  }
  Bodies bodies;
  const auto consumer = StartConsumer(
      name_server, topic, [&](const mq::MessageView& message) { bodies.Add(message.body); });
  if (consumer == nullptr) return "no consumer";
  if (!bodies.Await(2)) return "the broker did not ask";
  consumer->Shutdown();
  if (bodies.Take() != std::multiset<std::string>{"asked", "committed"})
    return "other messages came";
  return {};
}

Verdict LitePull(const std::string& name_server, const std::string& topic) {
  const auto producer = StartProducer(name_server);
  for (int i = 0; i < 40; ++i) {
    const auto sent = producer->Send({.topic = topic, .body = std::to_string(i)});
    if (!sent) return sent.error().message;
  }
  mq::LitePullConsumerOptions options;
  options.client = At(name_server);
  options.group = "group-" + topic;
  options.start_from = mq::StartFrom::kFirst;
  // As a member, who commits at its end.
  {
    auto member = mq::LitePullConsumer::Create(options);
    if (!member) return member.error().message;
    if (auto joined = (*member)->Subscribe(topic, "*"); !joined) return joined.error().message;
    std::set<std::string> bodies;
    for (int i = 0; i < 300 && bodies.size() < 40; ++i) {
      const auto messages = (*member)->Poll(100);
      if (!messages) return messages.error().message;
      for (const mq::MessageView& message : *messages) bodies.insert(message.body);
    }
    if (bodies.size() != 40) return fmt::format("{} of 40 messages came", bodies.size());
  }
  // As a job, from where the member ended and from the first message of one queue.
  auto job = mq::LitePullConsumer::Create(options);
  if (!job) return job.error().message;
  const auto queues = (*job)->Queues(topic);
  if (!queues) return queues.error().message;
  if (auto assigned = (*job)->Assign(*queues, "*"); !assigned) return assigned.error().message;
  const auto nothing = (*job)->Poll(500);
  if (!nothing || !nothing->empty()) return "messages came again that were committed";
  if (auto moved = (*job)->SeekToBegin(queues->front()); !moved) return moved.error().message;
  const auto first = (*job)->Poll(10'000);
  if (!first || first->empty() || first->front().queue_offset != 0) return "no first message";
  if (auto moved = (*job)->SeekToTime(queues->front(), first->front().store_timestamp_ms); !moved)
    return moved.error().message;
  if (*(*job)->Position(queues->front()) != 0)
    return "the time of the first message is not its offset";
  return {};
}

// In order, with a suspension now and then, and from one member to the next.
Verdict InOrder(const std::string& name_server, const std::string& topic) {
  constexpr size_t kMessages = 400;
  const auto producer = StartProducer(name_server);
  for (size_t i = 0; i < kMessages; ++i) {
    const auto sent = producer->Send({.topic = topic, .body = std::to_string(i)});
    if (!sent) return sent.error().message;
  }
  mq::PushConsumerOptions options;
  options.client = At(name_server);
  options.group = "group-" + topic;
  options.start_from = mq::StartFrom::kFirst;
  options.suspend_ms = 10;
  Bodies bodies;
  std::mutex mutex;
  std::map<mq::MessageQueue, int64_t> last;  // offset
  bool ordered = true;
  const auto listener = [&](std::span<const mq::MessageView> messages) {
    const mq::MessageView& message = messages.front();
    if (message.queue_offset % 20 == 7 && message.reconsume_times == 0)
      return mq::OrderVerdict::kSuspend;
    {
      const std::lock_guard lock(mutex);
      const auto [at, first] = last.try_emplace(message.queue, -1);
      ordered = ordered && message.queue_offset == at->second + 1;
      at->second = message.queue_offset;
    }
    bodies.Add(message.body);
    return mq::OrderVerdict::kSuccess;
  };
  for (const size_t enough : {size_t{1}, kMessages}) {
    auto consumer = mq::PushConsumer::Create(options);
    if (!consumer) return consumer.error().message;
    (*consumer)->SetOrderedListener(listener);
    if (auto subscribed = (*consumer)->Subscribe(topic, "*"); !subscribed)
      return subscribed.error().message;
    if (auto started = (*consumer)->Start(); !started) return started.error().message;
    if (!bodies.Await(enough)) return fmt::format("{} messages came", bodies.Take().size());
  }
  if (!ordered) return "a queue's messages came out of order, or again";
  if (bodies.Take().size() != kMessages) return "messages came twice";
  return {};
}

const std::vector<Scenario>& Scenarios() {
  static const std::vector<Scenario> all = {
      {"request-reply", RequestReply},
      {"transactions", Transactions},
      {"lite-pull", LitePull},
      {"in-order", InOrder},
  };
  return all;
}

int RunAll(const std::string& name_server, const std::string& label) {
  int failed = 0;
  for (const Scenario& scenario : Scenarios()) {
    const Verdict why =
        scenario.run(name_server, fmt::format("sdk-{}-{}", scenario.name, getpid()));
    if (why) ++failed;
    fmt::print("{} {}/{}{}\n", why ? "FAIL" : "PASS", label, scenario.name, why ? ": " + *why : "");
    std::fflush(stdout);
  }
  return failed == 0 ? 0 : 1;
}

int Ask(const std::string& name_server, const std::string& topic, int count) {
  const auto producer = StartProducer(name_server);
  for (int i = 0; i < count; ++i) {
    const std::string question = fmt::format("问题 {}", i);
    const auto reply = producer->Request({.topic = topic, .body = question}, 30'000);
    if (!reply || reply->body != "re: " + question) {
      fmt::print("{}: {}\n", question, reply ? reply->body : reply.error().message);
      return 1;
    }
  }
  return 0;
}

int Reply(const std::string& name_server, const std::string& topic, size_t count) {
  const auto producer = StartProducer(name_server);
  Bodies replied;
  const auto consumer = StartConsumer(name_server, topic, [&](const mq::MessageView& message) {
    const auto sent = producer->Reply(message, "re: " + message.body);
    if (!sent) fmt::print("{}: {}\n", message.body, sent.error().message);
    replied.Add(message.body);
  });
  if (consumer == nullptr) return 1;
  fmt::print("ready\n");
  std::fflush(stdout);
  if (!replied.Await(count)) return 1;
  consumer->Shutdown();
  return 0;
}

int Trace(const std::string& name_server, const std::string& topic) {
  mq::ProducerOptions options;
  options.client = At(name_server);
  options.client.trace = true;
  options.group = "traced-producers";
  options.check_transaction = [](const mq::MessageView&) {
    return mq::TransactionVerdict::kCommit;
  };
  auto producer = mq::Producer::Start(options);
  if (!producer) return 1;
  const auto sent = (*producer)->SendInTransaction(
      {.topic = topic, .body = "traced", .tags = "tag", .keys = {"traced-key"}},
      [](const mq::Message&, const std::string&) { return mq::TransactionVerdict::kCommit; });
  if (!sent) {
    fmt::print("{}\n", sent.error().message);
    return 1;
  }
  Bodies bodies;
  const auto consumer = StartConsumer(
      name_server, topic, [&](const mq::MessageView& message) { bodies.Add(message.body); }, true);
  if (consumer == nullptr || !bodies.Await(1)) return 1;
  consumer->Shutdown();
  (*producer)->Shutdown();
  fmt::print("{}\n", sent->sent.message_id);
  return 0;
}

int DieInTransaction(const std::string& name_server, const std::string& topic,
                     const std::string& group) {
  const auto producer = StartProducer(
      name_server, [](const mq::MessageView&) { return mq::TransactionVerdict::kUnknown; }, group);
  const auto sent = producer->SendInTransaction({.topic = topic, .body = "testament"},
                                                [](const mq::Message&, const std::string&) {
                                                  std::raise(SIGKILL);
                                                  return mq::TransactionVerdict::kCommit;
                                                });
  fmt::print("alive: {}\n", sent ? "sent" : sent.error().message);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 3 && words[1] == "run") return RunAll(words[0], words[2]);
  if (words.size() == 4 && words[1] == "ask") return Ask(words[0], words[2], std::stoi(words[3]));
  if (words.size() == 4 && words[1] == "answer")
    return Reply(words[0], words[2], static_cast<size_t>(std::stoi(words[3])));
  if (words.size() == 3 && words[1] == "trace") return Trace(words[0], words[2]);
  if (words.size() == 4 && words[1] == "die-in-transaction")
    return DieInTransaction(words[0], words[2], words[3]);
  fmt::print(stderr, "usage: the head of {} tells\n", __FILE_NAME__);
  return 2;
}
