// The bodies of recorded frames are understood, and what we write of them is understood alike.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/scratch_arena.h"
#include "model/batch.h"
#include "model/record.h"
#include "remoting/bodies/client_connections.h"
#include "remoting/bodies/cluster_info.h"
#include "remoting/bodies/group_table.h"
#include "remoting/bodies/heartbeat.h"
#include "remoting/bodies/kv_table.h"
#include "remoting/bodies/lock_batch.h"
#include "remoting/bodies/name_list.h"
#include "remoting/bodies/queue_stats.h"
#include "remoting/bodies/register_broker.h"
#include "remoting/bodies/topic_route.h"
#include "remoting/bodies/topic_table.h"
#include "remoting/command.h"
#include "tests/golden/golden_frames.h"

namespace pintle::remoting {
namespace {

using testing::GoldenFrame;

// Calls `check` with every recorded command of a kind that has a body, and says how many there were.
size_t ForEach(int32_t code, std::string_view direction, std::string_view status,
               const std::function<void(const Command&)>& check) {
  size_t count = 0;
  ScratchArena arena;
  Command command;
  for (const GoldenFrame& frame : testing::GoldenFrames()) {
    if (frame.code != code || frame.direction != direction || frame.status != status) continue;
    arena.Reset();
    EXPECT_TRUE(DecodeCommand(AsBytes(frame.bytes), arena, command)) << frame.file;
    if (command.body.empty()) continue;
    SCOPED_TRACE(frame.file);
    check(command);
    ++count;
  }
  return count;
}

// `decode` understands the body, and `encode` writes what it understands as the same.
template <typename Decode, typename Encode>
void ExpectUnderstood(ByteView body, Decode decode, Encode encode) {
  const auto first = decode(body);
  ASSERT_TRUE(first) << first.error().message << "\n" << AsText(body);
  const std::string written = encode(*first);
  const auto second = decode(AsBytes(written));
  ASSERT_TRUE(second) << second.error().message << "\n" << written;
  EXPECT_TRUE(*first == *second) << AsText(body) << "\n" << written;
}

// As above, and byte for byte as 5.5.0 wrote it. 4.9.7 has one field less.
template <typename Decode, typename Encode>
void ExpectSameBytes(ByteView body, Decode decode, Encode encode) {
  ExpectUnderstood(body, decode, encode);
  if (AsText(body).find("enableActingMaster") == std::string_view::npos) return;
  const auto decoded = decode(body);
  ASSERT_TRUE(decoded) << decoded.error().message << "\n" << AsText(body);
  EXPECT_EQ(encode(*decoded), AsText(body));
}

TEST(BodiesTest, Heartbeat) {
  const size_t count = ForEach(34, "request", "", [](const Command& c) {
    ExpectUnderstood(c.body, DecodeHeartbeat, EncodeHeartbeat);
    EXPECT_FALSE(DecodeHeartbeat(c.body)->client_id.empty());
  });
  EXPECT_GE(count, 10U);
}

TEST(BodiesTest, RegisterBroker) {
  const size_t count = ForEach(103, "request", "", [](const Command& c) {
    const Field* field = c.Find("compressed");
    // One recorded body is compressed although its header denies it.
    const bool compressed =
        (field != nullptr && field->value == "true") || AsText(c.body).front() != '{';
    const int32_t version = c.head.version;
    ExpectUnderstood(
        c.body, [&](ByteView body) { return DecodeRegisterBroker(body, compressed, version); },
        [&](const RegisterBrokerBody& b) { return EncodeRegisterBroker(b, compressed, version); });
    EXPECT_TRUE(
        DecodeRegisterBroker(c.body, compressed, version)->topics.topics.contains("TBW102"));
  });
  EXPECT_GE(count, 4U);
}

TEST(BodiesTest, TopicRoute) {
  const size_t count = ForEach(105, "reply", "SUCCESS", [](const Command& c) {
    const bool legacy = AsText(c.body).find("{0:") != std::string_view::npos;
    ExpectSameBytes(c.body, DecodeTopicRoute, [&](const model::TopicRoute& route) {
      return EncodeTopicRoute(route, legacy ? JsonStyle::kLegacy : JsonStyle::kStandard);
    });
  });
  EXPECT_GE(count, 6U);
}

TEST(BodiesTest, ClusterInfo) {
  const size_t count = ForEach(106, "reply", "SUCCESS", [](const Command& c) {
    ExpectSameBytes(c.body, DecodeClusterInfo,
                    [](const ClusterInfo& info) { return EncodeClusterInfo(info); });
  });
  EXPECT_GE(count, 4U);
}

TEST(BodiesTest, TopicTable) {
  const size_t count = ForEach(21, "reply", "SUCCESS", [](const Command& c) {
    ExpectUnderstood(c.body, DecodeTopicTable,
                     [](const TopicTable& table) { return EncodeTopicTable(table); });
    EXPECT_TRUE(DecodeTopicTable(c.body)->topics.contains("golden"));
  });
  EXPECT_GE(count, 4U);
}

TEST(BodiesTest, GroupTable) {
  const size_t count = ForEach(201, "reply", "SUCCESS", [](const Command& c) {
    ExpectUnderstood(c.body, DecodeGroupTable,
                     [](const GroupTable& table) { return EncodeGroupTable(table); });
  });
  EXPECT_GE(count, 4U);
}

TEST(BodiesTest, TopicAndConsumeStats) {
  EXPECT_GE(ForEach(202, "reply", "SUCCESS",
                    [](const Command& c) {
                      ExpectUnderstood(c.body, DecodeTopicStats, [](const TopicStats& stats) {
                        return EncodeTopicStats(stats);
                      });
                    }),
            4U);
  EXPECT_GE(ForEach(208, "reply", "SUCCESS",
                    [](const Command& c) {
                      ExpectUnderstood(c.body, DecodeConsumeStats, [](const ConsumeStats& stats) {
                        return EncodeConsumeStats(stats);
                      });
                    }),
            4U);
}

TEST(BodiesTest, ClientConnections) {
  EXPECT_GE(ForEach(203, "reply", "SUCCESS",
                    [](const Command& c) {
                      ExpectUnderstood(c.body, DecodeConsumerConnections,
                                       EncodeConsumerConnections);
                    }),
            4U);
  EXPECT_GE(ForEach(204, "reply", "SUCCESS",
                    [](const Command& c) {
                      ExpectUnderstood(c.body, DecodeProducerConnections,
                                       EncodeProducerConnections);
                    }),
            4U);
}

TEST(BodiesTest, NameLists) {
  for (const auto& [code, name] : {std::pair{38, "consumerIdList"}, std::pair{206, "topicList"}}) {
    const size_t count = ForEach(code, "reply", "SUCCESS", [&, name = name](const Command& c) {
      const auto names = DecodeNameList(name, c.body);
      ASSERT_TRUE(names) << names.error().message;
      EXPECT_FALSE(names->empty());
      EXPECT_EQ(EncodeNameList(name, *names), AsText(c.body));
    });
    EXPECT_GE(count, 4U);
  }
}

TEST(BodiesTest, KvTable) {
  for (const int32_t code : {28, 219}) {
    const size_t count = ForEach(code, "reply", "SUCCESS", [](const Command& c) {
      ExpectUnderstood(c.body, DecodeKvTable, EncodeKvTable);
      EXPECT_FALSE(DecodeKvTable(c.body)->empty());
    });
    EXPECT_GE(count, 4U);
  }
}

TEST(BodiesTest, LocksOfQueues) {
  for (const int32_t code : {41, 42}) {
    const size_t count = ForEach(code, "request", "", [](const Command& c) {
      ExpectUnderstood(c.body, DecodeLockBatch, EncodeLockBatch);
      EXPECT_FALSE(DecodeLockBatch(c.body)->queues.empty());
    });
    EXPECT_GE(count, 4U);
  }
  EXPECT_GE(ForEach(41, "reply", "SUCCESS",
                    [](const Command& c) {
                      const auto queues = DecodeLockedQueues(c.body);
                      ASSERT_TRUE(queues) << queues.error().message;
                      EXPECT_FALSE(queues->empty());
                    }),
            4U);
}

// Replies to pull, query and view: records one after another, each with a correct CRC.
TEST(BodiesTest, Records) {
  for (const int32_t code : {11, 12, 33}) {
    const size_t count = ForEach(code, "reply", "SUCCESS", [](const Command& c) {
      ByteView rest = c.body;
      while (!rest.empty()) {
        const auto record = model::DecodeRecord(rest, true);
        ASSERT_TRUE(record) << record.error().message;
        EXPECT_FALSE(record->topic.empty());
        rest = rest.subspan(static_cast<size_t>(record->size));
      }
    });
    EXPECT_GE(count, code == 33 ? 2U : 4U);
  }
}

TEST(BodiesTest, Batches) {
  const size_t count = ForEach(320, "request", "", [](const Command& c) {
    const auto messages = model::DecodeBatch(c.body);
    ASSERT_TRUE(messages) << messages.error().message;
    EXPECT_GE(messages->size(), 2U);
  });
  EXPECT_GE(count, 6U);
}

}  // namespace
}  // namespace pintle::remoting
