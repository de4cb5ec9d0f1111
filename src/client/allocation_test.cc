#include "pintle/allocation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace pintle::client {
namespace {

std::vector<MessageQueue> Queues(int count) {
  std::vector<MessageQueue> queues;
  for (int i = 0; i < count; ++i) queues.push_back({"topic", "broker", i});
  return queues;
}

std::vector<int> Ids(const std::vector<MessageQueue>& queues) {
  std::vector<int> ids;
  for (const auto& queue : queues) ids.push_back(queue.queue_id);
  return ids;
}

TEST(AllocationTest, SharesNeighboursAndGivesTheRestToTheFirstMembers) {
  const auto queues = Queues(8);
  const std::vector<std::string> members{"a", "b", "c"};
  EXPECT_EQ(Ids(AllocateAveragely()("a", queues, members)), (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(Ids(AllocateAveragely()("b", queues, members)), (std::vector<int>{3, 4, 5}));
  EXPECT_EQ(Ids(AllocateAveragely()("c", queues, members)), (std::vector<int>{6, 7}));
}

TEST(AllocationTest, LeavesMembersBeyondTheLastQueueWithNothing) {
  const auto queues = Queues(2);
  const std::vector<std::string> members{"a", "b", "c"};
  EXPECT_EQ(Ids(AllocateAveragely()("b", queues, members)), (std::vector<int>{1}));
  EXPECT_TRUE(AllocateAveragely()("c", queues, members).empty());
}

TEST(AllocationTest, GivesAStrangerNothing) {
  const std::vector<std::string> members{"a"};
  EXPECT_TRUE(AllocateAveragely()("z", Queues(4), members).empty());
}

// Whatever the numbers, every queue has exactly one owner.
TEST(AllocationTest, CoversEveryQueueOnce) {
  for (int queue_count = 0; queue_count <= 17; ++queue_count) {
    for (int member_count = 1; member_count <= 9; ++member_count) {
      std::vector<std::string> members;
      for (int i = 0; i < member_count; ++i) members.push_back("m" + std::to_string(i));
      const auto queues = Queues(queue_count);
      std::set<int> seen;
      size_t total = 0;
      for (const auto& member : members) {
        for (int id : Ids(AllocateAveragely()(member, queues, members))) seen.insert(id), ++total;
      }
      EXPECT_EQ(total, static_cast<size_t>(queue_count));
      EXPECT_EQ(seen.size(), static_cast<size_t>(queue_count));
    }
  }
}

// What the strategies of the Java client 5.5.0 of these names gave for these lists.
class AllocationOfJavaTest : public ::testing::Test {
 protected:
  // Places in the sorted list of queues, for each member.
  std::vector<std::vector<int>> Shares(const Allocation& allocation) const {
    std::vector<std::vector<int>> shares;
    for (const std::string& member : members_) {
      std::vector<int>& share = shares.emplace_back();
      for (const MessageQueue& queue : allocation(member, queues_, members_))
        share.push_back(static_cast<int>(std::ranges::find(queues_, queue) - queues_.begin()));
    }
    return shares;
  }

  using Expected = std::vector<std::vector<int>>;
  const std::vector<std::string> members_{"r1-10.0.0.1@1", "r1-10.0.0.2@2", "r3-10.0.0.3@3"};
  const std::vector<MessageQueue> queues_ = [] {
    std::vector<MessageQueue> queues;
    for (const char* broker : {"plain", "r1@b0", "r1@b1", "r2@b0"}) {
      for (int id = 0; id < 5; ++id) queues.push_back({"orders", broker, id});
    }
    return queues;
  }();
};

TEST_F(AllocationOfJavaTest, Averagely) {
  EXPECT_EQ(Shares(AllocateAveragely()),
            (Expected{{0, 1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 12, 13}, {14, 15, 16, 17, 18, 19}}));
}

TEST_F(AllocationOfJavaTest, ByCircle) {
  EXPECT_EQ(Shares(AllocateByCircle()),
            (Expected{{0, 3, 6, 9, 12, 15, 18}, {1, 4, 7, 10, 13, 16, 19}, {2, 5, 8, 11, 14, 17}}));
}

TEST_F(AllocationOfJavaTest, ByConsistentHash) {
  EXPECT_EQ(Shares(AllocateByConsistentHash()),
            (Expected{{1, 2, 4, 5, 6, 8, 10, 13, 14, 17, 19}, {9, 16, 18}, {0, 3, 7, 11, 12, 15}}));
}

TEST_F(AllocationOfJavaTest, InRooms) {
  EXPECT_EQ(Shares(AllocateInRooms({"r1", "r2"})),
            (Expected{{5, 6, 7, 8, 9}, {10, 11, 12, 13, 14}, {15, 16, 17, 18, 19}}));
}

TEST_F(AllocationOfJavaTest, Nearby) {
  const auto of_queue = [](const MessageQueue& queue) {
    return queue.broker_name.substr(0, queue.broker_name.find('@'));
  };
  const auto of_member = [](std::string_view member) {
    return std::string(member.substr(0, member.find('-')));
  };
  EXPECT_EQ(Shares(AllocateNearby(AllocateAveragely(), of_queue, of_member)),
            (Expected{{5, 6, 7, 8, 9, 0, 1, 15, 16}, {10, 11, 12, 13, 14, 2, 3, 17, 18}, {4, 19}}));
}

TEST(AllocationTest, ConfiguredQueuesAreOfTheTopicAsked) {
  const Allocation allocation =
      AllocateConfigured({{"topic", "broker", 2}, {"other", "broker", 1}});
  const std::vector<std::string> members{"a", "b"};
  EXPECT_EQ(Ids(allocation("b", Queues(4), members)), (std::vector<int>{2}));
  const std::vector<MessageQueue> retry{{"%RETRY%g", "broker", 0}};
  EXPECT_EQ(allocation("a", retry, members).size(), 1u) << "shared out as ever";
}

}  // namespace
}  // namespace pintle::client
