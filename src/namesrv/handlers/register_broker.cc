#include "namesrv/handlers/register_broker.h"

#include <utility>

#include "base/crc32.h"
#include "base/log.h"
#include "namesrv/kv_config.h"
#include "remoting/bodies/kv_table.h"
#include "remoting/bodies/register_broker.h"
#include "remoting/bodies/topic_table.h"
#include "remoting/json.h"

namespace pintle::namesrv {

namespace {

using remoting::RegisterBrokerBody;
using remoting::RegisterBrokerRequest;
using remoting::ResponseCode;

// Brokers before V3_0_11 send a table of topics and nothing else.
constexpr int32_t kWholeBodyVersion = 37;

void TakeTopics(remoting::TopicTable table, Registration& registration) {
  registration.version = table.version;
  registration.topics.reserve(table.topics.size());
  for (auto& [name, topic] : table.topics) registration.topics.push_back(std::move(topic));
}

// A static topic's mapping says itself whose it is.
Status TakeMappings(const RegisterBrokerBody& body, Registration& registration) {
  for (const auto& [topic, text] : body.queue_mappings) {
    PINTLE_ASSIGN(const remoting::JsonDocument mapping, remoting::JsonDocument::Parse(text));
    registration.queue_mappings[topic] = {mapping.root().String("bname", registration.broker_name),
                                          text};
  }
  return {};
}

Status TakeBody(const remoting::Call<RegisterBrokerRequest>& call, Registration& registration) {
  if (call.body.empty()) {
    registration.filter_servers.emplace();
    return {};
  }
  if (call.head.version < kWholeBodyVersion) {
    PINTLE_ASSIGN(remoting::TopicTable table, remoting::DecodeTopicTable(call.body));
    TakeTopics(std::move(table), registration);
    return {};
  }
  PINTLE_ASSIGN(
      RegisterBrokerBody body,
      remoting::DecodeRegisterBroker(call.body, call.request.compressed, call.head.version));
  PINTLE_TRY(TakeMappings(body, registration));
  registration.filter_servers = std::move(body.filter_servers);
  TakeTopics(std::move(body.topics), registration);
  return {};
}

Status CheckRequest(const RegisterBrokerRequest& request) {
  for (const auto& [name, value] : {std::pair("brokerName", &request.broker_name),
                                    std::pair("brokerAddr", &request.broker_address),
                                    std::pair("clusterName", &request.cluster_name)})
    if (value->empty()) return Fail(ErrorCode::kInvalidArgument, "{} is empty", name);
  if (request.broker_id < 0)
    return Fail(ErrorCode::kInvalidArgument, "brokerId is {}, below 0", request.broker_id);
  return {};
}

}  // namespace

remoting::Reply<remoting::RegisterBrokerResponse> RegisterBroker::Handle(
    NameServer& server, const remoting::Call<Request>& call) {
  const Request& request = call.request;
  if (request.body_crc32 != 0 && MessageCrc32(call.body) != request.body_crc32)
    return {ResponseCode::kSystemError, "crc32 not match"};
  PINTLE_TRY(CheckRequest(request));

  Registration registration{.cluster = request.cluster_name,
                            .broker_name = request.broker_name,
                            .broker_id = request.broker_id,
                            .address = request.broker_address,
                            .ha_address = request.ha_server_address,
                            .zone_name = std::string(call.Extra("__ZONE_NAME")),
                            .heartbeat_timeout_ms = request.heartbeat_timeout_ms,
                            .enable_acting_master = request.enable_acting_master,
                            .version = {},
                            .topics = {},
                            .queue_mappings = {},
                            .filter_servers = {},
                            .session = call.session,
                            .session_id = call.session->id()};
  PINTLE_TRY(TakeBody(call, registration));

  Result<RegistrationAnswer> answer = server.routes().Register(
      registration, {.delete_missing_topics = server.settings().delete_missing_topics()},
      server.clock().MonotonicMs());
  if (!answer) return {ResponseCode::kSystemError, std::move(answer).error().message};

  remoting::Reply<Response> reply;
  reply.fields = {.ha_server_address = std::move(answer->master_ha_address),
                  .master_address = std::move(answer->master_address)};
  if (server.settings().return_order_topics()) {
    const auto order = server.kv().List(std::string(kOrderTopicNamespace));
    if (order) reply.body.owned = remoting::EncodeKvTable(*order);
  }
  return reply;
}

}  // namespace pintle::namesrv
