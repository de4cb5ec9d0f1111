#include "broker/handlers/search_offset_by_timestamp.h"

#include "broker/background.h"
#include "broker/handlers/answer.h"

namespace pintle::broker {
namespace {

store::Boundary ToStoreBoundary(remoting::Boundary boundary) {
  switch (boundary) {
    case remoting::Boundary::kLower:
      return store::Boundary::kLower;
    case remoting::Boundary::kUpper:
      return store::Boundary::kUpper;
  }
  return store::Boundary::kLower;
}

}  // namespace

net::Task<remoting::Reply<SearchOffsetByTimestamp::Response>> SearchOffsetByTimestamp::Handle(
    Broker& broker, remoting::Call<Request> call) {
  net::Loop& loop = call.session->loop();
  const Request& request = call.request;
  auto searching = InBackground(broker.executor(), loop, [&broker, &request] {
    return broker.store().OffsetByTime(request.topic, request.queue_id, request.timestamp,
                                       ToStoreBoundary(request.boundary_type));
  });
  const auto offset = co_await searching;
  if (!offset) co_return Refused<Response>(offset.error());
  co_return Response{.offset = offset->value()};
}

}  // namespace pintle::broker
