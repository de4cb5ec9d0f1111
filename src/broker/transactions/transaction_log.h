// Reads and writes the queues of halves and ops, and the messages that commits make whole.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "broker/transactions/half_message.h"
#include "model/record.h"
#include "store/message_store.h"

namespace pintle::broker {

class Broker;
class Topic;

// Threads: any thread.
class TransactionLog {
 public:
  explicit TransactionLog(Broker& broker) : broker_(broker) {}

  // Stores the message, which has its properties already, in the half queue.
  Result<store::Appended> AppendHalf(store::NewMessage message);
  // Stores a half anew under `text`.
  Result<store::Appended> AppendCopy(const model::Record& half, std::string_view text);
  // Stores what is done with: that many halves at most are in one record.
  Result<store::Appended> AppendOp(std::string_view offsets);
  // Stores the half under its real topic, as committed, or where it waits for its delay level.
  // `log_offset`: the half's.
  Result<store::Appended> AppendWhole(const model::Record& half, model::LogOffset log_offset);
  // Stores the half in TRANS_CHECK_MAX_TIME_TOPIC, where people look for what nobody decided.
  Result<store::Appended> AppendDiscarded(const model::Record& half);

  // The half at this place of the log; kNotFound when there is none. The record borrows from
  // `slice`.
  struct Found {
    store::LogSlice slice;
    model::Record record;
  };
  Result<Found> Read(model::LogOffset offset);

  // The same of a half that was put aside.
  Result<Found> ReadDiscarded(model::LogOffset offset);
  // Whether a half with its key is behind it in the log.
  bool HasLaterHalf(const model::Record& discarded);

  // Where reading begins: the stored offset, moved into what the queue has.
  int64_t BeginOf(std::string_view topic);
  // Every message of queue 0 from `from` on, in order. Returns one past the last.
  int64_t ForEach(std::string_view topic, int64_t from,
                  const std::function<void(const model::Record&)>& visit);
  // Whether the index knows the message that a commit made of the half stored at `half_offset`,
  // whatever became of its topic and its queue since.
  bool HasWhole(const model::Record& half, model::LogOffset half_offset);
  // The committed messages that the queues of `topic`, former ones too, have behind `from` in the
  // log: for halves that no index knows.
  void ForEachWhole(std::string_view topic, model::LogOffset from,
                    const std::function<void(const model::Record&)>& visit);

 private:
  struct Place {
    std::shared_ptr<const Topic> topic;
    int32_t queue_id = 0;
  };
  Result<Found> ReadFrom(std::string_view topic, model::LogOffset offset);
  Place PlaceOf(std::string_view topic, int32_t queue_id);
  Result<store::Appended> Append(store::NewMessage& message, std::string_view topic,
                                 int32_t queue_id);
  Result<store::Appended> Append(store::NewMessage& message, const Place& place);
  Result<store::Appended> AppendDelayed(store::NewMessage& message, int32_t level);

  Broker& broker_;
};

}  // namespace pintle::broker
