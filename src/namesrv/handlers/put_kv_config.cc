#include "namesrv/handlers/put_kv_config.h"

#include <utility>

#include "net/blocking.h"

namespace pintle::namesrv {

net::Task<remoting::Reply<remoting::NoFields>> PutKvConfig::Handle(NameServer& server,
                                                                   remoting::Call<Request> call) {
  const Request& request = call.request;
  Status put = co_await net::RunBlocking<void>(server.pool(), call.session->loop(), [&] {
    return server.kv().Put(request.name_space, request.key, request.value);
  });
  if (!put) co_return std::move(put).error();
  co_return remoting::NoFields{};
}

}  // namespace pintle::namesrv
