#include "broker/handlers/query_message.h"

#include <algorithm>

#include "broker/background.h"
#include "broker/handlers/answer.h"

namespace pintle::broker {

net::Task<remoting::Reply<QueryMessage::Response>> QueryMessage::Handle(
    Broker& broker, remoting::Call<Request> call) {
  using Answer = remoting::Reply<Response>;
  int32_t max = call.request.max_messages;
  // A UNIQ_KEY should be there once; its messages may have been sent twice all the same.
  if (call.Extra("_UNIQUE_KEY_QUERY") == "true") max = broker.options().query_messages_max;

  net::Loop& loop = call.session->loop();
  const Request& request = call.request;
  auto querying = InBackground(broker.executor(), loop, [&broker, &request, max] {
    return broker.store().Query(request.topic, request.key, max, request.begin_timestamp,
                                request.end_timestamp);
  });
  auto found = co_await querying;
  if (!found) co_return Refused<Response>(found.error());

  Answer answer;
  if (found->records.empty()) {
    answer.code = remoting::ResponseCode::kQueryNotFound;
    answer.remark = "can not find message, maybe time range not correct";
  } else {
    answer.fields.index_last_update_timestamp = found->index_last_update_timestamp;
    answer.fields.index_last_update_offset = found->index_last_update_offset.value();
  }
  // Of the newest ones, the oldest first, as RocketMQ answers.
  std::ranges::reverse(found->records);
  for (store::LogSlice& record : found->records)
    answer.body.pinned.push_back({record.bytes, std::move(record.pin)});
  co_return std::move(answer);
}

}  // namespace pintle::broker
