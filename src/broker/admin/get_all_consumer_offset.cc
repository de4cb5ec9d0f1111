#include "broker/admin/get_all_consumer_offset.h"

namespace pintle::broker {

remoting::Reply<GetAllConsumerOffset::Response> GetAllConsumerOffset::Handle(
    Broker& broker, const remoting::Call<Request>&) {
  remoting::Reply<Response> answer;
  answer.body.owned = broker.offsets().Encode(/*pretty=*/false);
  return answer;
}

}  // namespace pintle::broker
