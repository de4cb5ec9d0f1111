#include "client/name_space.h"

#include <gtest/gtest.h>

namespace pintle::client {
namespace {

TEST(NameSpaceTest, WrapsAsRocketMqDoes) {
  const NameSpace names("MQ_INST_1");
  EXPECT_EQ(names.Wrap("orders"), "MQ_INST_1%orders");
  EXPECT_EQ(names.Wrap("MQ_INST_1%orders"), "MQ_INST_1%orders");
  EXPECT_EQ(names.Wrap("%RETRY%readers"), "%RETRY%MQ_INST_1%readers");
  EXPECT_EQ(names.Wrap("%DLQ%MQ_INST_1%readers"), "%DLQ%MQ_INST_1%readers");
  for (const std::string_view system :
       {"TBW102", "RMQ_SYS_TRACE_TOPIC", "SCHEDULE_TOPIC_XXXX", "CID_RMQ_SYS_X"})
    EXPECT_EQ(names.Wrap(system), system);
  EXPECT_EQ(names.Wrap(MessageQueue{"orders", "b", 3}), (MessageQueue{"MQ_INST_1%orders", "b", 3}));
}

TEST(NameSpaceTest, UnwrapsItsOwnNamesAlone) {
  const NameSpace names("MQ_INST_1");
  EXPECT_EQ(names.Unwrap("MQ_INST_1%orders"), "orders");
  EXPECT_EQ(names.Unwrap("%RETRY%MQ_INST_1%readers"), "%RETRY%readers");
  EXPECT_EQ(names.Unwrap("MQ_INST_2%orders"), "MQ_INST_2%orders");
  EXPECT_EQ(names.Unwrap("orders"), "orders");
}

TEST(NameSpaceTest, WithoutOneNamesStay) {
  const NameSpace none("");
  EXPECT_EQ(none.Wrap("orders"), "orders");
  EXPECT_EQ(none.Unwrap("a%orders"), "a%orders");
}

}  // namespace
}  // namespace pintle::client
