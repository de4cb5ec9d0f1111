// The parts of a process, built in order and torn down in reverse.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bounded_executor.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file_system.h"
#include "main/broker_part.h"
#include "main/config_loader.h"
#include "main/namesrv_part.h"
#include "main/self_dial.h"
#include "net/in_flight.h"
#include "net/loop_group.h"

namespace pintle::main {

// Threads: the owner's, which is not a loop.
class Wiring {
 public:
  // Returns when every listener accepts and the broker has registered at its name servers, or could
  // not, or waited long enough for their answers. An error's message ends with the remedy.
  static Result<std::unique_ptr<Wiring>> Start(FileSystem& fs, const Clock& clock, Role role,
                                               const Config& config);
  ~Wiring();

  NamesrvPart* namesrv() { return namesrv_.get(); }  // nullptr when the role has none
  BrokerPart* broker() { return broker_.get(); }

  // Name servers that did not know the broker when Start() returned; it goes on trying.
  const std::vector<std::string>& unregistered() const { return unregistered_; }

  // Takes no new work, lets answers leave, flushes, closes. An error: the store could not be closed
  // in good order.
  Status Stop(int64_t drain_ms);

 private:
  Wiring() = default;
  Status StartParts(FileSystem& fs, const Clock& clock, Role role, const Config& given);
  // Until each name server has answered, or was not reached, for a moment at most.
  void AwaitRegistration(const Clock& clock);

  std::unique_ptr<net::InFlightBytes> in_flight_;  // outlives connections
  std::unique_ptr<BoundedExecutor> pool_;
  std::unique_ptr<net::LoopGroup> loops_;
  std::unique_ptr<NamesrvPart> namesrv_;
  std::unique_ptr<BrokerPart> broker_;
  std::unique_ptr<SelfDial> self_dial_;
  std::vector<std::string> unregistered_;
};

}  // namespace pintle::main
