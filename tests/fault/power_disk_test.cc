#include "tests/fault/power_disk.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace pintle::testing {
namespace {

class PowerDiskTest : public ::testing::Test {
 protected:
  PowerDisk::Node MakeFile(const std::string& name, bool is_folder = false) {
    return disk_.Make(PowerDisk::kRoot, name, is_folder)->node;
  }
  std::string Content(const std::string& name) {
    const auto found = disk_.Find(PowerDisk::kRoot, name);
    return found ? *disk_.Read(found->node, 0, 1 << 20) : "(none)";
  }

  PowerDisk disk_;
  Random random_{1};
};

TEST_F(PowerDiskTest, KeepsWhatWasSynced) {
  for (int i = 0; i < 50; ++i) {
    const std::string name = std::to_string(i);
    const auto file = MakeFile(name);
    EXPECT_EQ(disk_.Write(file, 0, "kept"), 0);
    EXPECT_EQ(disk_.Sync(file), 0);
    EXPECT_EQ(disk_.Sync(PowerDisk::kRoot), 0);
    disk_.Cut(random_);
    EXPECT_EQ(Content(name), "kept");
  }
}

TEST_F(PowerDiskTest, ForgetsUnsyncedBytesAndNamesNowAndThen) {
  int names_lost = 0;
  int bytes_lost = 0;
  for (int i = 0; i < 100; ++i) {
    const auto synced = MakeFile("synced");
    disk_.Write(synced, 0, "old");
    disk_.Sync(synced);
    disk_.Sync(PowerDisk::kRoot);
    disk_.Write(synced, 0, "new");
    const auto unnamed = MakeFile("unnamed");
    disk_.Sync(unnamed);
    disk_.Cut(random_);
    const std::string content = Content("synced");
    EXPECT_TRUE(content == "old" || content == "new") << content;
    bytes_lost += static_cast<int>(content == "old");
    names_lost += static_cast<int>(Content("unnamed") == "(none)");
    disk_.Remove(PowerDisk::kRoot, "synced");
    disk_.Remove(PowerDisk::kRoot, "unnamed");
  }
  EXPECT_GT(names_lost, 10);
  EXPECT_LT(names_lost, 90);
  EXPECT_GT(bytes_lost, 10);
  EXPECT_LT(bytes_lost, 90);
}

TEST_F(PowerDiskTest, RenamesAsAWhole) {
  for (int i = 0; i < 50; ++i) {
    const auto old_file = MakeFile("file");
    disk_.Write(old_file, 0, "old");
    disk_.Sync(old_file);
    disk_.Sync(PowerDisk::kRoot);
    const auto new_file = MakeFile("file.new");
    disk_.Write(new_file, 0, "new");
    disk_.Sync(new_file);
    EXPECT_EQ(disk_.Rename(PowerDisk::kRoot, "file.new", PowerDisk::kRoot, "file"), 0);
    disk_.Cut(random_);
    const std::string content = Content("file");
    EXPECT_TRUE(content == "old" || content == "new") << content;
    if (content == "new") {
      EXPECT_EQ(Content("file.new"), "(none)");
    }
    disk_.Remove(PowerDisk::kRoot, "file");
    disk_.Remove(PowerDisk::kRoot, "file.new");
  }
}

TEST_F(PowerDiskTest, FolderThatIsLostTakesItsFilesAlong) {
  const auto folder = MakeFile("folder", true);
  EXPECT_TRUE(disk_.Make(folder, "file", false));
  EXPECT_EQ(disk_.Remove(PowerDisk::kRoot, "folder"), ENOTEMPTY);
  EXPECT_EQ(disk_.Sync(folder), 0);  // with what was done before: the folder's own name
  disk_.Cut(random_);
  ASSERT_TRUE(disk_.Find(PowerDisk::kRoot, "folder"));
  EXPECT_TRUE(disk_.Find(folder, "file"));
}

TEST_F(PowerDiskTest, CutOffBytesComeBackAsZeros) {
  const auto file = MakeFile("file");
  disk_.Write(file, 0, "abcdef");
  disk_.Resize(file, 2);
  disk_.Reserve(file, 4);
  EXPECT_EQ(Content("file"), std::string("ab\0\0", 4));
  disk_.Reserve(file, 3);
  EXPECT_EQ(disk_.Get(file)->size, 4);
}

}  // namespace
}  // namespace pintle::testing
