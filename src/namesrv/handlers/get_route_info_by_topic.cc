#include "namesrv/handlers/get_route_info_by_topic.h"

#include <algorithm>

#include "base/nearest.h"
#include "remoting/bodies/topic_route.h"

namespace pintle::namesrv {

namespace {

using remoting::JsonStyle;

constexpr size_t kNearestMax = 3;

// What Boolean.parseBoolean takes for true.
bool IsTrue(std::string_view text) {
  return text.size() == 4 && std::ranges::equal(text, std::string_view("true"),
                                                [](char a, char b) { return (a | 0x20) == b; });
}

bool IsBlank(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == ' ' || c == '\t'; });
}

std::string UnknownTopic(NameServer& server, const std::string& topic) {
  const std::string near = QuotedAlternatives(server.routes().Nearest(topic, kNearestMax));
  std::string remark = "No topic route info in name server for the topic: " + topic;
  if (!near.empty()) remark += fmt::format("; did you mean {}?", near);
  return remark;
}

}  // namespace

remoting::Reply<remoting::NoFields> GetRouteInfoByTopic::Handle(
    NameServer& server, const remoting::Call<Request>& call) {
  if (!server.TellsRoutes())
    return {remoting::ResponseCode::kSystemError,
            "name server not ready: it waits for brokers after its start"};

  const Request& request = call.request;
  const JsonStyle style =
      remoting::RouteStyle(call.head.version, request.accept_standard_json_only);
  const std::string_view zone =
      IsTrue(call.Extra("__ZONE_MODE")) ? call.Extra("__ZONE_NAME") : std::string_view();
  const RouteBodies::Text text = IsBlank(zone)
                                     ? server.route_bodies().Find(request.topic, style)
                                     : server.route_bodies().FindInZone(request.topic, style, zone);
  if (text == nullptr)
    return {remoting::ResponseCode::kTopicNotExist, UnknownTopic(server, request.topic)};

  remoting::Reply<Response> reply;
  reply.body.pinned.push_back({.bytes = AsBytes(*text), .pin = text});
  return reply;
}

}  // namespace pintle::namesrv
