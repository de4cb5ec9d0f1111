#include "broker/admin/get_broker_runtime_info.h"

#include <algorithm>
#include <map>
#include <string>

#include "model/record.h"
#include "remoting/bodies/kv_table.h"
#include "remoting/command.h"

namespace pintle::broker {
namespace {

using Table = std::map<std::string, std::string>;

// What a version number of the protocol is called.
constexpr std::string_view kVersionName = "V5_3_3";

// "12.3 GiB", as tools show sizes.
std::string HumanBytes(int64_t bytes) {
  if (bytes < 1024) return fmt::format("{} B", bytes);
  constexpr std::string_view kUnits = "KMGTPE";
  auto value = static_cast<double>(bytes);
  size_t unit = 0;
  for (value /= 1024; value >= 1024 && unit + 1 < kUnits.size(); value /= 1024) ++unit;
  return fmt::format("{:.1f} {}iB", value, kUnits[unit]);
}

std::string HumanDuration(int64_t ms) {
  const int64_t seconds = ms / 1000;
  return fmt::format("[ {} days, {} hours, {} minutes, {} seconds ]", seconds / 86'400,
                     seconds / 3'600 % 24, seconds / 60 % 60, seconds % 60);
}

int64_t EarliestMessageTime(Broker& broker) {
  const auto first = broker.store().ReadRecord(broker.store().min_offset());
  if (!first) return -1;
  const auto record = model::DecodeRecord(first->bytes, /*check_crc=*/false);
  return record ? record->store_timestamp : -1;
}

void AddTraffic(const Broker& broker, const Traffic& traffic, Table& table) {
  const Traffic::Totals now = traffic.totals();
  const Traffic::Totals today = traffic.at_midnight();
  const Traffic::Totals yesterday = traffic.at_midnight_before();
  const int64_t puts = std::max<int64_t>(now.puts, 1);
  table["bootTimestamp"] = std::to_string(traffic.started_ms());
  table["runtime"] = HumanDuration(broker.clock().WallMs() - traffic.started_ms());
  table["putMessageTimesTotal"] = std::to_string(puts);
  table["putMessageFailedTimes"] = std::to_string(now.put_failures);
  table["putMessageSizeTotal"] = std::to_string(now.put_bytes);
  table["putMessageAverageSize"] =
      fmt::format("{:.1f}", static_cast<double>(now.put_bytes) / static_cast<double>(puts));
  table["putTps"] = traffic.Rates(Traffic::Rate::kPuts);
  table["getFoundTps"] = traffic.Rates(Traffic::Rate::kGetsFound);
  table["getMissTps"] = traffic.Rates(Traffic::Rate::kGetsMissed);
  table["getTotalTps"] = traffic.Rates(Traffic::Rate::kGets);
  // Tools of 4.x look for the misspelt one.
  table["getTransferredTps"] = traffic.Rates(Traffic::Rate::kMessagesOut);
  table["getTransferedTps"] = table["getTransferredTps"];
  table["msgPutTotalYesterdayMorning"] = std::to_string(yesterday.puts);
  table["msgPutTotalTodayMorning"] = std::to_string(today.puts);
  table["msgPutTotalTodayNow"] = std::to_string(now.puts);
  table["msgGetTotalYesterdayMorning"] = std::to_string(yesterday.messages_out);
  table["msgGetTotalTodayMorning"] = std::to_string(today.messages_out);
  table["msgGetTotalTodayNow"] = std::to_string(now.messages_out);
}

void AddStore(Broker& broker, Table& table) {
  store::MessageStore& store = broker.store();
  table["commitLogMinOffset"] = std::to_string(store.min_offset().value());
  table["commitLogMaxOffset"] = std::to_string(store.appended().value());
  table["remainHowManyDataToFlush"] = HumanBytes(store.appended() - store.durable());
  table["earliestMessageTimeStamp"] = std::to_string(EarliestMessageTime(broker));
  // Queues and waiting pulls follow each append at once: nothing is ever behind.
  table["dispatchBehindBytes"] = "0";
  if (const auto space = broker.fs().Space(broker.config_folder())) {
    const double total = static_cast<double>(std::max<int64_t>(space->total_bytes, 1));
    const std::string ratio =
        fmt::format("{:.2f}", 1 - static_cast<double>(space->free_bytes) / total);
    table["commitLogDiskRatio"] = ratio;
    table["consumeQueueDiskRatio"] = ratio;
    table["commitLogDirCapacity"] = fmt::format(
        "Total : {}, Free : {}.", HumanBytes(space->total_bytes), HumanBytes(space->free_bytes));
  }
}

// "next entry,end of the queue", by level.
void AddDelays(Broker& broker, Table& table) {
  for (const DelaySchedule::Range& range : broker.delays().Pending()) {
    table[fmt::format("scheduleMessageOffset_{}", range.level)] =
        fmt::format("{},{}", range.next, range.end);
  }
}

// Groups whose members want different things.
void AddConflicts(Broker& broker, Table& table) {
  for (const auto& [group, conflict] : broker.clients().Conflicts())
    table["subscriptionConflict_" + group] = conflict;
}

// Requests run on their connection's loop: there are no thread pools in front of which they queue.
// Tools show these all the same.
void AddThreadPools(Table& table) {
  for (const std::string_view pool : {"send", "pull", "litePull", "query", "ack"}) {
    table[fmt::format("{}ThreadPoolQueueSize", pool)] = "0";
    table[fmt::format("{}ThreadPoolQueueCapacity", pool)] = "0";
    table[fmt::format("{}ThreadPoolQueueHeadWaitTimeMills", pool)] = "0";
  }
  table["EndTransactionQueueSize"] = "0";
  table["EndTransactionThreadPoolQueueCapacity"] = "0";
  table["pageCacheLockTimeMills"] = "0";
  table["dispatchMaxBuffer"] = "0";
  table["remainTransientStoreBufferNumbs"] = "0";
  table["timerReadBehind"] = "0";
  table["timerOffsetBehind"] = "0";
  table["timerCongestNum"] = "0";
  table["timerEnqueueTps"] = "0.0";
  table["timerDequeueTps"] = "0.0";
}

}  // namespace

remoting::Reply<GetBrokerRuntimeInfo::Response> GetBrokerRuntimeInfo::Handle(
    Broker& broker, const remoting::Call<Request>&) {
  Table table;
  table["brokerActive"] = "true";
  table["brokerVersion"] = std::to_string(remoting::kOurVersion);
  table["brokerVersionDesc"] = kVersionName;
  table["startAcceptSendRequestTimeStamp"] = "0";
  AddTraffic(broker, broker.traffic(), table);
  AddStore(broker, table);
  AddDelays(broker, table);
  AddConflicts(broker, table);
  AddThreadPools(table);
  remoting::Reply<Response> answer;
  answer.body.owned = remoting::EncodeKvTable(table);
  return answer;
}

}  // namespace pintle::broker
