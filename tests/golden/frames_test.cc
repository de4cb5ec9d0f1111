// Every frame that real programs sent decodes, and encodes again to the same bytes where there is one
// way to write them.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/scratch_arena.h"
#include "remoting/command.h"
#include "tests/golden/golden_frames.h"

namespace pintle::remoting {
namespace {

using testing::GoldenFrame;

const std::vector<GoldenFrame>& Frames() { return testing::GoldenFrames(); }

TEST(FramesTest, TheIndexNamesEveryFileAndNoOther) {
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(testing::GoldenFramesDir())) {
    if (entry.path().extension() == ".bin") ++files;
  }
  EXPECT_EQ(files, Frames().size());
  EXPECT_GE(files, 400U);
  for (const GoldenFrame& frame : Frames()) EXPECT_FALSE(frame.bytes.empty()) << frame.file;
}

TEST(FramesTest, DecodesWhatTheIndexSays) {
  ScratchArena arena;
  Command command;
  for (const GoldenFrame& frame : Frames()) {
    SCOPED_TRACE(frame.file);
    arena.Reset();
    const auto decoded = DecodeCommand(AsBytes(frame.bytes), arena, command);
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(command.head.is_response(), frame.direction == "reply");
    EXPECT_EQ(command.head.is_oneway(), frame.direction == "oneway");
    EXPECT_EQ(command.head.encoding,
              frame.encoding == "json" ? HeaderEncoding::kJson : HeaderEncoding::kBinary);
    if (!command.head.is_response()) {
      EXPECT_EQ(command.head.code, frame.code);
    }
    if (frame.status == "SUCCESS") {
      EXPECT_EQ(command.head.code, 0);
    }
  }
}

// The Go client orders a header's keys in its own way, and an empty remark is not kept.
bool HasOneWayToWrite(const GoldenFrame& frame) {
  return frame.language == "JAVA" && frame.bytes.find(R"("remark":"")") == std::string::npos;
}

TEST(FramesTest, EncodesToTheSameBytes) {
  ScratchArena arena;
  Command command;
  size_t same = 0;
  for (const GoldenFrame& frame : Frames()) {
    if (!HasOneWayToWrite(frame)) continue;
    SCOPED_TRACE(frame.file);
    arena.Reset();
    ASSERT_TRUE(DecodeCommand(AsBytes(frame.bytes), arena, command));
    EXPECT_EQ(EncodeCommand(command), frame.bytes);
    ++same;
  }
  EXPECT_GE(same, 400U);
}

TEST(FramesTest, EncodesToWhatDecodesAlike) {
  ScratchArena arena;
  ScratchArena arena_again;
  Command command;
  Command again;
  for (const GoldenFrame& frame : Frames()) {
    SCOPED_TRACE(frame.file);
    arena.Reset();
    arena_again.Reset();
    ASSERT_TRUE(DecodeCommand(AsBytes(frame.bytes), arena, command));
    const std::string encoded = EncodeCommand(command);
    ASSERT_TRUE(DecodeCommand(AsBytes(encoded), arena_again, again));
    EXPECT_EQ(again.head, command.head);
    EXPECT_EQ(again.remark, command.remark);
    EXPECT_EQ(AsText(again.body), AsText(command.body));
    ASSERT_EQ(again.fields.size(), command.fields.size());
    for (size_t i = 0; i < command.fields.size(); ++i) {
      EXPECT_EQ(again.fields[i].name, command.fields[i].name);
      EXPECT_EQ(again.fields[i].value, command.fields[i].value);
    }
  }
}

// Cut anywhere, a frame is refused and nothing is read beyond its end.
TEST(FramesTest, RefusesEveryTruncation) {
  ScratchArena arena;
  Command command;
  for (const GoldenFrame& frame : Frames()) {
    SCOPED_TRACE(frame.file);
    for (size_t size = kFrameHeadSize; size < frame.bytes.size(); size += 1 + size / 16) {
      arena.Reset();
      const std::string cut = frame.bytes.substr(0, size);
      EXPECT_FALSE(DecodeCommand(AsBytes(cut), arena, command)) << "cut to " << size;
    }
  }
}

}  // namespace
}  // namespace pintle::remoting
