#include "broker/topic_table.h"

#include <gtest/gtest.h>

#include "base/memory_file_system.h"
#include "store/store_testing.h"

namespace pintle::broker {
namespace {

constexpr auto kPath = "/config/topics.json";

class TopicTableTest : public ::testing::Test {
 protected:
  TopicTableTest() {
    EXPECT_TRUE(fs_.CreateDirectories("/config"));
    store::StoreOptions options = store::SmallStoreOptions();
    options.path = "/store";
    store_ = store::OpenStore(fs_, clock_, options);
    Open();
  }
  void Open() {
    topics_ = std::make_unique<TopicTable>(*store_, clock_, options_, fs_, executor_, kPath);
    EXPECT_TRUE(topics_->Load());
    topics_->SetChangeListener([this](std::string_view topic) { changed_.emplace_back(topic); });
  }
  static model::TopicConfig Config(std::string name, int32_t queues,
                                   std::map<std::string, std::string> attributes = {}) {
    model::TopicConfig config;
    config.name = std::move(name);
    config.read_queues = config.write_queues = queues;
    config.attributes = std::move(attributes);
    return config;
  }

  ManualClock clock_;
  MemoryFileSystem fs_;
  BoundedExecutor executor_{{.name = "test", .threads = 0}};
  std::unique_ptr<store::MessageStore> store_;
  BrokerOptions options_;
  std::unique_ptr<TopicTable> topics_;
  std::vector<std::string> changed_;
};

TEST_F(TopicTableTest, HasTheTopicsThatEveryBrokerHas) {
  struct Expected {
    std::string_view name;
    int32_t queues;
    int32_t perm;
  };
  const Expected expected[] = {
      {"TBW102", 8, 7},
      {"SELF_TEST_TOPIC", 1, 6},
      {"BenchmarkTest", 1024, 6},
      {"DefaultCluster", 16, 7},
      {"broker-a", 1, 7},
      {"OFFSET_MOVED_EVENT", 1, 6},
      {"SCHEDULE_TOPIC_XXXX", 18, 6},
      {"DefaultCluster_REPLY_TOPIC", 1, 6},
      {"rmq_sys_REVIVE_LOG_DefaultCluster", 8, 6},
      {"rmq_sys_SYNC_BROKER_MEMBER_broker-a", 1, 1},
      {"RMQ_SYS_TRANS_HALF_TOPIC", 1, 6},
      {"RMQ_SYS_TRANS_OP_HALF_TOPIC", 1, 6},
      {"rmq_sys_wheel_timer", 1, 6},
  };
  for (const Expected& one : expected) {
    const auto topic = topics_->Find(one.name);
    ASSERT_NE(topic, nullptr) << one.name;
    EXPECT_EQ(topic->config().write_queues, one.queues) << one.name;
    EXPECT_EQ(topic->config().read_queues, one.queues) << one.name;
    EXPECT_EQ(topic->config().perm, one.perm) << one.name;
    EXPECT_TRUE(topics_->IsSystem(one.name)) << one.name;
  }
  EXPECT_EQ(topics_->size(), std::size(expected));
  EXPECT_FALSE(topics_->Contains("RMQ_SYS_TRACE_TOPIC"));
}

TEST_F(TopicTableTest, InheritsTheSmallerNumberOfQueues) {
  const auto few = topics_->FindOrInherit("few", "TBW102", 2, 0);
  ASSERT_TRUE(few);
  EXPECT_EQ(few->topic->config().write_queues, 2);
  EXPECT_EQ(few->topic->config().perm, model::kPermRead | model::kPermWrite);
  const auto many = topics_->FindOrInherit("many", "TBW102", 100, 0);
  ASSERT_TRUE(many);
  EXPECT_EQ(many->topic->config().write_queues, 8);
  const auto again = topics_->FindOrInherit("few", "TBW102", 5, 0);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->change, 0u);
  EXPECT_EQ(changed_, (std::vector<std::string>{"few", "many"}));
}

TEST_F(TopicTableTest, DoesNotInheritWhatMustNotBeInherited) {
  ASSERT_TRUE(topics_->Update(Config("plain", 4)));
  const auto from_plain = topics_->FindOrInherit("x", "plain", 4, 0);
  ASSERT_FALSE(from_plain);
  EXPECT_EQ(from_plain.error().code, RefusalCode::kTopicMissing);
  EXPECT_FALSE(topics_->FindOrInherit("x", "absent", 4, 0));
  EXPECT_FALSE(topics_->Contains("x"));
}

TEST_F(TopicTableTest, MakesNoTopicByItselfWhenThatIsOff) {
  ASSERT_TRUE(topics_->Update(Config("kept", 1)));
  ASSERT_TRUE(topics_->file().WriteNow());
  options_.topics_auto_create = false;
  Open();
  EXPECT_TRUE(topics_->Contains("TBW102"));  // of the file
  EXPECT_FALSE(topics_->FindOrInherit("x", "TBW102", 4, 0));
}

TEST_F(TopicTableTest, IsWrittenAsRocketMqWritesIt) {
  options_ = {};
  ASSERT_TRUE(topics_->Update(Config("orders", 4, {{"+message.type", "FIFO"}})));
  ASSERT_TRUE(topics_->file().WriteNow());
  const auto text = ReadWholeFile(fs_, kPath);
  ASSERT_TRUE(text);
  EXPECT_TRUE(
      text->starts_with("{\n\t\"dataVersion\":{\n\t\t\"counter\":1,\n"
                        "\t\t\"stateVersion\":0,\n\t\t\"timestamp\":1700000000000\n\t},\n"
                        "\t\"topicConfigTable\":{\n"))
      << *text;
  EXPECT_TRUE(text->contains(
      "\t\t\"orders\":{\n\t\t\t\"attributes\":{\n\t\t\t\t\"message.type\":\"FIFO\"\n\t\t\t},\n"
      "\t\t\t\"order\":false,\n\t\t\t\"perm\":6,\n\t\t\t\"readQueueNums\":4,\n"
      "\t\t\t\"topicFilterType\":\"SINGLE_TAG\",\n\t\t\t\"topicName\":\"orders\",\n"
      "\t\t\t\"topicSysFlag\":0,\n\t\t\t\"writeQueueNums\":4\n\t\t}"))
      << *text;
}

TEST_F(TopicTableTest, WhatTheFileSaysOfASystemTopicStays) {
  ASSERT_TRUE(topics_->Update(Config("TBW102", 3)));
  ASSERT_TRUE(topics_->file().WriteNow());
  Open();
  EXPECT_EQ(topics_->Find("TBW102")->config().write_queues, 3);
}

TEST_F(TopicTableTest, AnUpdateThatChangesNothingIsNoChange) {
  ASSERT_TRUE(topics_->Update(Config("orders", 4)));
  const auto version = topics_->version();
  const auto same = topics_->Update(Config("orders", 4));
  ASSERT_TRUE(same);
  EXPECT_EQ(same->change, 0u);
  EXPECT_EQ(topics_->version(), version);
}

TEST_F(TopicTableTest, RefusesAttributesThatItDoesNotServe) {
  for (const auto& [key, value] :
       std::map<std::string, std::string>{{"+queue.type", "BatchCQ"},
                                          {"+cleanup.policy", "COMPACTION"},
                                          {"+reserve.time", "1"},
                                          {"+unknown", "1"},
                                          {"-message.type", ""},
                                          {"message.type", "FIFO"}}) {
    EXPECT_FALSE(topics_->Update(Config("orders", 4, {{key, value}}))) << key;
  }
  EXPECT_FALSE(topics_->Contains("orders"));
}

TEST_F(TopicTableTest, AttributesAreChangedOneByOne) {
  ASSERT_TRUE(topics_->Update(Config("orders", 4, {{"+message.type", "FIFO"}})));
  EXPECT_FALSE(topics_->Update(Config("orders", 4, {{"+queue.type", "SimpleCQ"}})));
  const auto changed = topics_->Update(Config("orders", 8, {{"+message.type", "DELAY"}}));
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->topic->config().attributes.at("message.type"), "DELAY");
  const auto removed = topics_->Update(Config("orders", 8, {{"-message.type", ""}}));
  ASSERT_TRUE(removed);
  EXPECT_TRUE(removed->topic->config().attributes.empty());
}

TEST_F(TopicTableTest, ADeletedTopicStaysDeleted) {
  ASSERT_TRUE(topics_->Update(Config("orders", 4)));
  EXPECT_NE(topics_->Delete("orders"), 0u);
  EXPECT_EQ(topics_->Delete("orders"), 0u);
  ASSERT_TRUE(topics_->file().WriteNow());
  Open();
  EXPECT_FALSE(topics_->Contains("orders"));
}

TEST_F(TopicTableTest, OrderedTopicsAreMarked) {
  ASSERT_TRUE(topics_->Update(Config("orders", 4)));
  topics_->MarkOrdered({"orders", "absent"});
  EXPECT_TRUE(topics_->IsOrdered("orders"));
  EXPECT_FALSE(topics_->IsOrdered("absent"));
}

TEST_F(TopicTableTest, AnUnreadableFileIsNoEmptyTable) {
  ASSERT_TRUE(WriteFileAtomically(fs_, kPath, "{\"topicConfigTable\":{", false));
  TopicTable topics(*store_, clock_, options_, fs_, executor_, kPath);
  EXPECT_FALSE(topics.Load());
}

}  // namespace
}  // namespace pintle::broker
