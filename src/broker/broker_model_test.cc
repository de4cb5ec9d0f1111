// Random sequences of requests against a model of what a broker promises. A failing sequence is made
// shorter before it is shown; RC_PARAMS="seed=..." runs it again.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "broker/sim_broker_testing.h"
#include "model/message_id.h"
#include "model/record.h"
#include "remoting/bodies/lock_batch.h"
#include "remoting/protocol/consumer_send_msg_back.h"
#include "remoting/protocol/end_transaction.h"
#include "remoting/protocol/query_consumer_offset.h"
#include "remoting/protocol/reset_consumer_client_offset.h"
#include "remoting/protocol/update_and_create_topic.h"
#include "remoting/protocol/update_consumer_offset.h"
#include "store/consume_queue.h"

namespace pintle::broker {
namespace {

namespace request_code = remoting::request_code;
using remoting::MakeRequest;
using remoting::ResponseCode;

enum class Act : uint8_t {
  kSend,
  kSendDelayed,
  kSendHalf,
  kDecide,
  kPull,
  kSendBack,
  kCommitOffset,
  kResetOffset,
  kLock,
  kUnlock,
  kChangeQueues,
  kWait,
  kRestart,
};
constexpr int kActs = static_cast<int>(Act::kRestart) + 1;

// An act and two numbers that it makes its choices by.
using Step = std::tuple<int, uint16_t, uint16_t>;

constexpr int kQueuesMost = 6;
constexpr char kTopic[] = "orders";
constexpr char kRetry[] = "%RETRY%readers";
constexpr char kDead[] = "%DLQ%readers";
constexpr int64_t kSlackMs = 1'000;  // by which a delayed message may be late

// What is known of a broker from its answers, and the broker.
class Model {
 public:
  Model() {
    SetQueues(4);
    sim_.broker().groups().FindOrCreate("readers");
  }

  void Do(const Step& step) {
    const auto [act, a, b] = step;
    switch (static_cast<Act>(act)) {
      case Act::kSend:
        Send(a % queues_);
        break;
      case Act::kSendDelayed:
        SendDelayed(a % queues_, 1 + b % 4);
        break;
      case Act::kSendHalf:
        SendHalf(a % queues_);
        break;
      case Act::kDecide:
        Decide(a, b % 2 == 0);
        break;
      case Act::kPull:
        Pull(a % queues_, b);
        break;
      case Act::kSendBack:
        SendBack(a, b % 5 - 1);
        break;
      case Act::kCommitOffset:
        Commit(a % queues_, b);
        break;
      case Act::kResetOffset:
        Reset(a % queues_, b);
        break;
      case Act::kLock:
        Lock(a % queues_, b % 2 == 0 ? "one" : "two");
        break;
      case Act::kUnlock:
        Unlock(a % queues_, b % 2 == 0 ? "one" : "two");
        break;
      case Act::kChangeQueues:
        SetQueues(1 + a % kQueuesMost);
        break;
      case Act::kWait:
        sim_.scheduler().RunFor(1 + a % 8'000);
        break;
      case Act::kRestart:
        Restart();
        break;
    }
    CheckNew();
  }

  // Everything is where it was first seen, after another start too, and nothing else is due.
  void End() {
    sim_.scheduler().RunFor(125'000);  // past the longest delay that was used
    CheckNew();
    RC_ASSERT(pending_.empty());
    Restart();
    const auto seen = std::move(seen_);
    seen_.clear();
    for (const auto& [place, bodies] : seen) RC_ASSERT(Read(place, 0) == bodies);
  }

 private:
  using Place = std::pair<std::string, int>;  // topic, queue
  struct Pending {
    Place place;
    int64_t from_ms = 0;     // not seen before
    int64_t until_ms = 0;    // seen by then
    bool elsewhere = false;  // its queue has gone meanwhile: another one takes it
  };
  struct Half {
    std::string body;
    int queue = 0;
    int64_t queue_offset = 0;
    int64_t log_offset = 0;
  };
  struct Holder {
    std::string client;
    int64_t until_ms = 0;
    int64_t maybe_until_ms = 0;  // had ended, but may have been in the file at a restart
  };

  int64_t Now() { return sim_.scheduler().clock().MonotonicMs(); }
  Answered Invoke(remoting::Request request) { return client_->Invoke(std::move(request)); }

  // The body names the message; it is to be seen at `place` between the two times.
  std::string NewBody(const Place& place, int64_t from_ms, int64_t until_ms) {
    const std::string body = "m" + std::to_string(next_++);
    pending_[body] = {place, from_ms, until_ms};
    return body;
  }

  Answered SendText(int queue, const std::string& body, const std::string& properties) {
    auto answer = Invoke(SendRequest({.topic = kTopic,
                                      .queue_id = queue,
                                      .body = body,
                                      .properties = properties + "UNIQ_KEY\1" + body + "\2"}));
    RC_ASSERT(answer->code() == ResponseCode::kSuccess);
    return answer;
  }

  void Send(int queue) {
    const auto answer = SendText(queue, NewBody({kTopic, queue}, 0, Now()), "");
    RC_ASSERT(FieldOf(*answer, "queueId") == std::to_string(queue));
  }

  void SendDelayed(int queue, int level) {
    const int64_t due = Now() + kDelays[level - 1];
    SendText(queue, NewBody({kTopic, queue}, due, due + kSlackMs),
             "DELAY\1" + std::to_string(level) + "\2");
  }

  void SendHalf(int queue) {
    const std::string body = "m" + std::to_string(next_++);
    const auto answer = SendText(queue, body, "TRAN_MSG\1true\2PGROUP\1payers\2");
    const auto id = model::OffsetMessageId::Parse(FieldOf(*answer, "msgId"));
    RC_ASSERT(id.has_value());
    halves_.push_back(
        {body, queue, std::stoll(FieldOf(*answer, "queueOffset")), id->offset.value()});
  }

  // A decided half stays in the list: repeating the decision, or another one, changes nothing.
  void Decide(uint16_t which, bool commit) {
    if (halves_.empty()) return;
    const Half& half = halves_[which % halves_.size()];
    if (decided_.insert(half.body).second && commit)
      pending_[half.body] = {{kTopic, half.queue}, 0, Now(), half.queue >= queues_};
    remoting::EndTransactionRequest end;
    end.producer_group = "payers";
    end.tran_state_table_offset = half.queue_offset;
    end.commit_log_offset = half.log_offset;
    end.commit_or_rollback = commit ? 8 : 12;
    RC_ASSERT(Invoke(MakeRequest(request_code::kEndTransaction, end, {}))->code() ==
              ResponseCode::kSuccess);
  }

  void Pull(int queue, uint16_t where) {
    CheckNew();
    const auto& bodies = seen_[{kTopic, queue}];
    const size_t from = where % (bodies.size() + 1);
    const auto answer = Invoke(
        PullRequestFor({.topic = kTopic, .queue_id = queue, .offset = static_cast<int64_t>(from)}));
    if (resets_.erase(queue) > 0) {
      RC_ASSERT(answer->code() == ResponseCode::kPullOffsetMoved);
      RC_ASSERT(FieldOf(*answer, "nextBeginOffset") == std::to_string(offsets_.at(queue)));
      return;
    }
    const size_t count = std::min<size_t>(32, bodies.size() - from);
    const std::vector<std::string> expected(bodies.begin() + static_cast<int64_t>(from),
                                            bodies.begin() + static_cast<int64_t>(from + count));
    RC_ASSERT(BodiesOf(*answer) == expected);
  }

  // Level -1 goes to the dead letters at once, 0 is the broker's choice: level 3 + the times before.
  void SendBack(uint16_t which, int level) {
    if (places_.empty()) return;
    const auto& [body, offset] = places_[which % places_.size()];
    if (pending_.contains(body)) return;  // it is on its way back already
    const int64_t due = Now() + (level < 0 ? 0 : kDelays[level == 0 ? 2 : level - 1]);
    pending_[body] = {{level < 0 ? kDead : kRetry, 0}, level < 0 ? 0 : due, due + kSlackMs};
    remoting::ConsumerSendMsgBackRequest back;
    back.offset = offset;
    back.group = "readers";
    back.delay_level = level;
    RC_ASSERT(Invoke(MakeRequest(request_code::kConsumerSendMsgBack, back, {}))->code() ==
              ResponseCode::kSuccess);
    if (level < 0) pending_[body].until_ms = Now();
  }

  void Commit(int queue, uint16_t offset) {
    Invoke(MakeRequest(request_code::kUpdateConsumerOffset,
                       remoting::UpdateConsumerOffsetRequest{"readers", kTopic, queue, offset}));
    // What a consumer commits before it has heard of a reset is behind the times.
    if (!resets_.contains(queue)) offsets_[queue] = offset;
    CheckOffset(queue);
  }

  void Reset(int queue, uint16_t where) {
    CheckNew();
    remoting::ResetConsumerClientOffsetRequest reset;
    reset.group = "readers";
    reset.topic = kTopic;
    reset.timestamp = -1;
    reset.force = true;
    reset.queue_id = queue;
    reset.offset = where % static_cast<int64_t>(seen_[{kTopic, queue}].size() + 1);
    const auto answer = Invoke(MakeRequest(request_code::kInvokeBrokerToResetOffset, reset, {}));
    RC_ASSERT(answer->code() == ResponseCode::kSuccess);
    offsets_[queue] = *reset.offset;
    resets_.insert(queue);
    CheckOffset(queue);
  }

  void CheckOffset(int queue) {
    const auto answer =
        Invoke(MakeRequest(request_code::kQueryConsumerOffset,
                           remoting::QueryConsumerOffsetRequest{"readers", kTopic, queue, {}}));
    RC_ASSERT(FieldOf(*answer, "offset") == std::to_string(offsets_.at(queue)));
  }

  remoting::Request LockRequest(int32_t code, int queue, const std::string& client) {
    const remoting::LockBatch batch{client, "readers", {{kTopic, "broker-a", queue}}};
    return {code, {}, remoting::EncodeLockBatch(batch)};
  }

  void Lock(int queue, const std::string& client) {
    Holder& holder = locks_[queue];
    const bool free = holder.client == client || Now() > holder.until_ms + 10;
    // Within a few milliseconds of its end a lock may be either.
    if (!free && Now() > holder.until_ms - 10) return;
    if (holder.client != client && Now() <= holder.maybe_until_ms + 10) return;
    const auto answer = Invoke(LockRequest(request_code::kLockBatchMq, queue, client));
    const auto held = remoting::DecodeLockedQueues(answer->command.body);
    RC_ASSERT(held.has_value());
    RC_ASSERT(held->size() == (free ? 1u : 0u));
    if (free) holder = {client, Now() + 60'000};
  }

  void Unlock(int queue, const std::string& client) {
    Invoke(LockRequest(request_code::kUnlockBatchMq, queue, client));
    if (locks_[queue].client == client) locks_[queue] = {};
  }

  void SetQueues(int count) {
    remoting::UpdateAndCreateTopicRequest request;
    request.topic = kTopic;
    request.read_queues = request.write_queues = count;
    request.perm = 6;
    RC_ASSERT(Invoke(MakeRequest(request_code::kUpdateAndCreateTopic, request))->code() ==
              ResponseCode::kSuccess);
    queues_ = count;
    for (auto& [body, promised] : pending_) {
      if (promised.place.first == kTopic && promised.place.second >= count)
        promised.elsewhere = true;
    }
  }

  // What was committed, decided, locked and delayed is so afterwards.
  void Restart() {
    client_.reset();
    sim_.Restart();
    client_ = sim_.Connect("client");
    resets_.clear();
    for (auto& [queue, holder] : locks_) {
      const bool held = !holder.client.empty() && Now() <= holder.until_ms;
      (held ? holder.until_ms : holder.maybe_until_ms) = Now() + QueueLocks::kTrustMs;
    }
    for (const auto& [queue, offset] : offsets_) CheckOffset(queue);
  }

  std::vector<std::string> Read(const Place& place, size_t from) {
    std::vector<std::string> bodies;
    store::ConsumeQueue* queue = sim_.store().FindQueue(place.first, place.second);
    if (queue == nullptr) return bodies;
    const auto end = static_cast<size_t>(sim_.store().MaxOffset(place.first, place.second).value());
    for (; from < end; ++from) {
      const auto entry = queue->At(model::QueueOffset(static_cast<int64_t>(from)));
      RC_ASSERT(entry.has_value());
      const auto slice = sim_.store().ReadRecord(entry->offset);
      RC_ASSERT(slice.has_value());
      const auto record = model::DecodeRecord(slice->bytes, true);
      RC_ASSERT(record.has_value());
      bodies.emplace_back(AsText(record->body));
      if (place.first == kTopic) places_.emplace_back(bodies.back(), entry->offset.value());
    }
    return bodies;
  }

  // Whatever came is what was promised, at its place and in its time, once; and nothing is late.
  void CheckNew() {
    std::vector<Place> places = {{kRetry, 0}, {kDead, 0}};
    for (int queue = 0; queue < kQueuesMost; ++queue) places.emplace_back(kTopic, queue);
    for (const Place& place : places) {
      auto& seen = seen_[place];
      for (const std::string& body : Read(place, seen.size())) {
        const auto promised = pending_.find(body);
        RC_ASSERT(promised != pending_.end());
        RC_ASSERT(promised->second.place == place ||
                  (promised->second.elsewhere && place.first == kTopic));
        RC_ASSERT(promised->second.from_ms <= Now());
        pending_.erase(promised);
        seen.push_back(body);
      }
    }
    for (const auto& [body, promised] : pending_) RC_ASSERT(promised.until_ms >= Now() - kSlackMs);
  }

  // Nobody is asked about a half: a decision that names it as it was before a question and a restart
  // waits for the next question.
  static BrokerOptions Options() {
    BrokerOptions options;
    options.transaction_timeout_ms = 86'400'000;
    return options;
  }

  static constexpr int64_t kDelays[] = {1'000, 5'000, 10'000, 30'000};

  SimBroker sim_{Options()};
  std::unique_ptr<SimClient> client_ = sim_.Connect("client");
  int queues_ = 0;
  int next_ = 0;
  std::map<Place, std::vector<std::string>> seen_;
  std::map<std::string, Pending> pending_;               // by body
  std::vector<std::pair<std::string, int64_t>> places_;  // body, place in the log
  std::vector<Half> halves_;
  std::set<std::string> decided_;
  std::map<int, int64_t> offsets_;
  std::set<int> resets_;  // of which the group has not heard
  std::map<int, Holder> locks_;
};

RC_GTEST_PROP(BrokerModel, KeepsItsPromises, ()) {
  const auto step = rc::gen::tuple(rc::gen::inRange(0, kActs), rc::gen::arbitrary<uint16_t>(),
                                   rc::gen::arbitrary<uint16_t>());
  const auto steps = *rc::gen::container<std::vector<Step>>(step);
  Model model;
  for (const Step& one : steps) model.Do(one);
  model.End();
}

}  // namespace
}  // namespace pintle::broker
