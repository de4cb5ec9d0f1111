#include "main/config_loader.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/properties_text.h"
#include "main/config_key.h"
#include "main/java_keys.h"
#include "main/toml_file.h"

namespace pintle::main {

namespace {

constexpr int64_t kFileBytesMax = 1 << 20;
// What a record adds to its body at most, and what stays free at the end of a log file.
constexpr int64_t kRecordOverhead = 40 << 10;
constexpr int64_t kSegmentEnd = 8 << 10;

// Sets keys and remembers where their values come from.
class Loader {
 public:
  Status SetOurs(std::string_view key, std::string_view value, const std::string& origin) {
    const ConfigKey* found = FindConfigKey(key);
    if (found == nullptr)
      return Fail(ErrorCode::kInvalidArgument, "{}: unknown key \"{}\"{}", origin, key,
                  DidYouMean(key));
    if (Status set = found->Set(value, loaded_.config); !set)
      return Fail(ErrorCode::kInvalidArgument, "{}: {} = \"{}\": {}", origin, key, value,
                  set.error().message);
    loaded_.origins[std::string(key)] = origin;
    return {};
  }

  Status ReadToml(const std::string& path, std::string_view text) {
    const auto entries = ParseToml(text);
    if (!entries) return Fail(ErrorCode::kInvalidArgument, "{}: {}", path, entries.error().message);
    for (const TomlEntry& entry : *entries)
      PINTLE_TRY(SetOurs(entry.key, entry.value, fmt::format("{} line {}", path, entry.line)));
    return {};
  }

  Status ReadJavaFile(const std::string& path, std::string_view text, JavaProgram program) {
    auto entries = ParseProperties(text);
    if (!entries) return Fail(ErrorCode::kInvalidArgument, "{}: {}", path, entries.error().message);
    // Other paths are compared with it.
    std::ranges::stable_partition(
        *entries, [](const PropertyLine& entry) { return entry.key == "storePathRootDir"; });
    std::map<std::string_view, std::string> ignored;  // why -> keys and their lines
    for (const PropertyLine& entry : *entries) {
      const std::string origin = fmt::format("{} line {}", path, entry.line);
      const auto effect = ApplyJavaEntry(program, entry.key, entry.value, loaded_.config);
      if (!effect)
        return Fail(ErrorCode::kInvalidArgument, "{}: {} = \"{}\": {}", origin, entry.key,
                    entry.value, effect.error().message);
      if (!effect->key.empty()) loaded_.origins[effect->key] = origin;
      if (!effect->note.empty()) loaded_.notes.push_back(origin + ": " + effect->note);
      if (effect->ignored_because.empty()) continue;
      std::string& names = ignored[effect->ignored_because];
      names += fmt::format("{}{} (line {})", names.empty() ? "" : ", ", entry.key, entry.line);
    }
    for (const auto& [why, names] : ignored)
      loaded_.notes.push_back(fmt::format("{}: ignored: {}: {}", path, why, names));
    return {};
  }

  LoadedConfig& loaded() { return loaded_; }

 private:
  LoadedConfig loaded_;
};

std::string_view BaseName(std::string_view path) { return path.substr(path.find_last_of('/') + 1); }

Status ReadFile(FileSystem& fs, const std::string& path, Role role, Loader& loader) {
  const Result<std::string> text = ReadWholeFile(fs, path, kFileBytesMax);
  if (!text && text.error().code == ErrorCode::kNotFound)
    return Fail(ErrorCode::kNotFound, "{}: there is no such file", path);
  if (!text) return Fail(ErrorCode::kInvalidArgument, "{}: {}", path, text.error().message);
  if (!path.ends_with(".conf") && !path.ends_with(".properties"))
    return loader.ReadToml(path, *text);
  const bool for_namesrv =
      role == Role::kNamesrv || (role == Role::kAll && BaseName(path).starts_with("namesrv"));
  return loader.ReadJavaFile(path, *text,
                             for_namesrv ? JavaProgram::kNamesrv : JavaProgram::kBroker);
}

// Kubernetes tells every container of every service: for one that is called "pintle" the variables
// begin as ours do.
bool IsServiceVariable(std::string_view name) {
  return name.starts_with("PINTLE_SERVICE_") || name == "PINTLE_PORT" ||
         name.starts_with("PINTLE_PORT_");
}

Status ReadEnvironment(const ConfigSources& sources, Loader& loader) {
  for (const auto& [name, value] : sources.environment) {
    if (!name.starts_with(kEnvironmentPrefix) || IsServiceVariable(name)) continue;
    const ConfigKey* found = nullptr;
    for (const ConfigKey& key : ConfigKeys())
      if (EnvironmentNameOf(key.name) == name) found = &key;
    std::string guess;
    if (found == nullptr) {
      guess = name.substr(kEnvironmentPrefix.size());
      std::ranges::transform(guess, guess.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      });
      std::ranges::replace(guess, '_', '.');
    }
    PINTLE_TRY(loader.SetOurs(found != nullptr ? found->name : guess, value,
                              fmt::format("environment {}", name)));
  }
  return {};
}

Status ReadSettings(const ConfigSources& sources, Loader& loader) {
  for (const std::string& setting : sources.settings) {
    const size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0)
      return Fail(ErrorCode::kInvalidArgument, "--set {}: not of the form key=value", setting);
    PINTLE_TRY(loader.SetOurs(std::string_view(setting).substr(0, equals),
                              std::string_view(setting).substr(equals + 1), "--set"));
  }
  return {};
}

std::string HostName() {
  char name[256] = {};
  if (gethostname(name, sizeof name - 1) != 0) return "broker-a";
  // What follows the first dot is the domain: the same for all hosts of it.
  std::string short_name(std::string_view(name).substr(0, std::string_view(name).find('.')));
  return short_name.empty() ? "broker-a" : short_name;
}

std::string DefaultDataDir(const ConfigSources& sources) {
  for (const auto& [name, value] : sources.environment)
    if (name == "HOME" && !value.empty()) return JoinPath(value, "pintle-data");
  return "pintle-data";
}

// The disk's marks, each at least the one before. Those that were not set follow the others: who
// moves one, as many of RocketMQ's configurations do, means the rest to stay out of its way.
Status FitDiskMarks(LoadedConfig& loaded) {
  store::StoreOptions& store = loaded.config.store;
  const auto is_set = [&](std::string_view key) {
    return loaded.origins.contains(std::string(key));
  };
  if (!is_set("store.disk_full_percent"))
    store.disk_full_percent =
        std::max({store.disk_full_percent, store.disk_clean_percent,
                  is_set("store.disk_force_clean_percent") ? store.disk_force_clean_percent : 0});
  if (!is_set("store.disk_force_clean_percent"))
    store.disk_force_clean_percent = std::clamp(
        store.disk_force_clean_percent, std::min(store.disk_clean_percent, store.disk_full_percent),
        store.disk_full_percent);
  if (!is_set("store.disk_clean_percent"))
    store.disk_clean_percent = std::min(store.disk_clean_percent, store.disk_force_clean_percent);
  if (store.disk_clean_percent > store.disk_force_clean_percent ||
      store.disk_force_clean_percent > store.disk_full_percent)
    return Fail(ErrorCode::kInvalidArgument,
                "store.disk_clean_percent ({}), store.disk_force_clean_percent ({}) and "
                "store.disk_full_percent ({}) must not decrease in this order",
                store.disk_clean_percent, store.disk_force_clean_percent, store.disk_full_percent);
  return {};
}

// What depends on other keys, and what must fit together.
Status Complete(const ConfigSources& sources, LoadedConfig& loaded) {
  Config& config = loaded.config;
  if (config.data_dir.empty()) config.data_dir = DefaultDataDir(sources);
  if (config.store.path.empty()) config.store.path = JoinPath(config.data_dir, "store");
  if (config.namesrv.kv_path.empty())
    config.namesrv.kv_path = JoinPath(config.data_dir, "namesrv/kvConfig.json");
  if (config.broker.name.empty()) config.broker.name = HostName();
  // A message lies in one file, together with its names and properties.
  const int64_t body_max = config.store.segment_bytes - (kRecordOverhead + kSegmentEnd);
  if (config.store.message_bytes_max > body_max) {
    config.store.message_bytes_max = static_cast<int32_t>(body_max);
    loaded.notes.push_back(fmt::format(
        "messages.max_body_bytes is {}: what fits into a log file of store.segment_bytes ({})",
        body_max, config.store.segment_bytes));
  }
  config.broker.message_bytes_max = config.store.message_bytes_max;
  config.broker.sync_flush = config.store.flush == store::FlushMode::kSync;
  config.broker.delay_levels_ms = config.store.delay_levels_ms;
  config.store.append_wait_ms = 0;  // a loop must not wait; the broker lets the requests wait

  PINTLE_TRY(FitDiskMarks(loaded));
  if (config.connection.output_mark_bytes > config.connection.output_bytes_max)
    return Fail(ErrorCode::kInvalidArgument,
                "net.output_mark_bytes ({}) must not exceed net.output_bytes_max ({})",
                config.connection.output_mark_bytes, config.connection.output_bytes_max);
  return {};
}

}  // namespace

std::vector<std::pair<std::string, std::string>> ProcessEnvironment() {
  std::vector<std::pair<std::string, std::string>> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

std::string EnvironmentNameOf(std::string_view key) {
  std::string name(kEnvironmentPrefix);
  for (const char c : key)
    name += c == '.' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  return name;
}

Result<LoadedConfig> LoadConfig(FileSystem& fs, const ConfigSources& sources) {
  Loader loader;
  for (const std::string& path : sources.files)
    PINTLE_TRY(ReadFile(fs, path, sources.role, loader));
  PINTLE_TRY(ReadEnvironment(sources, loader));
  PINTLE_TRY(ReadSettings(sources, loader));
  if (sources.data_dir) PINTLE_TRY(loader.SetOurs("data_dir", *sources.data_dir, "--data-dir"));
  PINTLE_TRY(Complete(sources, loader.loaded()));
  return std::move(loader.loaded());
}

}  // namespace pintle::main
