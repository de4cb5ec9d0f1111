// GET_UNIT_TOPIC_LIST (311), GET_HAS_UNIT_SUB_TOPIC_LIST (312), GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST
// (313): topics by their unit flags.
#pragma once

#include <array>

#include "namesrv/name_server.h"
#include "remoting/dispatch.h"

namespace pintle::namesrv {

struct GetUnitTopicLists {
  static constexpr std::array<int32_t, 3> kCodes = {
      remoting::request_code::kGetUnitTopicList, remoting::request_code::kGetHasUnitSubTopicList,
      remoting::request_code::kGetHasUnitSubUnUnitTopicList};
  static constexpr remoting::Access kAccess = remoting::Access::kRead;
  using Request = remoting::NoFields;
  using Response = remoting::NoFields;

  static remoting::Reply<Response> Handle(NameServer& server, const remoting::Call<Request>& call);
};

}  // namespace pintle::namesrv
