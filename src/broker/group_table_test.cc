#include "broker/group_table.h"

#include <gtest/gtest.h>

#include "base/memory_file_system.h"

namespace pintle::broker {
namespace {

constexpr auto kPath = "/config/subscriptionGroup.json";

class GroupTableTest : public ::testing::Test {
 protected:
  GroupTableTest() {
    EXPECT_TRUE(fs_.CreateDirectories("/config"));
    Open();
  }
  void Open() {
    groups_ = std::make_unique<GroupTable>(clock_, options_, fs_, executor_, kPath);
    EXPECT_TRUE(groups_->Load());
  }
  static Group Named(std::string name) {
    Group group;
    group.name = std::move(name);
    return group;
  }

  ManualClock clock_;
  MemoryFileSystem fs_;
  BoundedExecutor executor_{{.name = "test", .threads = 0}};
  BrokerOptions options_;
  std::unique_ptr<GroupTable> groups_;
};

TEST_F(GroupTableTest, HasTheGroupsThatToolsUse) {
  for (const std::string_view name :
       {"TOOLS_CONSUMER", "FILTERSRV_CONSUMER", "SELF_TEST_C_GROUP", "CID_ONS-HTTP-PROXY",
        "CID_ONSAPI_PULL", "CID_ONSAPI_OWNER", "CID_ONSAPI_PERMISSION", "CID_RMQ_SYS_TRANS"})
    EXPECT_NE(groups_->Find(name), nullptr) << name;
  EXPECT_EQ(groups_->size(), 8u);
}

TEST_F(GroupTableTest, MakesAGroupWhenItIsFirstUsedAndKeepsIt) {
  EXPECT_EQ(groups_->Find("readers"), nullptr);
  ASSERT_NE(groups_->FindOrCreate("readers"), nullptr);
  Open();
  const auto group = groups_->Find("readers");
  ASSERT_NE(group, nullptr);
  EXPECT_EQ(*group, Named("readers"));
}

TEST_F(GroupTableTest, DoesNotMakeWhatIsNoName) {
  EXPECT_EQ(groups_->FindOrCreate("not a name"), nullptr);
  EXPECT_EQ(groups_->FindOrCreate(std::string(121, 'x')), nullptr);
}

TEST_F(GroupTableTest, MakesOnlyTheSystemsOwnWhenThatIsOff) {
  options_.groups_auto_create = false;
  EXPECT_EQ(groups_->FindOrCreate("readers"), nullptr);
  EXPECT_NE(groups_->FindOrCreate("CID_RMQ_SYS_X"), nullptr);
}

TEST_F(GroupTableTest, ChangesSurviveARestart) {
  Group group = Named("readers");
  group.retry_max_times = 3;
  group.consume_enable = false;
  group.retry_policy.kind = model::RetryPolicy::Kind::kExponential;
  ASSERT_TRUE(groups_->Update(group));
  ASSERT_TRUE(groups_->file().WriteNow());
  Open();
  ASSERT_NE(groups_->Find("readers"), nullptr);
  EXPECT_EQ(*groups_->Find("readers"), group);
  EXPECT_NE(groups_->Delete("readers"), 0u);
  ASSERT_TRUE(groups_->file().WriteNow());
  Open();
  EXPECT_EQ(groups_->Find("readers"), nullptr);
}

TEST_F(GroupTableTest, GroupsHaveNoAttributes) {
  Group group = Named("readers");
  group.attributes = {{"+x", "1"}};
  EXPECT_FALSE(groups_->Update(group));
}

TEST_F(GroupTableTest, ReadsWhichTopicsAreForbidden) {
  ASSERT_TRUE(
      WriteFileAtomically(fs_, kPath,
                          "{\"dataVersion\":{\"counter\":1,\"stateVersion\":0,\"timestamp\":1},"
                          "\"forbiddenTable\":{\"readers\":{\"orders\":4,\"others\":2}},"
                          "\"subscriptionGroupTable\":{\"readers\":{\"groupName\":\"readers\"}}}",
                          false));
  Open();
  EXPECT_TRUE(groups_->IsReadForbidden("readers", "orders"));
  EXPECT_FALSE(groups_->IsReadForbidden("readers", "others"));
  EXPECT_FALSE(groups_->IsReadForbidden("writers", "orders"));
}

}  // namespace
}  // namespace pintle::broker
