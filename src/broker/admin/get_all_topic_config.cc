#include "broker/admin/get_all_topic_config.h"

#include "broker/admin/pages.h"
#include "remoting/bodies/topic_table.h"

namespace pintle::broker {

remoting::Reply<GetAllTopicConfig::Response> GetAllTopicConfig::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  PageRequest page;
  remoting::ParseFieldText(call.Extra("topicSeq"), page.first);
  remoting::ParseFieldText(call.Extra("maxTopicNum"), page.most);
  page.version = call.Extra("dataVersion");

  const auto all = broker.topics().All();
  remoting::TopicTable table;
  table.version = broker.topics().version();
  const auto [begin, end] = PageOf(page, all.size(), table.version);
  for (size_t i = begin; i < end; ++i) table.topics.emplace(all[i].first, all[i].second->config());

  remoting::Reply<Response> answer;
  answer.fields.total_topics = static_cast<int32_t>(all.size());
  answer.body.owned = remoting::EncodeTopicTable(table);
  return answer;
}

}  // namespace pintle::broker
