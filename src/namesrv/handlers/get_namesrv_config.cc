#include "namesrv/handlers/get_namesrv_config.h"

namespace pintle::namesrv {

remoting::Reply<remoting::NoFields> GetNamesrvConfig::Handle(NameServer& server,
                                                             const remoting::Call<Request>&) {
  remoting::Reply<Response> reply;
  reply.body.owned = server.settings().ToProperties();
  return reply;
}

}  // namespace pintle::namesrv
