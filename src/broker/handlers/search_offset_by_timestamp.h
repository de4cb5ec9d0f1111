// SEARCH_OFFSET_BY_TIMESTAMP (29): the queue offset nearest to a store time.
#pragma once

#include "broker/broker.h"
#include "net/task.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/search_offset_by_timestamp.h"

namespace pintle::broker {

struct SearchOffsetByTimestamp {
  static constexpr int32_t kCode = remoting::request_code::kSearchOffsetByTimestamp;
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::SearchOffsetByTimestampRequest;
  using Response = remoting::SearchOffsetByTimestampResponse;
  static net::Task<remoting::Reply<Response>> Handle(Broker& broker, remoting::Call<Request> call);
};

}  // namespace pintle::broker
