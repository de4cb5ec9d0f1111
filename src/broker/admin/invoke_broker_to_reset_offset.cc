#include "broker/admin/invoke_broker_to_reset_offset.h"

#include <utility>

#include "broker/background.h"
#include "broker/handlers/answer.h"
#include "broker/ops/reset_offset.h"
#include "remoting/bodies/reset_offset.h"

namespace pintle::broker {
namespace {

using ResetReply = remoting::Reply<InvokeBrokerToResetOffset::Response>;

ResetRequest ToReset(const remoting::ResetConsumerClientOffsetRequest& from) {
  ResetRequest to;
  to.topic = from.topic;
  to.group = from.group;
  to.queue_id = from.queue_id;
  to.offset = from.offset;
  to.timestamp = from.timestamp;
  to.force = from.force;
  return to;
}

remoting::QueueOffsets TableOf(const Broker& broker, const ResetRequest& request,
                               const ResetOffsets& offsets) {
  remoting::QueueOffsets table;
  for (const auto& [id, offset] : offsets)
    table[{request.topic, broker.options().name, id}] = offset.value();
  return table;
}

// Tells every consumer of the group to go there itself, each in its own words. They commit the new
// offsets; what they have fetched and not consumed is dropped.
ResetReply TellConsumers(Broker& broker, const ResetRequest& request, ResetOffsets offsets) {
  const auto group = broker.clients().FindGroup(request.group);
  if (!group || group->clients.empty()) {
    return {remoting::ResponseCode::kConsumerNotOnline,
            fmt::format("Consumer not online, so can not reset offset, Group: {} Topic: {} "
                        "Timestamp: {}",
                        request.group, request.topic, request.timestamp)};
  }
  for (auto& [id, offset] : offsets) {
    const auto consumed = broker.offsets().Find(request.topic, request.group, id);
    if (!consumed) {
      return {remoting::ResponseCode::kSystemError,
              fmt::format("THe consumer group <{}> not exist", request.group)};
    }
    if (!request.force && offset > *consumed) offset = *consumed;
  }
  const remoting::QueueOffsets table = TableOf(broker, request, offsets);
  remoting::ResetConsumerClientOffsetRequest fields;
  fields.group = request.group;
  fields.topic = request.topic;
  fields.timestamp = request.timestamp;
  for (const Client& client : group->clients) {
    const bool cpp = client.language == remoting::Language::kCpp;
    client.session->SendOneway(
        remoting::request_code::kResetConsumerClientOffset, remoting::ToFieldList(fields),
        cpp ? remoting::EncodeResetOffsetForCpp(table) : remoting::EncodeResetOffset(table));
  }
  ResetReply answer;
  answer.body.owned = remoting::EncodeResetOffset(table);
  return answer;
}

}  // namespace

net::Task<ResetReply> InvokeBrokerToResetOffset::Handle(Broker& broker,
                                                        remoting::Call<Request> call) {
  const ResetRequest request = ToReset(call.request);
  auto finding = InBackground(broker.executor(), call.session->loop(),
                              [&broker, &request] { return FindResetOffsets(broker, request); });
  auto found = co_await finding;
  if (!found) co_return Refused<Response>(found.error());
  if (!*found) co_return Refused<Response>(found->error());
  const ResetOffsets& offsets = **found;
  if (!broker.options().server_side_reset) co_return TellConsumers(broker, request, offsets);
  ApplyReset(broker, request, offsets, call.session->peer().host);
  ResetReply answer;
  answer.body.owned = remoting::EncodeResetOffset(TableOf(broker, request, offsets));
  co_return std::move(answer);
}

}  // namespace pintle::broker
