// CLONE_GROUP_OFFSET (314): a group gets the offsets of another.
#pragma once

#include "broker/broker.h"
#include "remoting/dispatch.h"
#include "remoting/protocol/clone_group_offset.h"

namespace pintle::broker {

struct CloneGroupOffset {
  static constexpr int32_t kCode = remoting::request_code::kCloneGroupOffset;
  static constexpr remoting::Access kAccess = remoting::Access::kManage;
  using Request = remoting::CloneGroupOffsetRequest;
  using Response = remoting::NoFields;
  static remoting::Reply<Response> Handle(Broker& broker, const remoting::Call<Request>& call);
};

}  // namespace pintle::broker
