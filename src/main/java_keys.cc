#include "main/java_keys.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/file_system.h"
#include "base/nearest.h"
#include "main/config_key.h"

namespace pintle::main {

namespace {

std::optional<int64_t> ParseWhole(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The text of our key for RocketMQ's value; `config` is what was set before.
using Convert = Result<std::string> (*)(std::string_view value, const Config& config);

Result<std::string> Flush(std::string_view value, const Config&) {
  if (value == "ASYNC_FLUSH") return "async";
  if (value == "SYNC_FLUSH") return "sync";
  return Fail(ErrorCode::kInvalidArgument, "neither ASYNC_FLUSH nor SYNC_FLUSH");
}

// A file of the consume queue is given in bytes, 20 to an entry.
Result<std::string> QueueEntries(std::string_view value, const Config&) {
  const std::optional<int64_t> bytes = ParseWhole(value);
  if (!bytes || *bytes <= 0) return Fail(ErrorCode::kInvalidArgument, "not a number of bytes");
  // RocketMQ rounds up to whole entries as well.
  return std::to_string((*bytes + 19) / 20);
}

Result<std::string> SecondsToMs(std::string_view value, const Config&) {
  const std::optional<int64_t> seconds = ParseWhole(value);
  if (!seconds || *seconds < 0 || *seconds > INT64_MAX / 1'000)
    return Fail(ErrorCode::kInvalidArgument, "not a number of seconds");
  return std::to_string(*seconds * 1'000);
}

Result<std::string> DeleteHour(std::string_view value, const Config&) {
  if (value.find(';') != std::string_view::npos)
    return Fail(ErrorCode::kInvalidArgument, "several hours are not served; name one");
  const std::optional<int64_t> hour = ParseWhole(value);
  if (!hour) return Fail(ErrorCode::kInvalidArgument, "not an hour of the day");
  return std::to_string(*hour);
}

Result<std::string> WithPort(std::string_view port, net::Endpoint listen) {
  const std::optional<int64_t> number = ParseWhole(port);
  if (!number || *number < 0 || *number > 65'535)
    return Fail(ErrorCode::kInvalidArgument, "not a port from 0 to 65535");
  listen.port = static_cast<uint16_t>(*number);
  return listen.ToString();
}
Result<std::string> BrokerPort(std::string_view value, const Config& config) {
  return WithPort(value, config.broker_listen);
}
Result<std::string> NamesrvPort(std::string_view value, const Config& config) {
  return WithPort(value, config.namesrv_listen);
}

Result<std::string> WithHost(std::string_view host, net::Endpoint listen) {
  listen.host = std::string(host);
  return listen.ToString();
}
Result<std::string> BrokerHost(std::string_view value, const Config& config) {
  return WithHost(value, config.broker_listen);
}
Result<std::string> NamesrvHost(std::string_view value, const Config& config) {
  return WithHost(value, config.namesrv_listen);
}

// Keys whose values read differently here. Those with the same values are in the table of keys.
struct Converted {
  std::string_view java_name;
  std::string_view key;
  Convert convert;
  JavaProgram program;
};
constexpr Converted kConverted[] = {
    {"listenPort", "broker.listen", BrokerPort, JavaProgram::kBroker},
    {"bindAddress", "broker.listen", BrokerHost, JavaProgram::kBroker},
    {"listenPort", "namesrv.listen", NamesrvPort, JavaProgram::kNamesrv},
    {"bindAddress", "namesrv.listen", NamesrvHost, JavaProgram::kNamesrv},
    {"brokerIP1", "broker.advertise", nullptr, JavaProgram::kBroker},
    {"flushDiskType", "store.flush", Flush, JavaProgram::kBroker},
    {"mapedFileSizeCommitLog", "store.segment_bytes", nullptr, JavaProgram::kBroker},
    {"mapedFileSizeConsumeQueue", "store.queue_file_entries", QueueEntries, JavaProgram::kBroker},
    {"mappedFileSizeConsumeQueue", "store.queue_file_entries", QueueEntries, JavaProgram::kBroker},
    {"deleteWhen", "store.delete_hour", DeleteHour, JavaProgram::kBroker},
    {"serverChannelMaxIdleTimeSeconds", "net.idle_timeout_ms", SecondsToMs, JavaProgram::kBroker},
    {"waitSecondsForService", "namesrv.wait_for_brokers_ms", SecondsToMs, JavaProgram::kNamesrv},
};

// Features that Pintle does not have: their keys are taken with the value that means "off" or the
// one thing that is served, and refused with any other.
struct OnlyWith {
  std::string_view java_name;
  std::string_view value;
};
constexpr OnlyWith kOnlyWith[] = {
    {"aclEnable", "false"},
    {"authenticationEnabled", "false"},
    {"authorizationEnabled", "false"},
    {"brokerRole", "ASYNC_MASTER"},
    {"clusterTest", "false"},
    {"coldDataFlowControlEnable", "false"},
    {"configManagerVersion", "V1"},
    {"duplicationEnable", "false"},
    {"enableBatchPush", "false"},
    {"enableConsumeQueueExt", "false"},
    {"enableControllerInNamesrv", "false"},
    {"enableControllerMode", "false"},
    {"enableDLegerCommitLog", "false"},
    {"enableLmq", "false"},
    {"enableMultiDispatch", "false"},
    {"enableRemoteEscape", "false"},
    {"enableSingleTopicRegister", "false"},
    {"enableSlaveActingMaster", "false"},
    {"enableSplitRegistration", "false"},
    {"enabledAppendPropCRC", "false"},
    {"haMasterAddress", ""},
    {"fetchNamesrvAddrByAddressServer", "false"},
    {"fetchNameSrvAddrByDnsLookup", "false"},
    {"inSyncReplicas", "1"},
    {"messageStorePlugIn", ""},
    {"notifyMinBrokerIdChanged", "false"},
    {"recallMessageEnable", "false"},
    {"rejectPullConsumerEnable", "false"},
    {"rocksdbCQDoubleWriteEnable", "false"},
    {"storeType", "default"},
    {"totalReplicas", "1"},
};

// Keys that tune what Pintle does otherwise or does not do yet: thread pools and their queues,
// memory pools, locks, periods of its own, replication.
constexpr std::string_view kWithoutEffect[] = {
    "accessMessageInMemoryMaxRatio",
    "ackMessageThreadPoolNums",
    "ackThreadPoolQueueCapacity",
    "adminBrokerThreadPoolNums",
    "adminBrokerThreadPoolQueueCapacity",
    "brokerConfigPath",
    "brokerFastFailureEnable",
    "brokerIP2",
    "checkTransactionMessageEnable",
    "cleanFileForciblyEnable",
    "cleanResourceInterval",
    "clientManageThreadPoolNums",
    "clientManagerThreadPoolQueueCapacity",
    "clientRequestThreadPoolNums",
    "clientRequestThreadPoolQueueCapacity",
    "commitCommitLogLeastPages",
    "commitCommitLogThoroughInterval",
    "commitIntervalCommitLog",
    "configStorePath",
    "consumerManageThreadPoolNums",
    "consumerManagerThreadPoolQueueCapacity",
    "defaultThreadPoolNums",
    "defaultThreadPoolQueueCapacity",
    "deleteCommitLogFilesInterval",
    "deleteConsumeQueueFilesInterval",
    "deleteFileBatchMax",
    "destroyMapedFileIntervalForcibly",
    "dispatchCqThreads",
    "enableSplitMetadata",
    "endTransactionPoolQueueCapacity",
    "endTransactionThreadPoolNums",
    "fastFailIfNoBufferInStorePool",
    "flushCommitLogLeastPages",
    "flushCommitLogThoroughInterval",
    "flushCommitLogTimed",
    "flushConsumeQueueLeastPages",
    "flushConsumeQueueThoroughInterval",
    "flushLeastPagesWhenWarmMapedFile",
    "forceRegister",
    "haHousekeepingInterval",
    "haListenPort",
    "haMaxGapNotInSync",
    "haSendHeartbeatInterval",
    "haTransferBatchSize",
    "heartbeatThreadPoolNums",
    "heartbeatThreadPoolQueueCapacity",
    "litePullMessageThreadPoolNums",
    "litePullThreadPoolQueueCapacity",
    "loadBalanceProcessorThreadPoolNums",
    "loadBalanceThreadPoolQueueCapacity",
    "mappedFileSwapEnable",
    "maxFilterMessageSize",
    "osPageCacheBusyTimeOutMills",
    "processReplyMessageThreadPoolNums",
    "pullMessageThreadPoolNums",
    "pullThreadPoolQueueCapacity",
    "putMessageFutureThreadPoolNums",
    "putMsgIndexHightWater",
    "putThreadPoolQueueCapacity",
    "queryMessageThreadPoolNums",
    "queryThreadPoolQueueCapacity",
    "recoverThreadPoolNums",
    "redeleteHangedFileInterval",
    "replyThreadPoolQueueCapacity",
    "rocketmqHome",
    "sendMessageThreadPoolNums",
    "sendThreadPoolQueueCapacity",
    "serverAsyncSemaphoreValue",
    "serverCallbackExecutorThreads",
    "serverNettyWorkerGroupEnable",
    "serverOnewaySemaphoreValue",
    "serverPooledByteBufAllocatorEnable",
    "serverSelectorThreads",
    "serverSocketBacklog",
    "serverSocketRcvBufSize",
    "serverSocketSndBufSize",
    "serverWorkerThreads",
    "splitMetadataSize",
    "transactionOpBatchInterval",
    "transactionOpMsgMaxSize",
    "transferMsgByHeap",
    "transientStorePoolEnable",
    "transientStorePoolSize",
    "unRegisterBrokerQueueCapacity",
    "useEpollNativeSelector",
    "useReentrantLockWhenPutMessage",
    "waitTimeMillsInAckQueue",
    "waitTimeMillsInAdminBrokerQueue",
    "waitTimeMillsInHeartbeatQueue",
    "waitTimeMillsInLitePullQueue",
    "waitTimeMillsInPullQueue",
    "waitTimeMillsInSendQueue",
    "waitTimeMillsInTransactionQueue",
    "warmMapedFileEnable",
    "writeBufferHighWaterMark",
    "writeBufferLowWaterMark",
};

// Folders and files that are always below the store's own.
struct Inside {
  std::string_view java_name;
  std::string_view name;
};
constexpr Inside kInsideStore[] = {
    {"storePathCommitLog", "commitlog"},
    {"storePathConsumeQueue", "consumequeue"},
    {"storePathIndex", "index"},
    {"storeCheckpoint", "checkpoint"},
    {"abortFile", "abort"},
};

Error UnknownJavaKey(std::string_view name) {
  NearestNames nearest(name, 2);
  for (const ConfigKey& key : ConfigKeys())
    if (!key.java_name.empty()) nearest.Offer(key.java_name);
  for (const Converted& key : kConverted) nearest.Offer(key.java_name);
  for (const OnlyWith& key : kOnlyWith) nearest.Offer(key.java_name);
  for (const Inside& key : kInsideStore) nearest.Offer(key.java_name);
  for (const std::string_view key : kWithoutEffect) nearest.Offer(key);
  const std::string near = QuotedAlternatives(nearest.Take());
  return {ErrorCode::kInvalidArgument,
          near.empty() ? "unknown key; docs/operations/configuration.md lists those that are known"
                       : fmt::format("unknown key; did you mean {}?", near)};
}

Result<JavaEntryEffect> SetOurs(std::string_view key, std::string_view text, Config& config) {
  const ConfigKey* found = FindConfigKey(key);
  PINTLE_CHECK(found != nullptr, "{} is not a key", key);
  PINTLE_TRY(found->Set(text, config));
  return JavaEntryEffect{.key = std::string(key), .note = ""};
}

}  // namespace

Result<JavaEntryEffect> ApplyJavaEntry(JavaProgram program, std::string_view name,
                                       std::string_view value, Config& config) {
  for (const ConfigKey& key : ConfigKeys())
    if (key.java_name == name) return SetOurs(key.name, value, config);
  for (const Converted& key : kConverted) {
    if (key.java_name != name || key.program != program) continue;
    std::string text(value);
    if (key.convert != nullptr) {
      PINTLE_ASSIGN(text, key.convert(value, config));
    }
    return SetOurs(key.key, text, config);
  }
  for (const Inside& key : kInsideStore) {
    if (key.java_name != name) continue;
    if (value == JoinPath(config.store.path, key.name)) return JavaEntryEffect{};
    return Fail(ErrorCode::kInvalidArgument,
                "it is always <storePathRootDir>/{}; make that a link to the other place",
                key.name);
  }
  for (const OnlyWith& key : kOnlyWith) {
    if (key.java_name != name) continue;
    if (value == key.value) return JavaEntryEffect{};
    return Fail(ErrorCode::kInvalidArgument,
                "not served by Pintle with this value, only with \"{}\"", key.value);
  }
  for (const std::string_view key : kWithoutEffect)
    if (key == name)
      return JavaEntryEffect{.key = "", .note = fmt::format("{} has no effect in Pintle", name)};
  return std::unexpected(UnknownJavaKey(name));
}

std::vector<JavaKeyText> JavaKeyTexts() {
  std::vector<JavaKeyText> texts;
  const auto add = [&](std::string_view name, std::string meaning) {
    texts.push_back({.java_name = std::string(name), .meaning = std::move(meaning)});
  };
  for (const ConfigKey& key : ConfigKeys())
    if (!key.java_name.empty()) add(key.java_name, fmt::format("`{}`", key.name));
  for (const Converted& key : kConverted)
    add(key.java_name, fmt::format("`{}`{}", key.key,
                                   key.program == JavaProgram::kNamesrv ? " (namesrv.conf)" : ""));
  for (const Inside& key : kInsideStore)
    add(key.java_name, fmt::format("only `<storePathRootDir>/{}`", key.name));
  for (const OnlyWith& key : kOnlyWith) {
    std::string values(key.value);
    std::ranges::replace(values, '|', ' ');
    add(key.java_name, values.empty() ? "only empty" : fmt::format("only `{}`", values));
  }
  for (const std::string_view key : kWithoutEffect) add(key, "without effect");
  std::ranges::stable_sort(texts, {}, &JavaKeyText::java_name);
  return texts;
}

}  // namespace pintle::main
