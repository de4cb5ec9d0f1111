// Requests that one connection brings at once to a broker in memory: what they cost from the read to
// the write, apart from the system's part.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "broker/sim_broker_testing.h"
#include "net/connection.h"
#include "remoting/command.h"

namespace pintle::testing {

class ScriptedStream;

// Threads: one.
class FastPath {
 public:
  static constexpr int kRequestsPerTurn = 16;
  static constexpr int kMessagesPerPull = 32;

  explicit FastPath(remoting::HeaderEncoding encoding);
  ~FastPath();

  // Frames of that many requests: sends of 128 B bodies, or pulls of 32 messages.
  std::string Sends(int count);
  std::string Pulls(int count);

  // One turn of the broker's loop: `frames` are read, served and answered. Nothing else happens
  // within: it is what the counters count.
  void ServeTurn();
  // What the next turn finds to read.
  void Offer(std::string frames);
  // Answers of the last turn with that code; and writes that it took.
  int AnswersWith(remoting::ResponseCode code) const;
  int writes() const;
  // What the store's threads do between turns.
  void Upkeep() { broker_.RunStoreUpkeep(); }

 private:
  std::string Frame(const remoting::Request& request) const;

  remoting::HeaderEncoding encoding_;
  broker::SimBroker broker_;
  ScriptedStream* stream_ = nullptr;  // the connection's
  std::shared_ptr<net::Connection> connection_;
};

}  // namespace pintle::testing
