#include "broker/metadata_file.h"

#include <gtest/gtest.h>

#include <optional>

#include "base/fault_file_system.h"
#include "base/memory_file_system.h"
#include "broker/manual_loop_testing.h"

namespace pintle::broker {
namespace {

class MetadataFileTest : public ::testing::Test {
 protected:
  using Ending = std::shared_ptr<std::optional<Status>>;

  static net::Task<void> Await(MetadataFile& file, net::Loop& loop, MetadataFile::Change change,
                               Ending ending) {
    *ending = co_await file.Written(loop, change);
  }
  Ending Wait(MetadataFile& file, MetadataFile::Change change) {
    auto ending = std::make_shared<std::optional<Status>>();
    loop_.Start(Await(file, loop_, change, ending));
    return ending;
  }
  std::string OnDisk() { return ReadWholeFile(fs_, "/table.json").value_or("nothing"); }

  ManualClock clock_;
  ManualLoop loop_{clock_};
  MemoryFileSystem fs_;
  std::string content_ = "one";
  int encoded_ = 0;
  BoundedExecutor executor_{{.name = "test", .threads = 0}};
  MetadataFile file_{fs_, executor_, "/table.json", [this] {
                       ++encoded_;
                       return content_;
                     }};
};

TEST_F(MetadataFileTest, AChangeIsOnDiskWhenItIsSaidToBe) {
  const auto ending = Wait(file_, file_.Changed());
  loop_.Run();
  ASSERT_TRUE(*ending);
  EXPECT_TRUE(**ending);
  EXPECT_EQ(OnDisk(), "one");
}

TEST_F(MetadataFileTest, NothingIsWrittenWhenNothingChanged) {
  file_.WriteSoon();
  EXPECT_TRUE(file_.WriteNow());
  EXPECT_EQ(encoded_, 0);
  const auto ending = Wait(file_, 0);
  ASSERT_TRUE(*ending);
  EXPECT_TRUE(**ending);
}

TEST_F(MetadataFileTest, SeveralChangesShareAWrite) {
  file_.Changed();
  file_.Changed();
  const MetadataFile::Change last = file_.Changed();
  file_.WriteSoon();
  EXPECT_EQ(encoded_, 1);
  const auto ending = Wait(file_, last);
  ASSERT_TRUE(*ending);
  EXPECT_EQ(encoded_, 1);
}

TEST_F(MetadataFileTest, TheTextBeforeStaysAsABackup) {
  file_.Changed();
  ASSERT_TRUE(file_.WriteNow());
  content_ = "two";
  file_.Changed();
  ASSERT_TRUE(file_.WriteNow());
  EXPECT_EQ(OnDisk(), "two");
  EXPECT_EQ(ReadWholeFile(fs_, "/table.json.bak"), "one");
}

TEST_F(MetadataFileTest, LoadsWhatIsReadable) {
  const auto load = [&](std::string_view bad) {
    std::string loaded = "nothing";
    const Status status = file_.Load([&](std::string_view text) -> Status {
      if (text == bad) return Malformed("bad");
      loaded = text;
      return {};
    });
    return status ? loaded : "error";
  };
  EXPECT_EQ(load(""), "nothing");
  file_.Changed();
  ASSERT_TRUE(file_.WriteNow());
  EXPECT_EQ(load(""), "one");
  EXPECT_EQ(load("one"), "error");
  content_ = "two";
  file_.Changed();
  ASSERT_TRUE(file_.WriteNow());
  EXPECT_EQ(load("two"), "one");
}

TEST_F(MetadataFileTest, AWriteThatFailsIsToldAndTriedAgain) {
  MemoryFileSystem small({.capacity_bytes = 64 << 10});
  content_ = std::string(80 << 10, 'x');
  MetadataFile file(small, executor_, "/table.json", [this] { return content_; });
  const auto ending = Wait(file, file.Changed());
  loop_.Run();
  ASSERT_TRUE(*ending);
  EXPECT_FALSE(**ending);
  content_ = "less";
  EXPECT_TRUE(file.WriteNow());
  EXPECT_EQ(ReadWholeFile(small, "/table.json"), "less");
}

}  // namespace
}  // namespace pintle::broker
