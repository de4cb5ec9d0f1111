#include "namesrv/handlers/get_kv_list_by_namespace.h"

#include "remoting/bodies/kv_table.h"

namespace pintle::namesrv {

remoting::Reply<remoting::NoFields> GetKvListByNamespace::Handle(
    NameServer& server, const remoting::Call<Request>& call) {
  const auto values = server.kv().List(call.request.name_space);
  if (!values)
    return {remoting::ResponseCode::kQueryNotFound,
            "No config item, Namespace: " + call.request.name_space};
  remoting::Reply<Response> reply;
  reply.body.owned = remoting::EncodeKvTable(*values);
  return reply;
}

}  // namespace pintle::namesrv
