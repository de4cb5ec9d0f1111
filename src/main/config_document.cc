#include "main/config_document.h"

#include <algorithm>

#include "main/config_key.h"
#include "main/java_ignored_keys.h"
#include "main/java_keys.h"

namespace pintle::main {

namespace {

std::string_view PartOf(const ConfigKey& key) { return key.name.substr(0, key.name.find('.')); }

bool IsOf(Role role, const ConfigKey& key) {
  const std::string_view part = PartOf(key);
  const bool common = part == "data_dir" || part == "net" || part == "log";
  switch (role) {
    case Role::kAll:
      return true;
    case Role::kNamesrv:
      return common || part == "namesrv";
    case Role::kBroker:
      return part != "namesrv";
  }
  return true;
}

constexpr std::string_view kIntroduction =
    R"(<!-- Made from the table in src/main/config_keys.cc; a test keeps it equal. -->
# Configuration

Pintle starts without any. What is set comes from these sources; later ones win:

1. the defaults below;
2. `--config FILE`, any number of times: TOML, or RocketMQ's own `broker.conf` and `namesrv.conf`
   (every file whose name ends in `.conf` or `.properties`);
3. the environment: `PINTLE_` and the key in capitals, dots as underscores
   (`PINTLE_STORE_FLUSH=sync`);
4. `--set key=value`, any number of times, and `--data-dir DIR`.

An unknown key and a value that is not one of its key are refused, with the key that was probably
meant. A size takes KiB, MiB, GiB (or KB, MB, GB), a time ms, s, m, h; a number alone is bytes or
milliseconds.

```toml
# pintle.toml
data_dir = "/var/lib/pintle"

[broker]
name = "broker-a"
advertise = "broker-a.example.org"   # what clients are told
namesrv = ["10.0.0.1:9876", "10.0.0.2:9876"]

[store]
flush = "sync"
segment_bytes = "1GiB"
```

Exit codes of `pintle start`, `namesrv` and `broker`: 0 after SIGTERM or SIGINT, 2 for a command line or
configuration that is wrong, 3 when the data directory or an address is in use, 1 for anything else.

## Keys
)";

constexpr std::string_view kJavaIntroduction = R"(
## RocketMQ's keys

In a file whose name ends in `.conf` or `.properties`; those of 4.9.7 and 5.5.0 are taken as they are. Every
key is honoured (first table), or ignored with a line at start that tells why (second table), or refused
where a start without it would do harm. A key that RocketMQ does not have is refused with the one that was
probably meant. A number outside of its limits is moved to the nearest, with a line at start, unless it
says how files are cut. `pintle namesrv` reads `listenPort` and `bindAddress` as the name server's,
`pintle broker` as the broker's, `pintle start` as the broker's unless the file's name begins with
`namesrv`.

| RocketMQ | here |
|---|---|
)";

constexpr std::string_view kIgnoredIntroduction = R"(
Ignored; with the value that stands behind some, Pintle does what they ask for:

| why | keys |
|---|---|
)";

}  // namespace

std::string ConfigHelp(Role role) {
  std::string text = "Keys, with their defaults:\n";
  Config defaults;
  std::string_view part;
  for (const ConfigKey& key : ConfigKeys()) {
    if (!IsOf(role, key)) continue;
    if (PartOf(key) != part) text += '\n';
    part = PartOf(key);
    text += fmt::format("  {:<32} {:<15} {}\n", key.name, key.Text(defaults), key.effect);
  }
  return text;
}

std::string ConfigDocument() {
  std::string text(kIntroduction);
  Config defaults;
  std::string_view part;
  for (const ConfigKey& key : ConfigKeys()) {
    if (PartOf(key) != part)
      text += "\n| key | default | takes | effect | RocketMQ |\n|---|---|---|---|---|\n";
    part = PartOf(key);
    const std::string value = key.Text(defaults);
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", key.name,
                        value.empty() ? "" : fmt::format("`{}`", value), key.KindText(), key.effect,
                        key.java_name.empty() ? "" : fmt::format("`{}`", key.java_name));
  }
  text += kJavaIntroduction;
  for (const JavaKeyText& key : JavaKeyTexts())
    text += fmt::format("| `{}` | {} |\n", key.java_name, key.meaning);
  text += kIgnoredIntroduction;
  for (const JavaIgnoredKeys& group : IgnoredJavaKeys()) {
    text += fmt::format("| {} |", group.why);
    JavaIgnoredKey key;
    for (std::string_view names = group.names; NextIgnoredKey(names, key);)
      text += fmt::format(" `{}{}{}`", key.name, key.has_value ? "=" : "", key.as_here);
    text += " |\n";
  }
  return text;
}

}  // namespace pintle::main
