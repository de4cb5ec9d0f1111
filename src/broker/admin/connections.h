// A connected client as lists of connections show it.
#pragma once

#include "broker/client_table.h"
#include "remoting/bodies/client_connections.h"

namespace pintle::broker {

inline remoting::ClientConnection ToConnection(const Client& client) {
  return {client.id, client.session->peer().ToString(), client.language, client.version};
}

}  // namespace pintle::broker
