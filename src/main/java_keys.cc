#include "main/java_keys.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/file_system.h"
#include "base/nearest.h"
#include "main/config_key.h"
#include "main/java_ignored_keys.h"

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
    {"mappedFileSizeConsumeQueue", "store.queue_file_entries", QueueEntries, JavaProgram::kBroker},
    {"serverChannelMaxIdleTimeSeconds", "net.idle_timeout_ms", SecondsToMs, JavaProgram::kBroker},
    {"waitSecondsForService", "namesrv.wait_for_brokers_ms", SecondsToMs, JavaProgram::kNamesrv},
};

// Features that Pintle does not have and without which a start would do harm: their keys are taken
// with the value that means "off" or the one thing that is served, and refused with any other.
struct OnlyWith {
  std::string_view java_name;
  std::string_view value;
  std::string_view harm;
};
constexpr std::string_view kNobodyAsked = "everybody would be let in";
constexpr OnlyWith kOnlyWith[] = {
    {"aclEnable", "false", kNobodyAsked},
    {"authenticationEnabled", "false", kNobodyAsked},
    {"authorizationEnabled", "false", kNobodyAsked},
    {"brokerConfigPaths", "", "one process is one broker; start one with each of these files"},
    {"brokerRole", "ASYNC_MASTER", "it would not follow its master but take messages itself"},
    {"cleanFileForciblyEnable", "true",
     "a disk that fills up would cost messages that may not go yet"},
    {"configManagerVersion", "v1", "topics, groups and offsets that are in RocksDB are not seen"},
    {"enableControllerMode", "false", "the controller would not know who is the master"},
    {"enableDLegerCommitLog", "false", "messages that are in DLedger's log are not seen"},
    {"messageStorePlugIn", "", "messages that such a store keeps elsewhere are not seen"},
    {"readOnlyCommitLogStorePaths", "", "messages in these folders are not seen"},
    {"storeType", "default", "queues that are in RocksDB are not seen"},
    {"useTLS", "false", "what was to be encrypted would be sent in the clear"},
};

// Values of these keys with which Pintle starts all the same, since it does less and no harm.
struct Lenient {
  std::string_view java_name;
  std::string_view value;
  std::string_view why;
};
constexpr Lenient kLenient[] = {
    {"brokerRole", "SYNC_MASTER",
     "slaves are not served yet, each message has the one copy that is here"},
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

// "/a//b/" names what "/a/b" does.
bool IsSamePath(std::string_view a, std::string_view b) {
  const auto normal = [](std::string_view path) {
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    return std::filesystem::path(path).lexically_normal();
  };
  return normal(a) == normal(b);
}

Error UnknownJavaKey(std::string_view name) {
  NearestNames nearest(name, 2);
  for (const ConfigKey& key : ConfigKeys())
    if (!key.java_name.empty()) nearest.Offer(key.java_name);
  for (const Converted& key : kConverted) nearest.Offer(key.java_name);
  for (const OnlyWith& key : kOnlyWith) nearest.Offer(key.java_name);
  for (const Inside& key : kInsideStore) nearest.Offer(key.java_name);
  for (const JavaIgnoredKeys& group : IgnoredJavaKeys()) {
    JavaIgnoredKey key;
    for (std::string_view names = group.names; NextIgnoredKey(names, key);) nearest.Offer(key.name);
  }
  const std::string near = QuotedAlternatives(nearest.Take());
  return {ErrorCode::kInvalidArgument,
          near.empty() ? "unknown key; docs/operations/configuration.md lists those that are known"
                       : fmt::format("unknown key; did you mean {}?", near)};
}

std::string ToLower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

// Numbers that say how files are cut or who this is: a nearby value would be another store's or
// another broker's.
constexpr std::string_view kExact[] = {"broker.id", "store.segment_bytes",
                                       "store.queue_file_entries", "store.index_slots",
                                       "store.index_entries"};

// RocketMQ takes any number and trims many of them in silence.
Result<JavaEntryEffect> SetOurs(std::string_view name, std::string_view key, std::string_view text,
                                Config& config) {
  const ConfigKey* found = FindConfigKey(key);
  PINTLE_CHECK(found != nullptr, "{} is not a key", key);
  JavaEntryEffect effect{.key = std::string(key)};
  std::string value = found->kind == ValueKind::kSwitch ? ToLower(text) : std::string(text);
  const Status set = found->Set(value, config);
  if (set) return effect;
  const std::optional<int64_t> number = ParseWhole(text);
  if (!number || !found->IsNumber() || std::ranges::find(kExact, key) != std::end(kExact))
    return std::unexpected(set.error());
  value = std::to_string(std::clamp(*number, found->min, found->max));
  if (!found->Set(value, config)) return std::unexpected(set.error());
  effect.note = fmt::format("{} = {} is outside of what {} takes, {}; it is {} now", name, text,
                            key, found->KindText(), value);
  return effect;
}

// What a key that sets nothing does.
std::optional<JavaEntryEffect> Ignored(std::string_view name, std::string_view value) {
  for (const JavaIgnoredKeys& group : IgnoredJavaKeys()) {
    JavaIgnoredKey key;
    for (std::string_view names = group.names; NextIgnoredKey(names, key);) {
      if (key.name != name) continue;
      JavaEntryEffect effect;
      if (!key.has_value || ToLower(key.as_here) != ToLower(value))
        effect.ignored_because = group.why;
      return effect;
    }
  }
  return std::nullopt;
}

Result<JavaEntryEffect> CheckOnly(const OnlyWith& key, std::string_view value) {
  JavaEntryEffect effect;
  if (ToLower(value) == ToLower(key.value)) return effect;
  for (const Lenient& lenient : kLenient) {
    if (lenient.java_name != key.java_name || lenient.value != value) continue;
    effect.ignored_because = lenient.why;
    return effect;
  }
  return Fail(ErrorCode::kInvalidArgument, "not served by Pintle, only \"{}\" is: {}", key.value,
              key.harm);
}

}  // namespace

Result<JavaEntryEffect> ApplyJavaEntry(JavaProgram program, std::string_view name,
                                       std::string_view value, Config& config) {
  for (const ConfigKey& key : ConfigKeys())
    if (key.java_name == name) return SetOurs(name, key.name, value, config);
  for (const Converted& key : kConverted) {
    if (key.java_name != name || key.program != program) continue;
    std::string text(value);
    if (key.convert != nullptr) {
      PINTLE_ASSIGN(text, key.convert(value, config));
    }
    return SetOurs(name, key.key, text, config);
  }
  for (const Inside& key : kInsideStore) {
    if (key.java_name != name) continue;
    if (IsSamePath(value, JoinPath(config.store.path, key.name))) return JavaEntryEffect{};
    return Fail(ErrorCode::kInvalidArgument,
                "it is always <storePathRootDir>/{}; make that a link to the other place",
                key.name);
  }
  for (const OnlyWith& key : kOnlyWith)
    if (key.java_name == name) return CheckOnly(key, value);
  if (std::optional<JavaEntryEffect> ignored = Ignored(name, value)) return *std::move(ignored);
  // The other program's: a file may be read by both.
  for (const Converted& key : kConverted)
    if (key.java_name == name)
      return JavaEntryEffect{.ignored_because = "it is a key of the other program"};
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
    add(key.java_name,
        fmt::format("only {}; else refused: {}",
                    key.value.empty() ? "empty" : fmt::format("`{}`", key.value), key.harm));
  }
  std::ranges::stable_sort(texts, {}, &JavaKeyText::java_name);
  return texts;
}

}  // namespace pintle::main
