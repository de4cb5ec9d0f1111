#include "client/allocation.h"

#include <gtest/gtest.h>

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
  EXPECT_EQ(Ids(AllocateAveragely("a", queues, members)), (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(Ids(AllocateAveragely("b", queues, members)), (std::vector<int>{3, 4, 5}));
  EXPECT_EQ(Ids(AllocateAveragely("c", queues, members)), (std::vector<int>{6, 7}));
}

TEST(AllocationTest, LeavesMembersBeyondTheLastQueueWithNothing) {
  const auto queues = Queues(2);
  const std::vector<std::string> members{"a", "b", "c"};
  EXPECT_EQ(Ids(AllocateAveragely("b", queues, members)), (std::vector<int>{1}));
  EXPECT_TRUE(AllocateAveragely("c", queues, members).empty());
}

TEST(AllocationTest, GivesAStrangerNothing) {
  const std::vector<std::string> members{"a"};
  EXPECT_TRUE(AllocateAveragely("z", Queues(4), members).empty());
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
        for (int id : Ids(AllocateAveragely(member, queues, members))) seen.insert(id), ++total;
      }
      EXPECT_EQ(total, static_cast<size_t>(queue_count));
      EXPECT_EQ(seen.size(), static_cast<size_t>(queue_count));
    }
  }
}

}  // namespace
}  // namespace pintle::client
