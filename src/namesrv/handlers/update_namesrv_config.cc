#include "namesrv/handlers/update_namesrv_config.h"

#include "base/log.h"

namespace pintle::namesrv {

remoting::Reply<remoting::NoFields> UpdateNamesrvConfig::Handle(
    NameServer& server, const remoting::Call<Request>& call) {
  const Status updated = server.settings().Update(AsText(call.body));
  if (!updated) {
    PINTLE_LOG(kWarn, "name server: a change of settings by {} is refused: {}",
               call.session->peer().ToString(), updated.error().message);
    return updated.error();
  }
  return remoting::NoFields{};
}

}  // namespace pintle::namesrv
