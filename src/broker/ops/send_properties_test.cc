#include "broker/ops/send_properties.h"

#include <gtest/gtest.h>

namespace pintle::broker {
namespace {

TEST(SendPropertiesTest, FindsWhatASendNeeds) {
  const auto found = SendProperties::Scan(
      "KEYS\1a b\2UNIQ_KEY\1ID\2TAGS\1red\2WAIT\1false\2DELAY\0013\2other\1x\2");
  EXPECT_EQ(found.keys, "a b");
  EXPECT_EQ(found.uniq_key, "ID");
  EXPECT_EQ(found.tags, "red");
  EXPECT_FALSE(found.wait_store_ok);
  EXPECT_EQ(found.delay_level, 3);
  EXPECT_FALSE(found.has_reserved);
  EXPECT_FALSE(found.ends_open);
}

TEST(SendPropertiesTest, NothingIsFoundInNothing) {
  const auto found = SendProperties::Scan("");
  EXPECT_TRUE(found.uniq_key.empty());
  EXPECT_TRUE(found.wait_store_ok);
  EXPECT_FALSE(found.ends_open);
}

TEST(SendPropertiesTest, DropsWhatRocketMqDrops) {
  const auto found = SendProperties::Scan("TAGS\1\2\1red\2KEYS\2UNIQ_KEY\1ID");
  EXPECT_TRUE(found.tags.empty());
  EXPECT_TRUE(found.keys.empty());
  EXPECT_EQ(found.uniq_key, "ID");
  EXPECT_TRUE(found.ends_open);
}

TEST(SendPropertiesTest, TheLastOfSeveralCounts) {
  EXPECT_EQ(SendProperties::Scan("TAGS\1a\2TAGS\1b\2").tags, "b");
}

TEST(SendPropertiesTest, TellsMessagesThatAreNotStoredAtOnce) {
  EXPECT_TRUE(SendProperties::Scan("TRAN_MSG\1TRUE\2").prepared);
  EXPECT_FALSE(SendProperties::Scan("TRAN_MSG\1yes\2").prepared);
  for (const char* text :
       {"TIMER_DELAY_SEC\0015\2", "TIMER_DELAY_MS\0015\2", "TIMER_DELIVER_MS\0015\2"})
    EXPECT_TRUE(SendProperties::Scan(text).timed) << text;
  EXPECT_FALSE(SendProperties::Scan("TIMER_DELAY_XX\0015\2").timed);
}

TEST(SendPropertiesTest, TellsWhatOnlyTheBrokerSets) {
  for (const char* text : {"POP_CK\1x\2", "CLUSTER\1x\2", "MSG_REGION\1x\2", "TRACE_ON\1x\2"})
    EXPECT_TRUE(SendProperties::Scan(text).has_reserved) << text;
}

}  // namespace
}  // namespace pintle::broker
