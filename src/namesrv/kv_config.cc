#include "namesrv/kv_config.h"

#include <utility>

#include "base/log.h"
#include "remoting/json.h"

namespace pintle::namesrv {

using remoting::JsonDocument;
using remoting::JsonMember;
using remoting::JsonStyle;
using remoting::JsonWriter;

Result<std::unique_ptr<KvConfig>> KvConfig::Open(FileSystem& fs, std::string path) {
  std::unique_ptr<KvConfig> config(new KvConfig(fs, std::move(path)));
  const Result<std::string> text = ReadWholeFile(fs, config->path_);
  if (!text && text.error().code == ErrorCode::kNotFound) return config;
  if (!text) return std::unexpected(text.error());

  Result<JsonDocument> document = JsonDocument::Parse(*text);
  if (!document)
    return Malformed("{}: {}; repair the file or move it away", config->path_,
                     document.error().message);
  MutexLock lock(config->mutex_);
  for (const JsonMember& name_space : document->root().Members("configTable")) {
    Values& values = config->table_[std::string(name_space.key.text())];
    for (const JsonMember& entry : name_space.value.members())
      values[std::string(entry.key.text())] = std::string(entry.value.text());
  }
  return config;
}

KvConfig::Table KvConfig::Copy() const {
  MutexLock lock(mutex_);
  return table_;
}

Status KvConfig::Replace(Table table) {
  JsonWriter writer(JsonStyle::kPretty);
  writer.BeginObject();
  writer.Key("configTable");
  writer.BeginObject();
  for (const auto& [name_space, values] : table) {
    writer.Key(name_space);
    writer.BeginObject();
    for (const auto& [key, value] : values) writer.Member(key, value);
    writer.EndObject();
  }
  writer.EndObject();
  writer.EndObject();
  PINTLE_TRY(WriteFileAtomically(fs_, path_, writer.Take(), true));

  MutexLock lock(mutex_);
  table_ = std::move(table);
  version_.fetch_add(1, std::memory_order_release);
  return {};
}

Status KvConfig::Put(const std::string& name_space, const std::string& key,
                     const std::string& value) {
  MutexLock lock(writing_);
  Table table = Copy();
  table[name_space][key] = value;
  PINTLE_TRY(Replace(std::move(table)));
  PINTLE_LOG(kInfo, "name server: key {} of namespace {} is set", key, name_space);
  return {};
}

Status KvConfig::Delete(const std::string& name_space, const std::string& key) {
  MutexLock lock(writing_);
  Table table = Copy();
  const auto values = table.find(name_space);
  if (values == table.end() || values->second.erase(key) == 0) return {};
  PINTLE_TRY(Replace(std::move(table)));
  PINTLE_LOG(kInfo, "name server: key {} of namespace {} is deleted", key, name_space);
  return {};
}

std::optional<std::string> KvConfig::Get(const std::string& name_space,
                                         const std::string& key) const {
  MutexLock lock(mutex_);
  const auto values = table_.find(name_space);
  if (values == table_.end()) return std::nullopt;
  const auto value = values->second.find(key);
  if (value == values->second.end()) return std::nullopt;
  return value->second;
}

std::optional<KvConfig::Values> KvConfig::List(const std::string& name_space) const {
  MutexLock lock(mutex_);
  const auto values = table_.find(name_space);
  if (values == table_.end()) return std::nullopt;
  return values->second;
}

}  // namespace pintle::namesrv
