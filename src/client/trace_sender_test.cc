#include "client/trace_sender.h"

#include <gtest/gtest.h>

namespace pintle::client {
namespace {

MessageView Consumed() {
  MessageView message;
  message.message_id = "ID";
  message.keys = {"k1", "k2"};
  message.reconsume_times = 2;
  message.properties["MSG_REGION"] = "DefaultRegion";
  return message;
}

TEST(TraceTest, ASendIsToldInFourteenFields) {
  const Message message{.topic = "t", .body = "four", .tags = "tag", .keys = {"k1", "k2"}};
  SendTrace send;
  send.topic = "t";
  send.offset_message_id = "OFFSET";
  send.store_host = "127.0.0.1:10911";
  send.region = "DefaultRegion";
  send.start_ms = 1234;
  send.cost_ms = 5;
  EXPECT_EQ(EncodeSendTrace("g", TraceSubject::Of(message), send, "ID"),
            "Pub\x01"
            "1234\x01"
            "DefaultRegion\x01g\x01t\x01ID\x01tag\x01k1 k2\x01"
            "127.0.0.1:10911\x01"
            "4\x01"
            "5\x01"
            "0\x01OFFSET\x01true\x02");
}

TEST(TraceTest, TheEndOfATransactionIsToldInThirteenFields) {
  const Message message{.topic = "t", .body = "four", .tags = "tag", .keys = {"k1", "k2"}};
  TransactionTrace end;
  end.topic = "t";
  end.message_id = "ID";
  end.store_host = "127.0.0.1:10911";
  end.time_ms = 1234;
  end.verdict = TransactionVerdict::kCommit;
  EXPECT_EQ(EncodeEndTrace("g", TraceSubject::Of(message), end),
            "EndTransaction\x01"
            "1234\x01"
            "DefaultRegion\x01g\x01t\x01ID\x01tag\x01k1 k2\x01"
            "127.0.0.1:10911\x01"
            "2\x01ID\x01"
            "COMMIT_MESSAGE\x01"
            "false\x02");
  end.region = "north";
  end.verdict = TransactionVerdict::kUnknown;
  end.was_asked = true;
  EXPECT_EQ(EncodeEndTrace("g", {}, end),
            "EndTransaction\x01"
            "1234\x01north\x01g\x01t\x01ID\x01null\x01null\x01"
            "127.0.0.1:10911\x01"
            "2\x01ID\x01UNKNOW\x01true\x02");
}

TEST(TraceTest, AConsumptionIsToldBeforeAndAfter) {
  EXPECT_EQ(EncodeBeforeTrace("g", "REQUEST", 1234, Consumed()),
            "SubBefore\x01"
            "1234\x01"
            "DefaultRegion\x01g\x01REQUEST\x01ID\x01"
            "2\x01k1 k2\x02");
  EXPECT_EQ(EncodeAfterTrace("g", "REQUEST", 1234, 7, ConsumeOutcome::kFailed, Consumed()),
            "SubAfter\x01REQUEST\x01ID\x01"
            "7\x01"
            "false\x01k1 k2\x01"
            "4\x01"
            "1234\x01g\x02");
}

}  // namespace
}  // namespace pintle::client
