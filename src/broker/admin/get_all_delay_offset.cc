#include "broker/admin/get_all_delay_offset.h"

namespace pintle::broker {

remoting::Reply<GetAllDelayOffset::Response> GetAllDelayOffset::Handle(
    Broker& broker, const remoting::Call<Request>&) {
  remoting::Reply<Response> answer;
  answer.body.owned = broker.delay_progress().Encode(/*pretty=*/false);
  return answer;
}

}  // namespace pintle::broker
