#include "client/spent_records.h"

#include <gtest/gtest.h>

namespace pintle::client {
namespace {

TEST(SpentRecordsTest, TellsTheOwnerOnceAndFreesWhatCame) {
  const auto answer = std::make_shared<const remoting::OwnedCommand>();
  std::vector<PulledRecord> records(2);
  for (PulledRecord& record : records) record.answer = answer;
  SpentRecords spent;
  EXPECT_TRUE(spent.Add(records));
  EXPECT_FALSE(spent.Add(records));
  EXPECT_EQ(answer.use_count(), 7);
  spent.Free();
  EXPECT_EQ(answer.use_count(), 3);
  EXPECT_TRUE(spent.Add(records)) << "the owner is to be told again";
}

}  // namespace
}  // namespace pintle::client
