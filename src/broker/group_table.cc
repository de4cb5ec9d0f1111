#include "broker/group_table.h"

#include <array>

#include "base/log.h"
#include "broker/attributes.h"
#include "remoting/bodies/group_table.h"

namespace pintle::broker {
namespace {

constexpr int32_t kReadForbidden = 1 << 2;  // the bit that RocketMQ calls INDEX_PERM_READ
constexpr std::string_view kSystemPrefix = "CID_RMQ_SYS_";

// Groups that tools and proxies use without creating them.
constexpr std::array<std::string_view, 8> kSystemGroups = {
    "TOOLS_CONSUMER",  "FILTERSRV_CONSUMER", "SELF_TEST_C_GROUP",     "CID_ONS-HTTP-PROXY",
    "CID_ONSAPI_PULL", "CID_ONSAPI_OWNER",   "CID_ONSAPI_PERMISSION", "CID_RMQ_SYS_TRANS"};

}  // namespace

GroupTable::GroupTable(const Clock& clock, const BrokerOptions& options, FileSystem& fs,
                       BoundedExecutor& executor, std::string path)
    : clock_(clock),
      options_(options),
      file_(fs, executor, std::move(path), [this] { return Encode(); }) {}

Status GroupTable::Load() {
  PINTLE_TRY(file_.Load([this](std::string_view text) { return Decode(text); }));
  for (const std::string_view name : kSystemGroups) AddIfMissing(name);
  return {};
}

void GroupTable::AddIfMissing(std::string_view name) {
  if (groups_.Find(name) != nullptr) return;
  auto group = std::make_shared<Group>();
  group->name = name;
  groups_.Put(name, std::move(group));
}

std::shared_ptr<const Group> GroupTable::FindOrCreate(std::string_view name) {
  if (auto group = groups_.Find(name)) return group;
  if (!options_.groups_auto_create && !name.starts_with(kSystemPrefix)) return nullptr;
  if (!model::ValidateGroupName(name)) return nullptr;
  {
    MutexLock lock(mutex_);
    if (auto group = groups_.Find(name)) return group;
    Group config;
    config.name = name;
    Put(std::move(config));
  }
  PINTLE_LOG(kInfo, "broker: group {} is created", name);
  file_.WriteSoon();
  return groups_.Find(name);
}

model::DataVersion GroupTable::version() const {
  MutexLock lock(mutex_);
  return version_;
}

ForbiddenTable GroupTable::forbidden() const {
  MutexLock lock(mutex_);
  return forbidden_;
}

bool GroupTable::IsReadForbidden(std::string_view group, std::string_view topic) const {
  MutexLock lock(mutex_);
  if (forbidden_.empty()) return false;
  const auto topics = forbidden_.find(std::string(group));
  if (topics == forbidden_.end()) return false;
  const auto bits = topics->second.find(std::string(topic));
  return bits != topics->second.end() && bits->second > 0 && (bits->second & kReadForbidden) != 0;
}

Outcome<MetadataFile::Change> GroupTable::Update(Group config) {
  MutexLock lock(mutex_);
  const auto old = groups_.Find(config.name);
  auto attributes =
      ApplyAttributeChanges(GroupAttributeRules(), old == nullptr,
                            old == nullptr ? Attributes() : old->attributes, config.attributes);
  if (!attributes) return Refuse(RefusalCode::kInternal, "{}", attributes.error().message);
  config.attributes = *std::move(attributes);
  PINTLE_LOG(kInfo, "broker: group {} is {}", config.name, old == nullptr ? "created" : "changed");
  return Put(std::move(config));
}

MetadataFile::Change GroupTable::Delete(std::string_view name) {
  MutexLock lock(mutex_);
  forbidden_.erase(std::string(name));
  if (groups_.Erase(name) == nullptr) return 0;
  PINTLE_LOG(kInfo, "broker: group {} is deleted", name);
  version_.Next(clock_.WallMs());
  return file_.Changed();
}

MetadataFile::Change GroupTable::Put(Group config) {
  const std::string name = config.name;
  groups_.Put(name, std::make_shared<const Group>(std::move(config)));
  version_.Next(clock_.WallMs());
  return file_.Changed();
}

std::string GroupTable::Encode() const {
  remoting::GroupTable out;
  out.version = version();
  out.forbidden = forbidden();
  for (const auto& [name, group] : groups_.All()) out.groups.emplace(name, *group);
  return remoting::EncodeGroupTable(out, remoting::JsonStyle::kPretty);
}

Status GroupTable::Decode(std::string_view text) {
  PINTLE_ASSIGN(remoting::GroupTable in, remoting::DecodeGroupTable(AsBytes(text)));
  for (auto& [name, group] : in.groups) {
    group.name = name;
    groups_.Put(name, std::make_shared<const Group>(std::move(group)));
  }
  MutexLock lock(mutex_);
  version_ = in.version;
  forbidden_ = std::move(in.forbidden);
  return {};
}

}  // namespace pintle::broker
