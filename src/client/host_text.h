// Hosts as text.
#pragma once

#include <string>

#include "model/host.h"

namespace pintle::client {

// The text of the last host, kept: messages that follow one another mostly come from the same ones.
// Threads: one thread, the owner.
class HostText {
 public:
  // What Host::ToString() says; until the next call.
  const std::string& Of(const model::Host& host);

 private:
  model::Host host_;
  std::string text_;
};

// Of a message's two.
struct HostTexts {
  HostText born;
  HostText store;
};

}  // namespace pintle::client
