#include "broker/admin/get_system_topic_list_from_broker.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/topic.h"
#include "remoting/bodies/name_list.h"

namespace pintle::broker {

remoting::Reply<GetSystemTopicListFromBroker::Response> GetSystemTopicListFromBroker::Handle(
    Broker& broker, const remoting::Call<Request>&) {
  // Those that could be here, and those that are, named after this broker and its cluster.
  std::set<std::string> names;
  for (const std::string_view topic : model::SystemTopics()) names.emplace(topic);
  for (const auto& [name, topic] : broker.topics().All()) {
    if (broker.topics().IsSystem(name)) names.insert(name);
  }
  remoting::Reply<Response> answer;
  answer.body.owned = remoting::EncodeNameList(
      remoting::kTopicList, std::vector<std::string>(names.begin(), names.end()));
  return answer;
}

}  // namespace pintle::broker
