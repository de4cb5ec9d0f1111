// Every body decoder; the first byte chooses one. What decodes encodes, and decodes to an equal value.
#include <cmath>
#include <string>

#include "base/check.h"
#include "remoting/bodies/check_client_config.h"
#include "remoting/bodies/client_connections.h"
#include "remoting/bodies/cluster_info.h"
#include "remoting/bodies/delay_offsets.h"
#include "remoting/bodies/group_table.h"
#include "remoting/bodies/heartbeat.h"
#include "remoting/bodies/kv_table.h"
#include "remoting/bodies/lock_batch.h"
#include "remoting/bodies/name_list.h"
#include "remoting/bodies/offset_table.h"
#include "remoting/bodies/queue_entries.h"
#include "remoting/bodies/queue_stats.h"
#include "remoting/bodies/register_broker.h"
#include "remoting/bodies/reset_offset.h"
#include "remoting/bodies/topic_route.h"
#include "remoting/bodies/topic_table.h"

namespace {

using namespace pintle;            // NOLINT
using namespace pintle::remoting;  // NOLINT

// Text that is no UTF-8 is repaired when it is written, so the second round is compared.
template <typename Decode, typename Encode>
void Try(ByteView body, Decode decode, Encode encode) {
  const auto first = decode(body);
  if (!first) return;
  const std::string text = encode(*first);
  const auto second = decode(AsBytes(text));
  PINTLE_CHECK(second.has_value(), "{}", second.error().message);
  PINTLE_CHECK(encode(*second) == text, "not the same text again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const ByteView body(reinterpret_cast<const std::byte*>(data) + 1, size - 1);
  switch (data[0] % 20) {
    case 0:
      Try(body, DecodeHeartbeat, EncodeHeartbeat);
      break;
    case 1:
      Try(body, DecodeTopicRoute,
          [](const auto& route) { return EncodeTopicRoute(route, JsonStyle::kStandard); });
      break;
    case 2:
      Try(body, DecodeClusterInfo, [](const auto& info) { return EncodeClusterInfo(info); });
      break;
    case 3:
      Try(body, DecodeTopicTable,
          [](const auto& table) { return EncodeTopicTable(table, JsonStyle::kPretty); });
      break;
    case 4:
      Try(body, DecodeGroupTable, [](const auto& table) { return EncodeGroupTable(table); });
      break;
    case 5:
      Try(body, DecodeOffsetTable, [](const auto& table) { return EncodeOffsetTable(table); });
      Try(body, DecodeDelayOffsets,
          [](const auto& offsets) { return EncodeDelayOffsets(offsets); });
      break;
    case 6:
      (void)DecodeRegisterBroker(body, false, kOurVersion);
      break;
    case 7:
      (void)DecodeRegisterBroker(body, true, kOurVersion);
      break;
    case 8:
      Try(body, DecodeKvTable, EncodeKvTable);
      break;
    case 9:
      Try(body, DecodeLockBatch, EncodeLockBatch);
      break;
    case 10:
      Try(body, DecodeConsumerConnections, EncodeConsumerConnections);
      break;
    case 11:
      Try(body, DecodeTopicStats, [](const auto& stats) { return EncodeTopicStats(stats); });
      break;
    case 12:
      Try(body, DecodeConsumeStats,
          [](const auto& stats) { return EncodeConsumeStats(stats, JsonStyle::kStandard); });
      break;
    case 13:
      Try(body, DecodeResetOffset, EncodeResetOffsetForCpp);
      break;
    case 14:
      Try(body, DecodeCheckClientConfig, EncodeCheckClientConfig);
      break;
    case 15:
      Try(body, DecodeBrokerConsumeStats, EncodeBrokerConsumeStats);
      break;
    case 16:
      Try(body, DecodeTimeSpans, EncodeTimeSpans);
      break;
    case 17:
      Try(body, DecodeProducerTable, EncodeProducerTable);
      break;
    case 18:
      Try(body, DecodeQueueEntries, EncodeQueueEntries);
      break;
    default:
      Try(
          body, [](ByteView b) { return DecodeNameList(kTopicList, b); },
          [](const auto& names) { return EncodeNameList(kTopicList, names); });
      break;
  }
  return 0;
}
