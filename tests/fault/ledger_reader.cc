#include "tests/fault/ledger_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "pintle/pull_consumer.h"
#include "tests/fault/ledger_load.h"

namespace pintle::testing {

namespace {

constexpr int32_t kPullMessages = 32;

std::unique_ptr<client::PullConsumer> StartConsumer(const std::string& name_server,
                                                    Ledger& ledger) {
  client::PullConsumerOptions options;
  options.client.name_servers = {name_server};
  options.group = "ledger";
  auto consumer = client::PullConsumer::Start(std::move(options));
  if (consumer) return *std::move(consumer);
  ledger.Complain("no consumer: " + consumer.error().message);
  return nullptr;
}

// Reads [begin, end of the queue); returns the end, or nothing when the broker refused.
std::optional<int64_t> ReadQueue(client::PullConsumer& consumer, const client::MessageQueue& queue,
                                 int64_t begin, Ledger& ledger) {
  const LedgerQueue name{queue.topic, queue.queue_id};
  const auto end = consumer.MaxOffset(queue);
  if (!end) {
    ledger.Complain(
        fmt::format("no end of {} queue {}: {}", queue.topic, queue.queue_id, end.error().message));
    return std::nullopt;
  }
  int64_t next = begin;
  while (next < *end) {
    const auto batch = consumer.Pull(queue, "*", next, kPullMessages, 0);
    if (!batch) {
      ledger.Complain(fmt::format("a pull of {} queue {} from {} failed: {}", queue.topic,
                                  queue.queue_id, next, batch.error().message));
      return std::nullopt;
    }
    for (const client::MessageView& message : batch->messages)
      ledger.Found(name, message.queue_offset, message.body);
    if (batch->next_offset <= next) break;  // Read() below tells what is missing
    next = batch->next_offset;
  }
  // Somebody may be sending: the last pull can have brought more.
  const int64_t read_end = std::max(*end, next);
  ledger.Read(name, begin, read_end);
  return read_end;
}

}  // namespace

bool LedgerReader::ReadBack(const std::string& name_server, Extent extent) {
  const auto consumer = StartConsumer(name_server, ledger_);
  if (!consumer) return false;
  if (extent == Extent::kAll) ledger_.BeginAgain();
  for (const std::string& topic : ledger_.topics()) {
    // A topic whose first message never arrived has no queues; CheckAcknowledged() tells if one
    // should have.
    const auto queues = consumer->Queues(topic);
    if (!queues) continue;
    for (const client::MessageQueue& queue : *queues) {
      const LedgerQueue name{queue.topic, queue.queue_id};
      const int64_t begin = extent == Extent::kAll ? 0 : ledger_.EndOf(name);
      const auto end = ReadQueue(*consumer, queue, begin, ledger_);
      if (!end) return false;
      // The broker makes the group with its first pull.
      if (*end <= begin) continue;
      if (const auto kept = consumer->CommitOffset(queue, *end); !kept) {
        ledger_.Complain("a commit failed: " + kept.error().message);
        return false;
      }
      committed_[name] = *end;
    }
  }
  if (extent != Extent::kNewWhileSending) ledger_.CheckAcknowledged();
  ledger_.CheckOrder(kOrderedTopic);
  return true;
}

void LedgerReader::CheckCommitted(const std::string& name_server, bool clean_stop) {
  const auto consumer = StartConsumer(name_server, ledger_);
  if (!consumer) return;
  for (const auto& [name, last] : committed_) {
    const auto queues = consumer->Queues(name.topic);
    if (!queues) {
      ledger_.Complain(fmt::format("topic {} is gone: {}", name.topic, queues.error().message));
      continue;
    }
    const auto queue = std::ranges::find(*queues, name.queue_id, &client::MessageQueue::queue_id);
    if (queue == queues->end()) {
      ledger_.Complain(fmt::format("{} queue {} is gone", name.topic, name.queue_id));
      continue;
    }
    const auto now = consumer->CommittedOffset(*queue);
    if (!now) {
      ledger_.Complain("no committed offset: " + now.error().message);
    } else if (clean_stop ? now->value_or(-1) != last : now->value_or(0) > last) {
      ledger_.Complain(fmt::format("{} queue {}: {} was committed, {} is kept", name.topic,
                                   name.queue_id, last, now->value_or(-1)));
    }
  }
}

}  // namespace pintle::testing
