// Requests that a broker only passes on: a tool asks, a connected consumer answers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "broker/broker.h"
#include "net/task.h"
#include "remoting/command.h"
#include "remoting/dispatch.h"

namespace pintle::broker {

struct PassedRequest {
  int32_t code = 0;
  std::string group;
  std::string client_id;
  remoting::FieldList fields;  // as they came, and what the broker adds
  std::string body;
};

// All fields of a request, copied.
remoting::FieldList CopyFields(const std::vector<remoting::Field>& fields);

// The client's answer, whatever it says. SYSTEM_ERROR when no such client is connected,
// CONSUME_MSG_TIMEOUT when it does not answer.
net::Task<remoting::Reply<remoting::NoFields>> PassToConsumer(Broker& broker, net::Loop& loop,
                                                              PassedRequest request);

}  // namespace pintle::broker
