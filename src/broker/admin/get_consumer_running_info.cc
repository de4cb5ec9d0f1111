#include "broker/admin/get_consumer_running_info.h"

#include <utility>

#include "broker/admin/pass_to_consumer.h"

namespace pintle::broker {

net::Task<remoting::Reply<GetConsumerRunningInfo::Response>> GetConsumerRunningInfo::Handle(
    Broker& broker, remoting::Call<Request> call) {
  PassedRequest passed;
  passed.code = kCode;
  passed.group = call.request.consumer_group;
  passed.client_id = call.request.client_id;
  passed.fields = CopyFields(*call.extra);
  passed.body = AsText(call.body);
  return PassToConsumer(broker, call.session->loop(), std::move(passed));
}

}  // namespace pintle::broker
