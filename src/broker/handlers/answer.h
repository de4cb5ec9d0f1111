// How refusals read on remoting's wire.
#pragma once

#include <string>

#include "broker/refusal.h"
#include "remoting/codes.h"
#include "remoting/reply.h"

namespace pintle::broker {

remoting::ResponseCode CodeOf(RefusalCode code);

template <typename Response>
remoting::Reply<Response> Refused(const Refusal& refusal) {
  return {CodeOf(refusal.code), refusal.message};
}

template <typename Response>
remoting::Reply<Response> Refused(const Error& error) {
  return Refused<Response>(ToRefusal(error));
}

}  // namespace pintle::broker
