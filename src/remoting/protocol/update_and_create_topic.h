// UPDATE_AND_CREATE_TOPIC (17), UPDATE_AND_CREATE_STATIC_TOPIC (513): create a topic or change it.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "model/topic.h"
#include "remoting/fields.h"

namespace pintle::remoting {

struct UpdateAndCreateTopicRequest {
  std::string topic;
  std::string default_topic;
  int32_t read_queues = 0;
  int32_t write_queues = 0;
  int32_t perm = 0;
  model::TopicFilterType filter_type = model::TopicFilterType::kSingleTag;
  int32_t topic_sys_flag = 0;
  bool order = false;
  std::string attributes;  // "+key=value,-key"
  bool force = false;

  static constexpr auto kFields =
      std::tuple(Required("topic", &UpdateAndCreateTopicRequest::topic),
                 Optional("defaultTopic", &UpdateAndCreateTopicRequest::default_topic),
                 Required("readQueueNums", &UpdateAndCreateTopicRequest::read_queues),
                 Required("writeQueueNums", &UpdateAndCreateTopicRequest::write_queues),
                 Required("perm", &UpdateAndCreateTopicRequest::perm),
                 Required("topicFilterType", &UpdateAndCreateTopicRequest::filter_type),
                 Optional("topicSysFlag", &UpdateAndCreateTopicRequest::topic_sys_flag),
                 Optional("order", &UpdateAndCreateTopicRequest::order),
                 Optional("attributes", &UpdateAndCreateTopicRequest::attributes),
                 Optional("force", &UpdateAndCreateTopicRequest::force));
};

}  // namespace pintle::remoting
