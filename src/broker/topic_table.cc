#include "broker/topic_table.h"

#include <algorithm>

#include "base/log.h"
#include "broker/attributes.h"
#include "broker/queue_policy.h"
#include "remoting/bodies/topic_table.h"

namespace pintle::broker {
namespace {

constexpr int32_t kReadWrite = model::kPermRead | model::kPermWrite;
constexpr int32_t kScheduleQueues = 18;
constexpr int32_t kBenchmarkQueues = 1024;
constexpr std::string_view kTimerTopic = "rmq_sys_wheel_timer";
constexpr std::string_view kReviveTopicPrefix = "rmq_sys_REVIVE_LOG_";
constexpr std::string_view kSyncMemberTopicPrefix = "rmq_sys_SYNC_BROKER_MEMBER_";
constexpr std::string_view kReplyTopicSuffix = "_REPLY_TOPIC";

}  // namespace

TopicTable::TopicTable(store::MessageStore& store, const Clock& clock, const BrokerOptions& options,
                       FileSystem& fs, BoundedExecutor& executor, std::string path)
    : store_(store),
      clock_(clock),
      options_(options),
      file_(fs, executor, std::move(path), [this] { return Encode(); }) {}

Status TopicTable::Load() {
  PINTLE_TRY(file_.Load([this](std::string_view text) { return Decode(text); }));
  AddSystemTopics();
  return {};
}

void TopicTable::AddSystemTopics() {
  const auto with_inherit = [](bool use) { return model::kPermInherit | (use ? kReadWrite : 0); };
  AddIfMissing(model::kSelfTestTopic, 1, kReadWrite);
  if (options_.topics_auto_create) {
    AddIfMissing(model::kAutoCreateTopic, options_.topic_queues, with_inherit(true));
  }
  AddIfMissing(model::kBenchmarkTopic, kBenchmarkQueues, kReadWrite);
  AddIfMissing(options_.cluster, model::TopicConfig().read_queues,
               with_inherit(options_.cluster_topic));
  AddIfMissing(options_.name, 1, with_inherit(options_.broker_topic));
  AddIfMissing(model::kOffsetMovedTopic, 1, kReadWrite);
  AddIfMissing(model::kScheduleTopic, kScheduleQueues, kReadWrite);
  if (options_.trace_topic) AddIfMissing(model::kTraceTopic, 1, kReadWrite);
  AddIfMissing(options_.cluster + std::string(kReplyTopicSuffix), 1, kReadWrite);
  AddIfMissing(std::string(kReviveTopicPrefix) + options_.cluster, options_.revive_queues,
               kReadWrite);
  AddIfMissing(std::string(kSyncMemberTopicPrefix) + options_.name, 1, model::kPermInherit);
  AddIfMissing(model::kHalfTopic, 1, kReadWrite);
  AddIfMissing(model::kOpHalfTopic, 1, kReadWrite);
  AddIfMissing(kTimerTopic, 1, kReadWrite);
}

// What the file says of these topics wins, as an administrator may have changed them. They are
// written with the next change: without them the next start adds them again.
void TopicTable::AddIfMissing(std::string_view name, int32_t queues, int32_t perm) {
  if (topics_.Find(name) != nullptr) return;
  model::TopicConfig config;
  config.name = name;
  config.read_queues = queues;
  config.write_queues = queues;
  config.perm = perm;
  topics_.Put(name, Make(std::move(config)));
  MutexLock lock(mutex_);
  Count(name, 1);
}

int64_t TopicTable::queue_count() const {
  MutexLock lock(mutex_);
  return queues_;
}

void TopicTable::Count(std::string_view name, int64_t sign) {
  if (const auto topic = topics_.Find(name)) queues_ += sign * topic->queue_count();
}

Outcome<void> TopicTable::CheckRoom(const model::TopicConfig& config) const {
  const auto old = topics_.Find(config.name);
  const int64_t wanted = std::max(config.read_queues, config.write_queues);
  const int64_t more = wanted - (old == nullptr ? 0 : old->queue_count());
  if (more <= 0 || queues_ + more <= options_.queues_max) return {};
  return Refuse(
      RefusalCode::kUnavailable,
      "topic {} with {} queues would bring this broker from {} queues to {}; the limit is "
      "{} (topics.queues_max): delete topics, raise it, or use another broker",
      config.name, wanted, queues_, queues_ + more, options_.queues_max);
}

std::shared_ptr<const Topic> TopicTable::Make(model::TopicConfig config) const {
  const auto old = topics_.Find(config.name);
  auto traffic = old != nullptr ? old->traffic() : std::make_shared<TopicTraffic>();
  return std::make_shared<const Topic>(std::move(config), store_, std::move(traffic));
}

model::DataVersion TopicTable::version() const {
  MutexLock lock(mutex_);
  return version_;
}

bool TopicTable::IsOrdered(std::string_view name) const {
  const auto topic = Find(name);
  return topic != nullptr && topic->config().order;
}

bool TopicTable::IsSystem(std::string_view name) const {
  return model::IsSystemTopic(name) || name == options_.cluster || name == options_.name ||
         (name.ends_with(kReplyTopicSuffix) &&
          name.substr(0, name.size() - kReplyTopicSuffix.size()) == options_.cluster);
}

Outcome<TopicChange> TopicTable::FindOrInherit(std::string_view name,
                                               std::string_view default_topic, int32_t queues,
                                               int32_t sys_flag) {
  TopicChange result;
  {
    MutexLock lock(mutex_);
    if (auto topic = topics_.Find(name)) return TopicChange{std::move(topic), 0};
    const auto pattern = topics_.Find(default_topic);
    const bool closed = default_topic == model::kAutoCreateTopic && !options_.topics_auto_create;
    if (pattern == nullptr || !pattern->config().inherited() || closed) {
      static LogLimiter limiter;
      if (limiter.Allow()) {
        PINTLE_LOG(kWarn, "broker: topic {} is not created: its pattern {} {}", name, default_topic,
                   pattern == nullptr ? "does not exist" : "must not be inherited");
      }
      return Refuse(RefusalCode::kTopicMissing, "topic[{}] not exist", name);
    }
    model::TopicConfig config;
    config.name = name;
    config.write_queues = std::max(std::min(queues, pattern->config().write_queues), 0);
    config.read_queues = config.write_queues;
    config.perm = pattern->config().perm & ~model::kPermInherit;
    config.sys_flag = sys_flag;
    config.filter_type = pattern->config().filter_type;
    if (auto room = CheckRoom(config); !room) return std::unexpected(std::move(room).error());
    PINTLE_LOG(kInfo, "broker: topic {} is created after {} with {} queues", name, default_topic,
               config.write_queues);
    result.change = Put(std::move(config));
    result.topic = topics_.Find(name);
  }
  if (changed_) changed_(result.topic->name());
  return result;
}

TopicChange TopicTable::FindOrCreate(std::string_view name, const TopicDefaults& defaults) {
  TopicChange result;
  if (auto topic = topics_.Find(name); topic != nullptr && topic->config().order == defaults.order)
    return {std::move(topic), 0};
  {
    MutexLock lock(mutex_);
    model::TopicConfig config;
    if (const auto topic = topics_.Find(name)) {
      if (topic->config().order == defaults.order) return {topic, 0};
      config = topic->config();
    } else {
      config.name = name;
      config.read_queues = defaults.queues;
      config.write_queues = defaults.queues;
      config.perm = defaults.perm;
      config.sys_flag = defaults.sys_flag;
      PINTLE_LOG(kInfo, "broker: topic {} is created with {} queues", name, defaults.queues);
    }
    config.order = defaults.order;
    result.change = Put(std::move(config));
    result.topic = topics_.Find(name);
  }
  if (changed_) changed_(result.topic->name());
  return result;
}

Outcome<TopicChange> TopicTable::Update(model::TopicConfig config) {
  TopicChange result;
  {
    MutexLock lock(mutex_);
    const auto old = topics_.Find(config.name);
    if (old != nullptr && old->config() == config) return TopicChange{old, 0};
    auto attributes = ApplyAttributeChanges(
        TopicAttributeRules(), old == nullptr,
        old == nullptr ? Attributes() : old->config().attributes, config.attributes);
    if (!attributes) return Refuse(RefusalCode::kInternal, "{}", attributes.error().message);
    config.attributes = *std::move(attributes);
    if (const auto policy = QueuePolicyOf(config); !policy)
      return Refuse(RefusalCode::kInvalidParameter, "{}", policy.error().message);
    if (auto room = CheckRoom(config); !room) return std::unexpected(std::move(room).error());
    const std::string name = config.name;
    PINTLE_LOG(kInfo, "broker: topic {} is {}: {} read and {} write queues, perm {}", name,
               old == nullptr ? "created" : "changed", config.read_queues, config.write_queues,
               config.perm);
    result.change = Put(std::move(config));
    result.topic = topics_.Find(name);
  }
  if (changed_) changed_(result.topic->name());
  return result;
}

Outcome<TopicChange> TopicTable::Resize(const Topic& seen, int32_t read_queues,
                                        int32_t write_queues) {
  TopicChange result;
  {
    MutexLock lock(mutex_);
    const auto now = topics_.Find(seen.name());
    if (now.get() != &seen) return TopicChange{now, 0};
    model::TopicConfig config = seen.config();
    config.read_queues = read_queues;
    config.write_queues = write_queues;
    if (auto room = CheckRoom(config); !room) return std::unexpected(std::move(room).error());
    result.change = Put(std::move(config));
    result.topic = topics_.Find(seen.name());
  }
  file_.WriteSoon();
  if (changed_) changed_(result.topic->name());
  return result;
}

MetadataFile::Change TopicTable::Delete(std::string_view name) {
  MetadataFile::Change change;
  {
    MutexLock lock(mutex_);
    const auto gone = topics_.Erase(name);
    if (gone == nullptr) return 0;
    queues_ -= gone->queue_count();
    PINTLE_LOG(kInfo, "broker: topic {} is deleted", name);
    version_.Next(clock_.WallMs());
    change = file_.Changed();
  }
  return change;
}

void TopicTable::MarkOrdered(const std::vector<std::string>& names) {
  MutexLock lock(mutex_);
  for (const std::string& name : names) {
    const auto topic = topics_.Find(name);
    if (topic == nullptr || topic->config().order) continue;
    model::TopicConfig config = topic->config();
    config.order = true;
    Put(std::move(config));
  }
}

void TopicTable::SampleRates() {
  const int64_t now_ms = clock_.MonotonicMs();
  for (const auto& [name, topic] : topics_.All()) {
    TopicTraffic& traffic = *topic->traffic();
    traffic.rate.Sample(traffic.messages_in.load(std::memory_order_relaxed), now_ms);
    traffic.messages_per_second.store(traffic.rate.per_second(), std::memory_order_relaxed);
  }
}

MetadataFile::Change TopicTable::Put(model::TopicConfig config) {
  const std::string name = config.name;
  Count(name, -1);
  topics_.Put(name, Make(std::move(config)));
  Count(name, 1);
  version_.Next(clock_.WallMs());
  return file_.Changed();
}

std::string TopicTable::Encode() const {
  remoting::TopicTable out;
  out.version = version();
  for (const auto& [name, topic] : topics_.All()) out.topics.emplace(name, topic->config());
  return remoting::EncodeTopicTable(out, remoting::JsonStyle::kPretty);
}

Status TopicTable::Decode(std::string_view text) {
  PINTLE_ASSIGN(remoting::TopicTable in, remoting::DecodeTopicTable(AsBytes(text)));
  for (auto& [name, config] : in.topics) {
    config.name = name;
    topics_.Put(name, Make(std::move(config)));
    MutexLock lock(mutex_);
    Count(name, 1);
  }
  MutexLock lock(mutex_);
  version_ = in.version;
  return {};
}

}  // namespace pintle::broker
