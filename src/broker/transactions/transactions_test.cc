#include "broker/transactions/transactions.h"

#include <gtest/gtest.h>

#include "broker/ops/topics.h"
#include "broker/sim_broker_testing.h"
#include "model/message_id.h"
#include "model/topic.h"
#include "remoting/bodies/heartbeat.h"
#include "remoting/protocol/consumer_send_msg_back.h"
#include "remoting/protocol/end_transaction.h"
#include "remoting/protocol/resume_check_half_message.h"
#include "store/consume_queue.h"

namespace pintle::broker {
namespace {

using remoting::ResponseCode;
using Bodies = std::vector<std::string>;

constexpr int32_t kCommit = 8;
constexpr int32_t kRollback = 12;

// Where a half is stored.
struct Place {
  int64_t queue_offset = 0;
  int64_t log_offset = 0;
};

// A broker, and a client that sends halves and ends transactions.
class Bank {
 public:
  explicit Bank(store::StoreOptions store_options = {}) : sim_({}, std::move(store_options)) {}

  // The half of a transaction; its id is `body`.
  Place SendHalf(const std::string& body, const std::string& more = {}, int32_t queue_id = 0) {
    SentMessage message;
    message.body = body;
    message.queue_id = queue_id;
    message.properties =
        "TRAN_MSG\1true\2PGROUP\1payers\2UNIQ_KEY\1" + body + "\2TAGS\1paid\2" + more;
    const auto answer = client_->Invoke(SendRequest(message));
    EXPECT_EQ(answer->code(), ResponseCode::kSuccess) << answer->command.remark;
    EXPECT_EQ(FieldOf(*answer, "queueId"), std::to_string(queue_id));
    EXPECT_EQ(FieldOf(*answer, "transactionId"), body);
    const auto id = model::OffsetMessageId::Parse(FieldOf(*answer, "msgId"));
    return {std::stoll(FieldOf(*answer, "queueOffset")), id->offset.value()};
  }
  Answered End(const Place& half, int32_t verdict, bool asked = false,
               const std::string& group = "payers") {
    remoting::EndTransactionRequest end;
    end.producer_group = group;
    end.tran_state_table_offset = half.queue_offset;
    end.commit_log_offset = half.log_offset;
    end.commit_or_rollback = verdict;
    end.from_transaction_check = asked;
    return client_->Invoke(remoting::MakeRequest(remoting::request_code::kEndTransaction, end, {}));
  }
  ResponseCode EndCode(const Place& half, int32_t verdict) { return End(half, verdict)->code(); }
  void BeProducer(SimClient& client, const std::string& id) {
    remoting::Heartbeat heartbeat;
    heartbeat.client_id = id;
    heartbeat.producer_groups = {"payers"};
    ASSERT_EQ(
        client
            .Invoke({remoting::request_code::kHeartBeat, {}, remoting::EncodeHeartbeat(heartbeat)})
            ->code(),
        ResponseCode::kSuccess);
  }
  static int64_t Asked(const SimClient& client) {
    return std::ranges::count(client.told, remoting::request_code::kCheckTransactionState);
  }
  Bodies Read(std::string topic = "orders", int32_t queue_id = 0) {
    return BodiesOf(
        *client_->Invoke(PullRequestFor({.topic = std::move(topic), .queue_id = queue_id})));
  }
  void SetQueues(int32_t queues) {
    model::TopicConfig config = sim_.broker().topics().Find("orders")->config();
    config.read_queues = config.write_queues = queues;
    ASSERT_TRUE(UpdateTopic(sim_.broker(), config));
  }
  // As a kill between a commit's two records leaves it: the whole message is there, its op is not.
  void StoreWhole(const Place& half) {
    TransactionLog log(sim_.broker());
    const auto found = log.Read(model::LogOffset(half.log_offset));
    ASSERT_TRUE(found);
    ASSERT_TRUE(log.AppendWhole(found->record, model::LogOffset(half.log_offset)));
  }
  size_t undecided() { return sim_.broker().transactions().size(); }
  void Restart() {
    client_.reset();
    sim_.Restart();
    client_ = sim_.Connect("client");
  }

  SimBroker sim_;
  std::unique_ptr<SimClient> client_ = sim_.Connect("client");
};

class TransactionsTest : public Bank, public ::testing::Test {};

TEST_F(TransactionsTest, AHalfIsSeenAfterItsCommitOnly) {
  const Place half = SendHalf("one");
  EXPECT_EQ(Read(), Bodies{});
  EXPECT_EQ(undecided(), 1u);
  EXPECT_EQ(EndCode(half, kCommit), ResponseCode::kSuccess);
  EXPECT_EQ(Read(), Bodies{"one"});
  EXPECT_EQ(undecided(), 0u);
}

TEST_F(TransactionsTest, ARolledBackHalfIsNeverSeen) {
  const Place half = SendHalf("one");
  EXPECT_EQ(EndCode(half, kRollback), ResponseCode::kSuccess);
  EXPECT_EQ(EndCode(half, kCommit), ResponseCode::kSuccess);
  EXPECT_EQ(Read(), Bodies{});
}

TEST_F(TransactionsTest, RepeatedAnswersChangeNothing) {
  const Place half = SendHalf("one");
  for (const int32_t verdict : {kCommit, kCommit, kRollback, kCommit})
    EXPECT_EQ(EndCode(half, verdict), ResponseCode::kSuccess);
  EXPECT_EQ(Read(), Bodies{"one"});
  Restart();
  EXPECT_EQ(EndCode(half, kCommit), ResponseCode::kSuccess);
  EXPECT_EQ(Read(), Bodies{"one"});
}

TEST_F(TransactionsTest, TheWholeMessageIsAsRocketMqStoresIt) {
  const Place half = SendHalf("one");
  ASSERT_EQ(EndCode(half, kCommit), ResponseCode::kSuccess);
  const auto answer = client_->Invoke(PullRequestFor({.expression = "paid"}));
  const auto record = model::DecodeRecord(answer->command.body, true);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->topic, "orders");
  EXPECT_EQ(record->sys_flag & model::kSysTransactionMask, model::kSysCommit);
  EXPECT_EQ(record->prepared_transaction_offset, half.log_offset);
  EXPECT_EQ(record->properties.find("REAL_"), std::string_view::npos);
  EXPECT_NE(record->properties.find("__transactionId__\1one\2"), std::string_view::npos);
  const auto op = sim_.store().Read(model::kOpHalfTopic, 0, model::QueueOffset(0), {}, nullptr);
  ASSERT_EQ(op.messages, 1);
  const auto op_record = model::DecodeRecord(op.slices.front().bytes, true);
  EXPECT_EQ(AsText(op_record->body), "0");
  EXPECT_NE(op_record->properties.find("TAGS\1d\2"), std::string_view::npos);
}

TEST_F(TransactionsTest, AnswersForAnotherHalfAreRefused) {
  const Place half = SendHalf("one");
  SentMessage plain;
  const auto sent = client_->Invoke(SendRequest(plain));
  const auto id = model::OffsetMessageId::Parse(FieldOf(*sent, "msgId"));
  const auto remark = [&](const Place& place, const std::string& group = "payers") {
    const auto answer = End(place, kCommit, false, group);
    EXPECT_EQ(answer->code(), ResponseCode::kSystemError);
    return std::string(answer->command.remark);
  };
  EXPECT_EQ(remark(half, "others"), "The producer group wrong");
  EXPECT_EQ(remark({half.queue_offset + 1, half.log_offset}),
            "The transaction state table offset wrong");
  for (const int64_t offset : {id->offset.value(), half.log_offset + 1, int64_t{-1},
                               int64_t{1} << 60, std::numeric_limits<int64_t>::min()})
    EXPECT_EQ(remark({0, offset}), "Find prepared transaction message failed") << offset;
  EXPECT_EQ(EndCode(half, 5), ResponseCode::kInvalidParameter);
  EXPECT_EQ(EndCode(half, 0), ResponseCode::kSuccess);
  EXPECT_EQ(undecided(), 1u);
  EXPECT_EQ(Read(), Bodies{"hello"});
}

TEST_F(TransactionsTest, AnyProducerOfTheGroupIsAsked) {
  auto first = sim_.Connect("first");
  BeProducer(*first, "first");
  const Place half = SendHalf("one");
  first.reset();
  const auto second = sim_.Connect("second");
  BeProducer(*second, "second");
  sim_.scheduler().RunFor(5'900);
  EXPECT_EQ(Asked(*second), 0);
  sim_.scheduler().RunFor(200);
  EXPECT_EQ(Asked(*second), 1);
  EXPECT_EQ(undecided(), 1u);
  // The answer may name the half as it was first stored, or the copy.
  EXPECT_EQ(EndCode(half, kCommit), ResponseCode::kSuccess);
  EXPECT_EQ(undecided(), 0u);
  sim_.scheduler().RunFor(60'000);
  EXPECT_EQ(Asked(*second), 1);
  EXPECT_EQ(Read(), Bodies{"one"});
}

TEST_F(TransactionsTest, WhatNobodyDecidesIsPutAside) {
  const auto producer = sim_.Connect("producer");
  BeProducer(*producer, "producer");
  SendHalf("one");
  for (int i = 0; i < 20; ++i) {
    BeProducer(*producer, "producer");
    sim_.scheduler().RunFor(30'000);
  }
  EXPECT_EQ(Asked(*producer), sim_.broker().options().transaction_checks_max);
  EXPECT_EQ(undecided(), 0u);
  EXPECT_EQ(Read(), Bodies{});
  EXPECT_EQ(Read(std::string(model::kTransCheckMaxTimeTopic)), Bodies{"one"});
}

// RESUME_CHECK_HALF_MESSAGE: for whoever has mended what kept the producers from deciding.
TEST_F(TransactionsTest, WhatWasPutAsideIsAskedAboutAgainOnce) {
  SendHalf("one");
  const Place decided = SendHalf("two");
  ASSERT_EQ(EndCode(decided, kRollback), ResponseCode::kSuccess);
  for (int i = 0; i < 20; ++i) sim_.scheduler().RunFor(30'000);
  ASSERT_EQ(undecided(), 0u);
  const auto entry = sim_.store().FindQueue(model::kTransCheckMaxTimeTopic, 0)->At({});
  const auto resume = [&](int64_t offset) {
    remoting::ResumeCheckHalfMessageRequest request;
    request.msg_id =
        model::OffsetMessageId{sim_.broker().address().host, model::LogOffset(offset)}.ToString();
    return client_
        ->Invoke(remoting::MakeRequest(remoting::request_code::kResumeCheckHalfMessage, request))
        ->code();
  };
  EXPECT_EQ(resume(decided.log_offset), ResponseCode::kSystemError) << "it is decided";
  EXPECT_EQ(resume(decided.log_offset + 1), ResponseCode::kSystemError);
  EXPECT_EQ(resume(entry->offset.value()), ResponseCode::kSuccess);
  EXPECT_EQ(resume(entry->offset.value()), ResponseCode::kSystemError) << "twice";
  EXPECT_EQ(undecided(), 1u);
  Restart();
  EXPECT_EQ(undecided(), 1u);
  BeProducer(*client_, "producer");
  sim_.scheduler().RunFor(7'000);
  EXPECT_EQ(Asked(*client_), 1);
  const auto queue = sim_.store().FindQueue(model::kHalfTopic, 0);
  const auto copy = queue->At(queue->end() - 1);
  EXPECT_EQ(EndCode({queue->end().value() - 1, copy->offset.value()}, kCommit),
            ResponseCode::kSuccess);
  EXPECT_EQ(Read(), Bodies{"one"});
  EXPECT_EQ(resume(entry->offset.value()), ResponseCode::kSystemError) << "it is decided";
}

TEST_F(TransactionsTest, AHalfMayAskForMoreTime) {
  const auto producer = sim_.Connect("producer");
  BeProducer(*producer, "producer");
  const Place half = SendHalf("one", "CHECK_IMMUNITY_TIME_IN_SECONDS\00120\2");
  sim_.scheduler().RunFor(19'900);
  EXPECT_EQ(Asked(*producer), 0);
  sim_.scheduler().RunFor(200);
  EXPECT_EQ(Asked(*producer), 1);
  // Too late by itself, but not as an answer.
  EXPECT_EQ(EndCode(half, kCommit), ResponseCode::kIllegalOperation);
  EXPECT_EQ(End(half, kCommit, true)->code(), ResponseCode::kSuccess);
  EXPECT_EQ(Read(), Bodies{"one"});
}

TEST_F(TransactionsTest, WhatIsUndecidedSurvivesRestarts) {
  const Place first = SendHalf("first");
  const Place second = SendHalf("second");
  const Place third = SendHalf("third");
  ASSERT_EQ(EndCode(second, kCommit), ResponseCode::kSuccess);
  Restart();
  EXPECT_EQ(undecided(), 2u);
  EXPECT_EQ(EndCode(second, kCommit), ResponseCode::kSuccess);
  EXPECT_EQ(EndCode(third, kRollback), ResponseCode::kSuccess);
  Restart();
  EXPECT_EQ(undecided(), 1u);
  EXPECT_EQ(EndCode(first, kCommit), ResponseCode::kSuccess);
  Restart();
  EXPECT_EQ(undecided(), 0u);
  EXPECT_EQ(Read(), (Bodies{"second", "first"}));
  // What is done with is not read again.
  EXPECT_EQ(sim_.broker().offsets().Find(model::kHalfTopic, kTransactionGroup, 0),
            model::QueueOffset(3));
  EXPECT_EQ(sim_.broker().offsets().Find(model::kOpHalfTopic, kTransactionGroup, 0),
            model::QueueOffset(3));
}

TEST_F(TransactionsTest, QuestionsGoOnAfterARestart) {
  SendHalf("one");
  sim_.scheduler().RunFor(7'000);
  Restart();
  EXPECT_EQ(undecided(), 1u);
  BeProducer(*client_, "producer");
  sim_.scheduler().RunFor(31'000);
  EXPECT_EQ(Asked(*client_), 1);
  EXPECT_EQ(undecided(), 1u);
}

TEST_F(TransactionsTest, AWholeMessageWithoutItsOpIsFoundAfterACrash) {
  const Place half = SendHalf("one");
  SendHalf("two");
  StoreWhole(half);
  Restart();
  EXPECT_EQ(undecided(), 1u);
  EXPECT_EQ(EndCode(half, kCommit), ResponseCode::kSuccess);
  EXPECT_EQ(Read(), Bodies{"one"});
  Restart();
  EXPECT_EQ(undecided(), 1u);
}

// The same, after the queue was taken from the topic: the whole message is in another one.
TEST_F(TransactionsTest, AWholeMessageOfAFormerQueueIsFoundAfterACrash) {
  const Place half = SendHalf("one", {}, 3);
  SetQueues(2);
  StoreWhole(half);
  Restart();
  EXPECT_EQ(undecided(), 0u);
  EXPECT_EQ(EndCode(half, kCommit), ResponseCode::kSuccess);
  EXPECT_EQ(Read("orders", 1), Bodies{"one"});
}

// The same, with the number of queues changed once more before the broker starts.
TEST_F(TransactionsTest, AWholeMessageIsFoundHoweverOftenTheQueuesChanged) {
  const Place half = SendHalf("one", {}, 3);
  SetQueues(2);
  StoreWhole(half);
  SetQueues(4);
  Restart();
  EXPECT_EQ(undecided(), 0u);
  EXPECT_EQ(EndCode(half, kCommit), ResponseCode::kSuccess);
  EXPECT_EQ(Read("orders", 1), Bodies{"one"});
  EXPECT_EQ(Read("orders", 3), Bodies{});
}

// The same, with the topic gone: what was committed once is not committed to its successor again.
TEST_F(TransactionsTest, AWholeMessageOfADeletedTopicIsFoundAfterACrash) {
  const Place half = SendHalf("one");
  StoreWhole(half);
  ASSERT_TRUE(DeleteTopic(sim_.broker(), "orders"));
  Restart();
  EXPECT_EQ(undecided(), 0u);
  EXPECT_EQ(EndCode(half, kCommit), ResponseCode::kSuccess);
  EXPECT_EQ(sim_.store().MaxOffset("orders", 0), model::QueueOffset(0));
}

// A start that is killed has written the op of a copy, and not yet that of the whole message.
TEST_F(TransactionsTest, AWholeMessageBeforeAnotherOpIsFoundAfterACrash) {
  const Place half = SendHalf("one");
  SendHalf("two");
  StoreWhole(half);
  TransactionLog log(sim_.broker());
  ASSERT_TRUE(log.AppendOp("1"));
  Restart();
  EXPECT_EQ(undecided(), 0u);
  EXPECT_EQ(EndCode(half, kCommit), ResponseCode::kSuccess);
  EXPECT_EQ(Read(), Bodies{"one"});
}

TEST(TransactionsWithoutIndexTest, WholeMessagesOfFormerQueuesAreFoundAfterACrash) {
  store::StoreOptions store_options;
  store_options.index_enable = false;
  Bank bank(store_options);
  const Place half = bank.SendHalf("one", {}, 3);
  bank.SetQueues(2);
  bank.StoreWhole(half);
  bank.Restart();
  EXPECT_EQ(bank.undecided(), 0u);
  EXPECT_EQ(bank.EndCode(half, kCommit), ResponseCode::kSuccess);
  EXPECT_EQ(bank.Read("orders", 1), Bodies{"one"});
}

// Java's client removes the level before it sends; others do not, and RocketMQ's broker heeds it.
// Its copy names no half, which reads as the one at the log's beginning.
TEST_F(TransactionsTest, AWholeMessageThatIsSentBackDecidesNoOther) {
  const Place first = SendHalf("first");
  ASSERT_EQ(first.log_offset, 0);
  ASSERT_EQ(EndCode(SendHalf("second"), kCommit), ResponseCode::kSuccess);
  sim_.broker().groups().FindOrCreate("readers");
  const auto whole = sim_.store().FindQueue("orders", 0)->At(model::QueueOffset(0));
  ASSERT_TRUE(whole);
  remoting::ConsumerSendMsgBackRequest back;
  back.offset = whole->offset.value();
  back.group = "readers";
  ASSERT_EQ(
      client_->Invoke(remoting::MakeRequest(remoting::request_code::kConsumerSendMsgBack, back, {}))
          ->code(),
      ResponseCode::kSuccess);
  Restart();
  EXPECT_EQ(undecided(), 1u);
  EXPECT_EQ(EndCode(first, kCommit), ResponseCode::kSuccess);
  EXPECT_EQ(Read(), (Bodies{"second", "first"}));
}

TEST_F(TransactionsTest, ACommittedMessageWaitsForItsDelayLevel) {
  const Place half = SendHalf("one", "DELAY2");
  ASSERT_EQ(EndCode(half, kCommit), ResponseCode::kSuccess);
  EXPECT_EQ(undecided(), 0u);
  sim_.scheduler().RunFor(4'900);
  EXPECT_EQ(Read(), Bodies{});
  sim_.scheduler().RunFor(200);
  EXPECT_EQ(Read(), Bodies{"one"});
}

// A crash between the message in the schedule and its op.
TEST_F(TransactionsTest, ACommittedMessageThatWaitsIsFoundAfterACrash) {
  const Place half = SendHalf("one", "DELAY2");
  StoreWhole(half);
  Restart();
  EXPECT_EQ(undecided(), 0u);
  EXPECT_EQ(EndCode(half, kCommit), ResponseCode::kSuccess);
  sim_.scheduler().RunFor(6'000);
  EXPECT_EQ(Read(), Bodies{"one"});
}

TEST_F(TransactionsTest, AHalfWithATimeOfItsOwnIsRefused) {
  SentMessage message;
  message.properties = "TRAN_MSGtruePGROUPpayersTIMER_DELAY_SEC5";
  EXPECT_NE(client_->Invoke(SendRequest(message))->code(), ResponseCode::kSuccess);
  EXPECT_EQ(undecided(), 0u);
}

// As a kill leaves it in the middle of a question: the copy is there, the op for the first is not.
TEST_F(TransactionsTest, AHalfAndItsCopyAreOneTransactionAfterACrash) {
  const Place half = SendHalf("one");
  TransactionLog log(sim_.broker());
  const auto found = log.Read(model::LogOffset(half.log_offset));
  ASSERT_TRUE(found);
  ASSERT_TRUE(log.AppendCopy(found->record, CopyText(found->record.properties, 1)));
  Restart();
  EXPECT_EQ(undecided(), 1u);
  EXPECT_EQ(EndCode(half, kCommit), ResponseCode::kSuccess);
  EXPECT_EQ(undecided(), 0u);
  Restart();
  EXPECT_EQ(undecided(), 0u);
  EXPECT_EQ(Read(), Bodies{"one"});
}

// RocketMQ 5 writes several offsets into one op.
TEST_F(TransactionsTest, ReadsOpsOfSeveralHalves) {
  SendHalf("one");
  SendHalf("two");
  SendHalf("three");
  TransactionLog log(sim_.broker());
  ASSERT_TRUE(log.AppendOp("0,2,"));
  Restart();
  EXPECT_EQ(undecided(), 1u);
}

TEST(TransactionsOffTest, HalvesAreRefused) {
  BrokerOptions options;
  options.reject_transactions = true;
  SimBroker sim(options);
  const auto client = sim.Connect("client");
  SentMessage message;
  message.properties = "TRAN_MSG\1true\2PGROUP\1payers\2";
  const auto answer = client->Invoke(SendRequest(message));
  EXPECT_EQ(answer->code(), ResponseCode::kNoPermission);
  EXPECT_NE(answer->command.remark.find("sending transaction message is forbidden"),
            std::string_view::npos);
}

}  // namespace
}  // namespace pintle::broker
