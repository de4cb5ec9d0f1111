// The keys of RocketMQ's configuration that set nothing here, and why.
#pragma once

#include <span>
#include <string_view>

namespace pintle::main {

// Keys with one reason. `names` are separated by white space; "name=value" means that Pintle does
// what this value asks for, so that only another one is worth a line in the log.
struct JavaIgnoredKeys {
  std::string_view why;  // goes on after "ignored: "
  std::string_view names;
};

// Together with the keys that set something (java_keys.cc) they are every setter of RocketMQ's
// BrokerConfig, MessageStoreConfig, NettyServerConfig, NettyClientConfig, NamesrvConfig,
// ControllerConfig and AuthConfig, in 4.9.7 and 5.5.0, and of its tiered store's; a test compares.
std::span<const JavaIgnoredKeys> IgnoredJavaKeys();

// One entry of `names`.
struct JavaIgnoredKey {
  std::string_view name;
  std::string_view as_here;  // the value that Pintle does; empty: none is told
  bool has_value = false;    // whether `as_here` was given; it may be empty
};

// Takes the next entry off the front of `names`; false at its end.
bool NextIgnoredKey(std::string_view& names, JavaIgnoredKey& key);

}  // namespace pintle::main
