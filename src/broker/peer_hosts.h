// The addresses of clients as records hold them. Parsing one for each message would be the most
// expensive part of a small send.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "model/host.h"
#include "net/loop.h"
#include "remoting/session.h"

namespace pintle::broker {

// Threads: Of() on the session's loop.
class PeerHosts {
 public:
  explicit PeerHosts(std::span<net::Loop* const> loops) {
    for (net::Loop* loop : loops) caches_.push_back(std::make_unique<Cache>(loop));
  }

  // 0.0.0.0:0 for a peer that has no address.
  const model::Host& Of(const remoting::Session& session) {
    for (const auto& cache : caches_) {
      if (cache->loop != &session.loop()) continue;
      Entry& entry = cache->entries[session.id() % kEntries];
      if (entry.session != session.id() || !entry.used) {
        entry = {session.id(), true,
                 model::Host::Parse(session.peer().ToString()).value_or(model::Host())};
      }
      return entry.host;
    }
    static constexpr model::Host kNone;
    return kNone;
  }

 private:
  struct Entry {
    uint64_t session = 0;
    bool used = false;
    model::Host host;
  };
  static constexpr size_t kEntries = 256;
  struct Cache {
    explicit Cache(const net::Loop* l) : loop(l) {}
    const net::Loop* loop;
    std::array<Entry, kEntries> entries{};
  };

  std::vector<std::unique_ptr<Cache>> caches_;
};

}  // namespace pintle::broker
