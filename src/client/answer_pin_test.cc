#include "client/answer_pin.h"

#include <gtest/gtest.h>

#include <vector>

namespace pintle::client {
namespace {

struct Pinned {
  AnswerPin pin;
};

AnswerPin::Answer NewAnswer() { return std::make_shared<const remoting::OwnedCommand>(); }

TEST(AnswerPinTest, KeepsTheAnswerUntilTheLastIsGone) {
  const auto answer = NewAnswer();
  std::vector<Pinned> all(3);
  AnswerPin::PinAll(answer, all);
  EXPECT_EQ(answer.use_count(), 2) << "the pins together count once";
  Pinned copied = all[1];
  Pinned moved = std::move(all[2]);
  all.clear();
  EXPECT_EQ(answer.use_count(), 2);
  copied = std::move(moved);
  EXPECT_EQ(answer.use_count(), 2);
  copied = Pinned();
  EXPECT_EQ(answer.use_count(), 1);
}

TEST(AnswerPinTest, TakesManyAtOnceWhateverTheyPin) {
  const auto first = NewAnswer();
  const auto second = NewAnswer();
  std::vector<Pinned> all(4);
  std::vector<Pinned> others(2);
  AnswerPin::PinAll(first, all);
  AnswerPin::PinAll(second, others);
  const Pinned kept = all[3];
  all.insert(all.begin() + 1, others.begin(), others.end());
  all.emplace_back();  // pins nothing
  AnswerPin::UnpinAll(others);
  EXPECT_EQ(second.use_count(), 2);
  AnswerPin::UnpinAll(all);
  EXPECT_EQ(second.use_count(), 1);
  EXPECT_EQ(first.use_count(), 2) << "a copy is left";
}

TEST(AnswerPinTest, AnAnswerWithoutMessagesIsNotKept) {
  const auto answer = NewAnswer();
  std::vector<Pinned> none;
  AnswerPin::PinAll(answer, none);
  EXPECT_EQ(answer.use_count(), 1);
}

}  // namespace
}  // namespace pintle::client
