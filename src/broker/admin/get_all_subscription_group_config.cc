#include "broker/admin/get_all_subscription_group_config.h"

#include "broker/admin/pages.h"
#include "remoting/bodies/group_table.h"

namespace pintle::broker {

remoting::Reply<GetAllSubscriptionGroupConfig::Response> GetAllSubscriptionGroupConfig::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  PageRequest page;
  remoting::ParseFieldText(call.Extra("groupSeq"), page.first);
  remoting::ParseFieldText(call.Extra("maxGroupNum"), page.most);
  page.version = call.Extra("dataVersion");

  const auto all = broker.groups().All();
  const ForbiddenTable forbidden = broker.groups().forbidden();
  remoting::GroupTable table;
  table.version = broker.groups().version();
  const auto [begin, end] = PageOf(page, all.size(), table.version);
  for (size_t i = begin; i < end; ++i) {
    table.groups.emplace(all[i].first, *all[i].second);
    const auto entry = forbidden.find(all[i].first);
    if (entry != forbidden.end()) table.forbidden.insert(*entry);
  }
  remoting::Reply<Response> answer;
  answer.fields.total_groups = static_cast<int32_t>(all.size());
  answer.body.owned = remoting::EncodeGroupTable(table);
  return answer;
}

}  // namespace pintle::broker
