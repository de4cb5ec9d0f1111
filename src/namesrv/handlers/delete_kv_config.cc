#include "namesrv/handlers/delete_kv_config.h"

#include <utility>

#include "net/blocking.h"

namespace pintle::namesrv {

net::Task<remoting::Reply<remoting::NoFields>> DeleteKvConfig::Handle(
    NameServer& server, remoting::Call<Request> call) {
  const Request& request = call.request;
  Status deleted = co_await net::RunBlocking<void>(server.pool(), call.session->loop(), [&] {
    return server.kv().Delete(request.name_space, request.key);
  });
  if (!deleted) co_return std::move(deleted).error();
  co_return remoting::NoFields{};
}

}  // namespace pintle::namesrv
