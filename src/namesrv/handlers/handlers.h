// What the name server answers: one line a request.
#pragma once

#include "namesrv/handlers/add_write_perm_of_broker.h"
#include "namesrv/handlers/broker_heartbeat.h"
#include "namesrv/handlers/delete_kv_config.h"
#include "namesrv/handlers/delete_topic.h"
#include "namesrv/handlers/get_all_topic_list.h"
#include "namesrv/handlers/get_broker_clusters.h"
#include "namesrv/handlers/get_broker_member_group.h"
#include "namesrv/handlers/get_kv_config.h"
#include "namesrv/handlers/get_kv_list_by_namespace.h"
#include "namesrv/handlers/get_namesrv_config.h"
#include "namesrv/handlers/get_route_info_by_topic.h"
#include "namesrv/handlers/get_system_topic_list.h"
#include "namesrv/handlers/get_topics_by_cluster.h"
#include "namesrv/handlers/get_unit_topic_lists.h"
#include "namesrv/handlers/put_kv_config.h"
#include "namesrv/handlers/query_data_version.h"
#include "namesrv/handlers/register_broker.h"
#include "namesrv/handlers/register_topic.h"
#include "namesrv/handlers/unregister_broker.h"
#include "namesrv/handlers/update_namesrv_config.h"
#include "namesrv/handlers/wipe_write_perm_of_broker.h"
#include "remoting/dispatch.h"

namespace pintle::namesrv {

// clang-format off
using Handlers = remoting::HandlerList<
    AddWritePermOfBroker,
    BrokerHeartbeat,
    DeleteKvConfig,
    DeleteTopic,
    GetAllTopicList,
    GetBrokerClusters,
    GetBrokerMemberGroup,
    GetKvConfig,
    GetKvListByNamespace,
    GetNamesrvConfig,
    GetRouteInfoByTopic,
    GetSystemTopicList,
    GetTopicsByCluster,
    GetUnitTopicLists,
    PutKvConfig,
    QueryDataVersion,
    RegisterBroker,
    RegisterTopic,
    UnregisterBroker,
    UpdateNamesrvConfig,
    WipeWritePermOfBroker>;
// clang-format on

}  // namespace pintle::namesrv
