#include "client/spent_records.h"

#include <gtest/gtest.h>

namespace pintle::client {
namespace {

TEST(SpentRecordsTest, TellsTheOwnerOnceAndFreesWhatCame) {
  const auto answer = std::make_shared<const remoting::OwnedCommand>();
  std::vector<PulledRecord> records(2);
  AnswerPin::PinAll(answer, records);
  EXPECT_EQ(answer.use_count(), 2);
  SpentRecords spent;
  EXPECT_TRUE(spent.Add(records));
  EXPECT_FALSE(spent.Add(std::move(records)));
  spent.Free();
  EXPECT_EQ(answer.use_count(), 1);
  EXPECT_TRUE(spent.Add({})) << "the owner is to be told again";
}

}  // namespace
}  // namespace pintle::client
