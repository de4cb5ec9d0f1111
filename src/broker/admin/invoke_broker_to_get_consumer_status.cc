#include "broker/admin/invoke_broker_to_get_consumer_status.h"

#include <utility>

#include "base/log.h"
#include "remoting/bodies/consumer_status.h"

namespace pintle::broker {
namespace {

using StatusReply = remoting::Reply<InvokeBrokerToGetConsumerStatus::Response>;

constexpr int64_t kAnswerMs = 5'000;

}  // namespace

net::Task<StatusReply> InvokeBrokerToGetConsumerStatus::Handle(Broker& broker,
                                                               remoting::Call<Request> call) {
  net::Loop& loop = call.session->loop();
  const auto group = broker.clients().FindGroup(call.request.group);
  if (!group || group->clients.empty()) {
    co_return StatusReply(
        remoting::ResponseCode::kSystemError,
        fmt::format("No Any Consumer online in the consumer group: [{}]", call.request.group));
  }
  remoting::GetConsumerStatusFromClientRequest asked;
  asked.topic = call.request.topic;
  asked.group = call.request.group;
  remoting::ConsumerStatus status;
  for (const Client& client : group->clients) {
    const std::string& only = call.request.client_address;
    if (!only.empty() && only != client.id) continue;
    remoting::FieldList fields = remoting::ToFieldList(asked);
    auto answer =
        co_await client.session->Invoke(loop, remoting::request_code::kGetConsumerStatusFromClient,
                                        std::move(fields), std::string(), kAnswerMs);
    if (!answer || (*answer)->code() != remoting::ResponseCode::kSuccess) {
      PINTLE_LOG(kWarn, "broker: consumer {} does not tell how far it is", client.id);
      continue;
    }
    auto told = remoting::DecodeConsumerStatus((*answer)->command.body);
    if (told) status.consumers[client.id] = std::move(told->queues);
  }
  StatusReply answer;
  answer.body.owned = remoting::EncodeConsumerStatus(status);
  co_return std::move(answer);
}

}  // namespace pintle::broker
