#include "admin/cluster_admin.h"

#include <algorithm>
#include <set>

#include "model/topic.h"
#include "remoting/bodies/cluster_info.h"
#include "remoting/bodies/kv_table.h"
#include "remoting/bodies/name_list.h"
#include "remoting/bodies/queue_stats.h"
#include "remoting/codes.h"
#include "remoting/protocol/add_write_perm_of_broker.h"
#include "remoting/protocol/delete_topic_in_broker.h"
#include "remoting/protocol/delete_topic_in_namesrv.h"
#include "remoting/protocol/get_topic_stats_info.h"
#include "remoting/protocol/update_and_create_topic.h"
#include "remoting/protocol/wipe_write_perm_of_broker.h"

namespace pintle::admin {

namespace {

namespace code = remoting::request_code;

std::string AttributesText(const std::map<std::string, std::string>& attributes) {
  std::string text;
  for (const auto& [name, value] : attributes)
    text += fmt::format("{}+{}={}", text.empty() ? "" : ",", name, value);
  return text;
}

}  // namespace

Result<std::unique_ptr<ClusterAdmin>> ClusterAdmin::Connect(client::ClientOptions options) {
  auto runtime = client::ClientRuntime::Create(std::move(options));
  if (!runtime) return std::unexpected(runtime.error());
  return std::unique_ptr<ClusterAdmin>(new ClusterAdmin(*std::move(runtime)));
}

ClusterAdmin::ClusterAdmin(std::unique_ptr<client::ClientRuntime> runtime)
    : runtime_(std::move(runtime)) {}

ClusterAdmin::~ClusterAdmin() { runtime_->Stop(); }

Result<std::vector<std::string>> ClusterAdmin::Topics(bool with_system) {
  return runtime_->Wait(ListTopics(with_system));
}
Result<std::vector<std::string>> ClusterAdmin::CreateTopic(const TopicSpec& spec) {
  if (auto valid = model::ValidateTopicName(spec.name); !valid)
    return std::unexpected(client::ToSdkError(valid.error()));
  return runtime_->Wait(Create(spec));
}
Result<TopicDescription> ClusterAdmin::DescribeTopic(const std::string& topic) {
  return runtime_->Wait(Describe(topic));
}
Status ClusterAdmin::DeleteTopic(const std::string& topic) {
  if (model::IsSystemTopic(topic))
    return client::SdkFail(client::ErrorCode::kInvalidArgument,
                           fmt::format("topic {} is the brokers' own", topic));
  return runtime_->Wait(Delete(topic));
}
Result<std::vector<BrokerStatus>> ClusterAdmin::Brokers() {
  return runtime_->Wait(ListBrokers(/*with_runtime=*/true));
}
Result<int32_t> ClusterAdmin::SetWritable(const std::string& broker_name, bool writable) {
  return runtime_->Wait(ChangeWritable(broker_name, writable));
}

net::Task<Result<client::Answer>> ClusterAdmin::AskNameServer(remoting::Request request) {
  client::Error last{.code = client::ErrorCode::kUnavailable,
                     .broker_code = 0,
                     .message = "no name server answered"};
  for (const std::string& address : runtime_->options().name_servers) {
    auto answer =
        co_await runtime_->CallOk(address, request, runtime_->options().request_timeout_ms);
    if (answer || answer.error().broker_code != 0) co_return answer;
    last = answer.error();
  }
  co_return std::unexpected(last);
}

net::Task<Status> ClusterAdmin::TellNameServers(remoting::Request request) {
  for (const std::string& address : runtime_->options().name_servers) {
    auto answer =
        co_await runtime_->CallOk(address, request, runtime_->options().request_timeout_ms);
    if (!answer) co_return std::unexpected(answer.error());
  }
  co_return Status();
}

net::Task<Result<std::vector<std::string>>> ClusterAdmin::ListTopics(bool with_system) {
  // Named: GCC 12 copies an aggregate temporary of an awaited expression bit by bit.
  remoting::Request request{.code = code::kGetAllTopicListFromNameserver, .fields = {}, .body = {}};
  auto answer = co_await AskNameServer(std::move(request));
  if (!answer) co_return std::unexpected(answer.error());
  auto names = remoting::DecodeNameList(remoting::kTopicList, (*answer)->command.body);
  if (!names) co_return std::unexpected(client::ToSdkError(names.error()));
  std::ranges::sort(*names);
  if (!with_system) {
    // A cluster's and a broker's own name is a topic of theirs too.
    auto brokers = co_await ListBrokers(/*with_runtime=*/false);
    if (!brokers) co_return std::unexpected(brokers.error());
    std::set<std::string> own;
    for (const BrokerStatus& broker : *brokers) {
      own.insert(broker.cluster);
      own.insert(broker.broker_name);
      own.insert(broker.cluster + "_REPLY_TOPIC");
    }
    std::erase_if(*names, [&own](const std::string& name) {
      return own.contains(name) || model::IsSystemTopic(name);
    });
  }
  co_return *std::move(names);
}

net::Task<Result<std::vector<BrokerStatus>>> ClusterAdmin::ListBrokers(bool with_runtime) {
  remoting::Request request{.code = code::kGetBrokerClusterInfo, .fields = {}, .body = {}};
  auto answer = co_await AskNameServer(std::move(request));
  if (!answer) co_return std::unexpected(answer.error());
  auto info = remoting::DecodeClusterInfo((*answer)->command.body);
  if (!info) co_return std::unexpected(client::ToSdkError(info.error()));
  std::vector<BrokerStatus> brokers;
  for (const auto& [name, route] : info->brokers) {
    for (const auto& [id, address] : route.addresses) {
      BrokerStatus broker{.cluster = route.cluster,
                          .broker_name = name,
                          .broker_id = id,
                          .address = address,
                          .reachable = false,
                          .runtime = {}};
      if (with_runtime) {
        remoting::Request ask{.code = code::kGetBrokerRuntimeInfo, .fields = {}, .body = {}};
        auto told = co_await runtime_->CallOk(address, std::move(ask),
                                              runtime_->options().request_timeout_ms);
        broker.reachable = told || told.error().broker_code != 0;
        if (told) {
          auto table = remoting::DecodeKvTable((*told)->command.body);
          if (table) broker.runtime = *std::move(table);
        }
      }
      brokers.push_back(std::move(broker));
    }
  }
  co_return brokers;
}

net::Task<Result<std::vector<std::string>>> ClusterAdmin::Create(TopicSpec spec) {
  auto brokers = co_await ListBrokers(/*with_runtime=*/false);
  if (!brokers) co_return std::unexpected(brokers.error());
  remoting::UpdateAndCreateTopicRequest fields;
  fields.topic = spec.name;
  fields.default_topic = model::kAutoCreateTopic;
  fields.read_queues = spec.read_queues;
  fields.write_queues = spec.write_queues;
  fields.perm = spec.perm;
  fields.order = spec.order;
  fields.attributes = AttributesText(spec.attributes);
  const remoting::Request request = remoting::MakeRequest(code::kUpdateAndCreateTopic, fields);
  std::vector<std::string> done;
  for (const BrokerStatus& broker : *brokers) {
    if (broker.broker_id != model::kMasterId) continue;
    if (!spec.cluster.empty() && broker.cluster != spec.cluster) continue;
    if (!spec.broker.empty() && broker.broker_name != spec.broker) continue;
    auto answer =
        co_await runtime_->CallOk(broker.address, request, runtime_->options().request_timeout_ms);
    if (!answer) {
      client::Error error = answer.error();
      error.message = fmt::format("broker {}: {}", broker.broker_name, error.message);
      co_return std::unexpected(error);
    }
    done.push_back(broker.broker_name);
  }
  if (done.empty())
    co_return client::SdkFail(
        client::ErrorCode::kNoRoute,
        fmt::format("no live master of cluster '{}', broker '{}'", spec.cluster, spec.broker));
  co_return done;
}

net::Task<Result<TopicDescription>> ClusterAdmin::Describe(std::string topic) {
  auto route = co_await runtime_->FindRoute(topic, /*refresh=*/true);
  if (!route) co_return std::unexpected(route.error());
  TopicDescription description{.name = topic, .route = **route, .queues = {}};
  for (const model::BrokerRoute& broker : (*route)->brokers) {
    const std::string address = runtime_->AddressOf(broker.broker_name, /*any_member=*/true);
    remoting::GetTopicStatsInfoRequest fields;
    fields.topic = topic;
    auto answer =
        co_await runtime_->CallOk(address, remoting::MakeRequest(code::kGetTopicStatsInfo, fields),
                                  runtime_->options().request_timeout_ms);
    if (!answer) co_return std::unexpected(answer.error());
    auto stats = remoting::DecodeTopicStats((*answer)->command.body);
    if (!stats) co_return std::unexpected(client::ToSdkError(stats.error()));
    for (const auto& [queue, status] : stats->queues) {
      description.queues.push_back({.broker_name = queue.broker_name,
                                    .queue_id = queue.queue_id,
                                    .min_offset = status.min_offset,
                                    .max_offset = status.max_offset,
                                    .last_update_ms = status.last_update_timestamp});
    }
  }
  co_return description;
}

net::Task<Status> ClusterAdmin::Delete(std::string topic) {
  auto route = co_await runtime_->FindRoute(topic, /*refresh=*/true);
  if (!route) co_return std::unexpected(route.error());
  for (const model::BrokerRoute& broker : (*route)->brokers) {
    for (const auto& [id, address] : broker.addresses) {
      if (id != model::kMasterId) continue;
      remoting::DeleteTopicInBrokerRequest fields;
      fields.topic = topic;
      auto answer = co_await runtime_->CallOk(
          address, remoting::MakeRequest(code::kDeleteTopicInBroker, fields),
          runtime_->options().request_timeout_ms);
      if (!answer) co_return std::unexpected(answer.error());
    }
  }
  remoting::DeleteTopicInNamesrvRequest fields;
  fields.topic = topic;
  co_return co_await TellNameServers(remoting::MakeRequest(code::kDeleteTopicInNamesrv, fields));
}

net::Task<Result<int32_t>> ClusterAdmin::ChangeWritable(std::string broker_name, bool writable) {
  const remoting::Request request =
      writable ? remoting::MakeRequest(code::kAddWritePermOfBroker,
                                       remoting::AddWritePermOfBrokerRequest{broker_name})
               : remoting::MakeRequest(code::kWipeWritePermOfBroker,
                                       remoting::WipeWritePermOfBrokerRequest{broker_name});
  int32_t topics = 0;
  for (const std::string& address : runtime_->options().name_servers) {
    auto answer =
        co_await runtime_->CallOk(address, request, runtime_->options().request_timeout_ms);
    if (!answer) co_return std::unexpected(answer.error());
    remoting::WipeWritePermOfBrokerResponse wiped;
    remoting::AddWritePermOfBrokerResponse added;
    const auto read = writable ? remoting::DecodeFields((*answer)->command, added)
                               : remoting::DecodeFields((*answer)->command, wiped);
    if (!read) co_return std::unexpected(client::ToSdkError(read.error()));
    topics = std::max(topics, writable ? added.add_topic_count : wiped.wipe_topic_count);
  }
  if (topics == 0)
    co_return client::SdkFail(client::ErrorCode::kNotFound,
                              fmt::format("no name server knows a topic of broker {}; see pintle "
                                          "cluster status",
                                          broker_name));
  co_return topics;
}

}  // namespace pintle::admin
