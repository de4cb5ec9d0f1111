#include "broker/admin/consume_message_directly.h"

#include <utility>

#include "broker/admin/pass_to_consumer.h"
#include "broker/background.h"
#include "model/message_id.h"

namespace pintle::broker {
namespace {

using DirectReply = remoting::Reply<ConsumeMessageDirectly::Response>;

// What the client is told beside the tool's own fields.
void AddFlags(Broker& broker, const ConsumeMessageDirectly::Request& request,
              remoting::FieldList& fields) {
  std::erase_if(fields, [](const auto& field) { return field.first == "brokerName"; });
  fields.emplace_back("brokerName", broker.options().name);
  if (const auto topic = broker.topics().Find(request.topic))
    fields.emplace_back("topicSysFlag", std::to_string(topic->config().sys_flag));
  if (const auto group = broker.groups().Find(request.consumer_group))
    fields.emplace_back("groupSysFlag", std::to_string(group->group_sys_flag));
}

}  // namespace

net::Task<DirectReply> ConsumeMessageDirectly::Handle(Broker& broker,
                                                      remoting::Call<Request> call) {
  net::Loop& loop = call.session->loop();
  PassedRequest passed;
  passed.code = kCode;
  passed.group = call.request.consumer_group;
  passed.client_id = call.request.client_id;
  passed.fields = CopyFields(*call.extra);
  AddFlags(broker, call.request, passed.fields);
  const auto id = model::OffsetMessageId::Parse(call.request.msg_id);
  if (!id) {
    co_return DirectReply(
        remoting::ResponseCode::kSystemError,
        fmt::format("'{}' is no id of a broker: {}", call.request.msg_id, id.error().message));
  }
  const model::LogOffset offset = id->offset;
  auto reading = InBackground(broker.executor(), loop,
                              [&broker, offset] { return broker.store().ReadRecord(offset); });
  auto record = co_await reading;
  if (!record || !*record) {
    co_return DirectReply(remoting::ResponseCode::kSystemError,
                          fmt::format("can not find message by the offset, {}", offset));
  }
  passed.body = AsText((*record)->bytes);
  co_return co_await PassToConsumer(broker, loop, std::move(passed));
}

}  // namespace pintle::broker
