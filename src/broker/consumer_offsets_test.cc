#include "broker/consumer_offsets.h"

#include <gtest/gtest.h>

#include "base/memory_file_system.h"

namespace pintle::broker {
namespace {

using Names = std::vector<std::string>;

class ConsumerOffsetsTest : public ::testing::Test {
 protected:
  ConsumerOffsetsTest() { EXPECT_TRUE(fs_.CreateDirectories("/config")); }
  std::unique_ptr<ConsumerOffsets> Open() {
    auto offsets =
        std::make_unique<ConsumerOffsets>(clock_, fs_, executor_, "/config/consumerOffset.json");
    EXPECT_TRUE(offsets->Load());
    return offsets;
  }

  ManualClock clock_;
  MemoryFileSystem fs_;
  BoundedExecutor executor_{{.name = "test", .threads = 0}};
};

TEST_F(ConsumerOffsetsTest, AreKeptAcrossARestart) {
  auto offsets = Open();
  offsets->Commit("orders", "g", 3, QueueOffset(250), "test");
  offsets->SetPulled("orders", "g", 3, QueueOffset(300), 50);
  ASSERT_TRUE(offsets->file().WriteNow());

  offsets = Open();
  EXPECT_EQ(offsets->Find("orders", "g", 3), QueueOffset(250));
  EXPECT_EQ(offsets->FindPulled("orders", "g", 3), QueueOffset(250));
  EXPECT_EQ(offsets->Find("orders", "g", 4), std::nullopt);
}

TEST_F(ConsumerOffsetsTest, AreWrittenAsRocketMqWritesThem) {
  auto offsets = Open();
  offsets->Commit("orders", "g", 0, QueueOffset(7), "test");
  offsets->Commit("orders", "g", 1, QueueOffset(12), "test");
  ASSERT_TRUE(offsets->file().WriteNow());
  EXPECT_EQ(ReadWholeFile(fs_, "/config/consumerOffset.json"),
            "{\n\t\"dataVersion\":{\n\t\t\"counter\":0,\n\t\t\"stateVersion\":0,\n"
            "\t\t\"timestamp\":0\n\t},\n\t\"offsetTable\":{\n\t\t\"orders@g\":{\n"
            "\t\t\t0:7,\n\t\t\t1:12\n\t\t}\n\t}\n}");
}

TEST_F(ConsumerOffsetsTest, ReadsWhatRocketMqWrote) {
  ASSERT_TRUE(WriteFileAtomically(fs_, "/config/consumerOffset.json",
                                  "{\n\t\"dataVersion\":{\"counter\":3,\"stateVersion\":0,"
                                  "\"timestamp\":5},\"groupTopicMap\":{\"g\":[\"t\"]},"
                                  "\"offsetTable\":{\"t@g\":{0:250,1:251\n\t\t}},"
                                  "\"pullOffsetTable\":{}}",
                                  true));
  const auto offsets = Open();
  EXPECT_EQ(offsets->Find("t", "g", 0), QueueOffset(250));
  EXPECT_EQ(offsets->Find("t", "g", 1), QueueOffset(251));
  EXPECT_EQ(offsets->version(), (model::DataVersion{0, 5, 3}));
}

TEST_F(ConsumerOffsetsTest, AnUnreadableFileIsReadFromItsBackup) {
  auto offsets = Open();
  offsets->Commit("t", "g", 0, QueueOffset(1), "test");
  ASSERT_TRUE(offsets->file().WriteNow());
  offsets->Commit("t", "g", 0, QueueOffset(2), "test");
  ASSERT_TRUE(offsets->file().WriteNow());
  ASSERT_TRUE(WriteFileAtomically(fs_, "/config/consumerOffset.json", "{\"offsetTab", false));
  offsets = Open();
  EXPECT_EQ(offsets->Find("t", "g", 0), QueueOffset(1));
}

TEST_F(ConsumerOffsetsTest, NothingReadableIsAnErrorAndNotAnEmptyTable) {
  ASSERT_TRUE(WriteFileAtomically(fs_, "/config/consumerOffset.json", "garbage", false));
  ConsumerOffsets offsets(clock_, fs_, executor_, "/config/consumerOffset.json");
  const Status loaded = offsets.Load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::kCorrupt);
}

TEST_F(ConsumerOffsetsTest, AResetIsTakenOnceAndComesBeforeWhatWasConsumed) {
  const auto offsets = Open();
  offsets->Commit("t", "g", 0, QueueOffset(100), "test");
  offsets->Reset("t", "g", 0, QueueOffset(10), "a test");
  EXPECT_TRUE(offsets->HasReset("t", "g", 0));
  EXPECT_EQ(offsets->Find("t", "g", 0), QueueOffset(10));
  EXPECT_EQ(offsets->TakeReset("t", "g", 0), QueueOffset(10));
  EXPECT_EQ(offsets->TakeReset("t", "g", 0), std::nullopt);
  EXPECT_FALSE(offsets->HasReset("t", "g", 0));
}

TEST_F(ConsumerOffsetsTest, TellsWhoConsumesWhat) {
  const auto offsets = Open();
  offsets->Commit("a", "g", 0, QueueOffset(1), "test");
  offsets->Commit("b", "g", 0, QueueOffset(1), "test");
  offsets->Commit("a", "h", 0, QueueOffset(1), "test");
  offsets->SetPulled("c", "g", 0, QueueOffset(1), 1);
  EXPECT_EQ(offsets->TopicsOf("g"), (Names{"a", "b"}));
  EXPECT_EQ(offsets->GroupsOf("a"), (Names{"g", "h"}));
  offsets->ForgetTopic("a");
  EXPECT_EQ(offsets->TopicsOf("g"), Names{"b"});
  offsets->ForgetGroup("g");
  EXPECT_TRUE(offsets->TopicsOf("g").empty());
}

TEST_F(ConsumerOffsetsTest, MeasuresHowFastAGroupPulls) {
  const auto offsets = Open();
  clock_.Advance(1);
  offsets->SetPulled("t", "g", 0, QueueOffset(0), 0);
  offsets->SampleRates();
  offsets->SetPulled("t", "g", 0, QueueOffset(50), 50);
  clock_.Advance(10'000);
  offsets->SampleRates();
  EXPECT_DOUBLE_EQ(offsets->MessagesPerSecond("t", "g"), 5.0);
}

}  // namespace
}  // namespace pintle::broker
