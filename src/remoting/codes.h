// Request and response codes of RocketMQ's remoting protocol, with their names.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace pintle::remoting {

// clang-format off
// X(constant, name, number): every request code that RocketMQ 5.5 defines, also those that we do
// not serve.
#define PINTLE_REQUEST_CODES(X)                                                           \
  X(kSendMessage, SEND_MESSAGE, 10)                                                       \
  X(kPullMessage, PULL_MESSAGE, 11)                                                       \
  X(kQueryMessage, QUERY_MESSAGE, 12)                                                     \
  X(kQueryBrokerOffset, QUERY_BROKER_OFFSET, 13)                                          \
  X(kQueryConsumerOffset, QUERY_CONSUMER_OFFSET, 14)                                      \
  X(kUpdateConsumerOffset, UPDATE_CONSUMER_OFFSET, 15)                                    \
  X(kUpdateAndCreateTopic, UPDATE_AND_CREATE_TOPIC, 17)                                   \
  X(kUpdateAndCreateTopicList, UPDATE_AND_CREATE_TOPIC_LIST, 18)                          \
  X(kGetAllTopicConfig, GET_ALL_TOPIC_CONFIG, 21)                                         \
  X(kGetTopicConfigList, GET_TOPIC_CONFIG_LIST, 22)                                       \
  X(kGetTopicNameList, GET_TOPIC_NAME_LIST, 23)                                           \
  X(kUpdateBrokerConfig, UPDATE_BROKER_CONFIG, 25)                                        \
  X(kGetBrokerConfig, GET_BROKER_CONFIG, 26)                                              \
  X(kTriggerDeleteFiles, TRIGGER_DELETE_FILES, 27)                                        \
  X(kGetBrokerRuntimeInfo, GET_BROKER_RUNTIME_INFO, 28)                                   \
  X(kSearchOffsetByTimestamp, SEARCH_OFFSET_BY_TIMESTAMP, 29)                             \
  X(kGetMaxOffset, GET_MAX_OFFSET, 30)                                                    \
  X(kGetMinOffset, GET_MIN_OFFSET, 31)                                                    \
  X(kGetEarliestMsgStoreTime, GET_EARLIEST_MSG_STORETIME, 32)                             \
  X(kViewMessageById, VIEW_MESSAGE_BY_ID, 33)                                             \
  X(kHeartBeat, HEART_BEAT, 34)                                                           \
  X(kUnregisterClient, UNREGISTER_CLIENT, 35)                                             \
  X(kConsumerSendMsgBack, CONSUMER_SEND_MSG_BACK, 36)                                     \
  X(kEndTransaction, END_TRANSACTION, 37)                                                 \
  X(kGetConsumerListByGroup, GET_CONSUMER_LIST_BY_GROUP, 38)                              \
  X(kCheckTransactionState, CHECK_TRANSACTION_STATE, 39)                                  \
  X(kNotifyConsumerIdsChanged, NOTIFY_CONSUMER_IDS_CHANGED, 40)                           \
  X(kLockBatchMq, LOCK_BATCH_MQ, 41)                                                      \
  X(kUnlockBatchMq, UNLOCK_BATCH_MQ, 42)                                                  \
  X(kGetAllConsumerOffset, GET_ALL_CONSUMER_OFFSET, 43)                                   \
  X(kGetAllDelayOffset, GET_ALL_DELAY_OFFSET, 45)                                         \
  X(kCheckClientConfig, CHECK_CLIENT_CONFIG, 46)                                          \
  X(kGetClientConfig, GET_CLIENT_CONFIG, 47)                                              \
  X(kGetTimerCheckPoint, GET_TIMER_CHECK_POINT, 60)                                       \
  X(kGetTimerMetrics, GET_TIMER_METRICS, 61)                                              \
  X(kPutKvConfig, PUT_KV_CONFIG, 100)                                                     \
  X(kGetKvConfig, GET_KV_CONFIG, 101)                                                     \
  X(kDeleteKvConfig, DELETE_KV_CONFIG, 102)                                               \
  X(kRegisterBroker, REGISTER_BROKER, 103)                                                \
  X(kUnregisterBroker, UNREGISTER_BROKER, 104)                                            \
  X(kGetRouteInfoByTopic, GET_ROUTEINFO_BY_TOPIC, 105)                                    \
  X(kGetBrokerClusterInfo, GET_BROKER_CLUSTER_INFO, 106)                                  \
  X(kUpdateAndCreateSubscriptionGroup, UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, 200)          \
  X(kGetAllSubscriptionGroupConfig, GET_ALL_SUBSCRIPTIONGROUP_CONFIG, 201)                \
  X(kGetTopicStatsInfo, GET_TOPIC_STATS_INFO, 202)                                        \
  X(kGetConsumerConnectionList, GET_CONSUMER_CONNECTION_LIST, 203)                        \
  X(kGetProducerConnectionList, GET_PRODUCER_CONNECTION_LIST, 204)                        \
  X(kWipeWritePermOfBroker, WIPE_WRITE_PERM_OF_BROKER, 205)                               \
  X(kGetAllTopicListFromNameserver, GET_ALL_TOPIC_LIST_FROM_NAMESERVER, 206)              \
  X(kDeleteSubscriptionGroup, DELETE_SUBSCRIPTIONGROUP, 207)                              \
  X(kGetConsumeStats, GET_CONSUME_STATS, 208)                                             \
  X(kSuspendConsumer, SUSPEND_CONSUMER, 209)                                              \
  X(kResumeConsumer, RESUME_CONSUMER, 210)                                                \
  X(kResetConsumerOffsetInConsumer, RESET_CONSUMER_OFFSET_IN_CONSUMER, 211)               \
  X(kResetConsumerOffsetInBroker, RESET_CONSUMER_OFFSET_IN_BROKER, 212)                   \
  X(kAdjustConsumerThreadPool, ADJUST_CONSUMER_THREAD_POOL, 213)                          \
  X(kWhoConsumeTheMessage, WHO_CONSUME_THE_MESSAGE, 214)                                  \
  X(kDeleteTopicInBroker, DELETE_TOPIC_IN_BROKER, 215)                                    \
  X(kDeleteTopicInNamesrv, DELETE_TOPIC_IN_NAMESRV, 216)                                  \
  X(kRegisterTopicInNamesrv, REGISTER_TOPIC_IN_NAMESRV, 217)                              \
  X(kGetKvListByNamespace, GET_KVLIST_BY_NAMESPACE, 219)                                  \
  X(kResetConsumerClientOffset, RESET_CONSUMER_CLIENT_OFFSET, 220)                        \
  X(kGetConsumerStatusFromClient, GET_CONSUMER_STATUS_FROM_CLIENT, 221)                   \
  X(kInvokeBrokerToResetOffset, INVOKE_BROKER_TO_RESET_OFFSET, 222)                       \
  X(kInvokeBrokerToGetConsumerStatus, INVOKE_BROKER_TO_GET_CONSUMER_STATUS, 223)          \
  X(kGetTopicsByCluster, GET_TOPICS_BY_CLUSTER, 224)                                      \
  X(kUpdateAndCreateSubscriptionGroupList, UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST, 225) \
  X(kQueryTopicConsumeByWho, QUERY_TOPIC_CONSUME_BY_WHO, 300)                             \
  X(kRegisterFilterServer, REGISTER_FILTER_SERVER, 301)                                   \
  X(kRegisterMessageFilterClass, REGISTER_MESSAGE_FILTER_CLASS, 302)                      \
  X(kQueryConsumeTimeSpan, QUERY_CONSUME_TIME_SPAN, 303)                                  \
  X(kGetSystemTopicListFromNs, GET_SYSTEM_TOPIC_LIST_FROM_NS, 304)                        \
  X(kGetSystemTopicListFromBroker, GET_SYSTEM_TOPIC_LIST_FROM_BROKER, 305)                \
  X(kCleanExpiredConsumeQueue, CLEAN_EXPIRED_CONSUMEQUEUE, 306)                           \
  X(kGetConsumerRunningInfo, GET_CONSUMER_RUNNING_INFO, 307)                              \
  X(kQueryCorrectionOffset, QUERY_CORRECTION_OFFSET, 308)                                 \
  X(kConsumeMessageDirectly, CONSUME_MESSAGE_DIRECTLY, 309)                               \
  X(kSendMessageV2, SEND_MESSAGE_V2, 310)                                                 \
  X(kGetUnitTopicList, GET_UNIT_TOPIC_LIST, 311)                                          \
  X(kGetHasUnitSubTopicList, GET_HAS_UNIT_SUB_TOPIC_LIST, 312)                            \
  X(kGetHasUnitSubUnUnitTopicList, GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST, 313)               \
  X(kCloneGroupOffset, CLONE_GROUP_OFFSET, 314)                                           \
  X(kViewBrokerStatsData, VIEW_BROKER_STATS_DATA, 315)                                    \
  X(kCleanUnusedTopic, CLEAN_UNUSED_TOPIC, 316)                                           \
  X(kGetBrokerConsumeStats, GET_BROKER_CONSUME_STATS, 317)                                \
  X(kUpdateNamesrvConfig, UPDATE_NAMESRV_CONFIG, 318)                                     \
  X(kGetNamesrvConfig, GET_NAMESRV_CONFIG, 319)                                           \
  X(kSendBatchMessage, SEND_BATCH_MESSAGE, 320)                                           \
  X(kQueryConsumeQueue, QUERY_CONSUME_QUEUE, 321)                                         \
  X(kQueryDataVersion, QUERY_DATA_VERSION, 322)                                           \
  X(kResumeCheckHalfMessage, RESUME_CHECK_HALF_MESSAGE, 323)                              \
  X(kSendReplyMessage, SEND_REPLY_MESSAGE, 324)                                           \
  X(kSendReplyMessageV2, SEND_REPLY_MESSAGE_V2, 325)                                      \
  X(kPushReplyMessageToClient, PUSH_REPLY_MESSAGE_TO_CLIENT, 326)                         \
  X(kAddWritePermOfBroker, ADD_WRITE_PERM_OF_BROKER, 327)                                 \
  X(kGetAllProducerInfo, GET_ALL_PRODUCER_INFO, 328)                                      \
  X(kDeleteExpiredCommitLog, DELETE_EXPIRED_COMMITLOG, 329)                               \
  X(kQueryTopicsByConsumer, QUERY_TOPICS_BY_CONSUMER, 343)                                \
  X(kQuerySubscriptionByConsumer, QUERY_SUBSCRIPTION_BY_CONSUMER, 345)                    \
  X(kGetTopicConfig, GET_TOPIC_CONFIG, 351)                                               \
  X(kGetSubscriptionGroupConfig, GET_SUBSCRIPTIONGROUP_CONFIG, 352)                       \
  X(kUpdateAndGetGroupForbidden, UPDATE_AND_GET_GROUP_FORBIDDEN, 353)                     \
  X(kCheckRocksDbCqWriteProgress, CHECK_ROCKSDB_CQ_WRITE_PROGRESS, 354)                   \
  X(kExportRocksDbConfigToJson, EXPORT_ROCKSDB_CONFIG_TO_JSON, 355)                       \
  X(kLitePullMessage, LITE_PULL_MESSAGE, 361)                                             \
  X(kRecallMessage, RECALL_MESSAGE, 370)                                                  \
  X(kQueryAssignment, QUERY_ASSIGNMENT, 400)                                              \
  X(kSetMessageRequestMode, SET_MESSAGE_REQUEST_MODE, 401)                                \
  X(kGetAllMessageRequestMode, GET_ALL_MESSAGE_REQUEST_MODE, 402)                         \
  X(kUpdateAndCreateStaticTopic, UPDATE_AND_CREATE_STATIC_TOPIC, 513)                     \
  X(kGetBrokerMemberGroup, GET_BROKER_MEMBER_GROUP, 901)                                  \
  X(kAddBroker, ADD_BROKER, 902)                                                          \
  X(kRemoveBroker, REMOVE_BROKER, 903)                                                    \
  X(kBrokerHeartbeat, BROKER_HEARTBEAT, 904)                                              \
  X(kNotifyMinBrokerIdChange, NOTIFY_MIN_BROKER_ID_CHANGE, 905)                           \
  X(kExchangeBrokerHaInfo, EXCHANGE_BROKER_HA_INFO, 906)                                  \
  X(kGetBrokerHaStatus, GET_BROKER_HA_STATUS, 907)                                        \
  X(kResetMasterFlushOffset, RESET_MASTER_FLUSH_OFFSET, 908)                              \
  X(kControllerAlterSyncStateSet, CONTROLLER_ALTER_SYNC_STATE_SET, 1001)                  \
  X(kControllerElectMaster, CONTROLLER_ELECT_MASTER, 1002)                                \
  X(kControllerRegisterBroker, CONTROLLER_REGISTER_BROKER, 1003)                          \
  X(kControllerGetReplicaInfo, CONTROLLER_GET_REPLICA_INFO, 1004)                         \
  X(kControllerGetMetadataInfo, CONTROLLER_GET_METADATA_INFO, 1005)                       \
  X(kControllerGetSyncStateData, CONTROLLER_GET_SYNC_STATE_DATA, 1006)                    \
  X(kGetBrokerEpochCache, GET_BROKER_EPOCH_CACHE, 1007)                                   \
  X(kNotifyBrokerRoleChanged, NOTIFY_BROKER_ROLE_CHANGED, 1008)                           \
  X(kUpdateControllerConfig, UPDATE_CONTROLLER_CONFIG, 1009)                              \
  X(kGetControllerConfig, GET_CONTROLLER_CONFIG, 1010)                                    \
  X(kCleanBrokerData, CLEAN_BROKER_DATA, 1011)                                            \
  X(kControllerGetNextBrokerId, CONTROLLER_GET_NEXT_BROKER_ID, 1012)                      \
  X(kControllerApplyBrokerId, CONTROLLER_APPLY_BROKER_ID, 1013)                           \
  X(kBrokerCloseChannelRequest, BROKER_CLOSE_CHANNEL_REQUEST, 1014)                       \
  X(kCheckNotActiveBrokerRequest, CHECK_NOT_ACTIVE_BROKER_REQUEST, 1015)                  \
  X(kGetBrokerLiveInfoRequest, GET_BROKER_LIVE_INFO_REQUEST, 1016)                        \
  X(kGetSyncStateDataRequest, GET_SYNC_STATE_DATA_REQUEST, 1017)                          \
  X(kRaftBrokerHeartBeatEventRequest, RAFT_BROKER_HEART_BEAT_EVENT_REQUEST, 1018)         \
  X(kUpdateColdDataFlowCtrConfig, UPDATE_COLD_DATA_FLOW_CTR_CONFIG, 2001)                 \
  X(kRemoveColdDataFlowCtrConfig, REMOVE_COLD_DATA_FLOW_CTR_CONFIG, 2002)                 \
  X(kGetColdDataFlowCtrInfo, GET_COLD_DATA_FLOW_CTR_INFO, 2003)                           \
  X(kSetCommitLogReadMode, SET_COMMITLOG_READ_MODE, 2004)                                 \
  X(kAuthCreateUser, AUTH_CREATE_USER, 3001)                                              \
  X(kAuthUpdateUser, AUTH_UPDATE_USER, 3002)                                              \
  X(kAuthDeleteUser, AUTH_DELETE_USER, 3003)                                              \
  X(kAuthGetUser, AUTH_GET_USER, 3004)                                                    \
  X(kAuthListUser, AUTH_LIST_USER, 3005)                                                  \
  X(kAuthCreateAcl, AUTH_CREATE_ACL, 3006)                                                \
  X(kAuthUpdateAcl, AUTH_UPDATE_ACL, 3007)                                                \
  X(kAuthDeleteAcl, AUTH_DELETE_ACL, 3008)                                                \
  X(kAuthGetAcl, AUTH_GET_ACL, 3009)                                                      \
  X(kAuthListAcl, AUTH_LIST_ACL, 3010)                                                    \
  X(kSwitchTimerEngine, SWITCH_TIMER_ENGINE, 5001)                                        \
  X(kPopMessage, POP_MESSAGE, 200050)                                                     \
  X(kAckMessage, ACK_MESSAGE, 200051)                                                     \
  X(kPeekMessage, PEEK_MESSAGE, 200052)                                                   \
  X(kChangeMessageInvisibleTime, CHANGE_MESSAGE_INVISIBLETIME, 200053)                    \
  X(kNotification, NOTIFICATION, 200054)                                                  \
  X(kPollingInfo, POLLING_INFO, 200055)                                                   \
  X(kPopRollback, POP_ROLLBACK, 200056)                                                   \
  X(kPopLiteMessage, POP_LITE_MESSAGE, 200070)                                            \
  X(kLiteSubscriptionCtl, LITE_SUBSCRIPTION_CTL, 200071)                                  \
  X(kAckLiteMessage, ACK_LITE_MESSAGE, 200072)                                            \
  X(kNotifyUnsubscribeLite, NOTIFY_UNSUBSCRIBE_LITE, 200073)                              \
  X(kGetBrokerLiteInfo, GET_BROKER_LITE_INFO, 200074)                                     \
  X(kGetParentTopicInfo, GET_PARENT_TOPIC_INFO, 200075)                                   \
  X(kGetLiteTopicInfo, GET_LITE_TOPIC_INFO, 200076)                                       \
  X(kGetLiteClientInfo, GET_LITE_CLIENT_INFO, 200077)                                     \
  X(kGetLiteGroupInfo, GET_LITE_GROUP_INFO, 200078)                                       \
  X(kTriggerLiteDispatch, TRIGGER_LITE_DISPATCH, 200079)                                  \
  X(kBatchAckMessage, BATCH_ACK_MESSAGE, 200151)
// clang-format on

// request_code::kPullMessage == 11
namespace request_code {
#define PINTLE_REQUEST_CODE_CONSTANT(constant, name, number) \
  inline constexpr int32_t constant = number;
PINTLE_REQUEST_CODES(PINTLE_REQUEST_CODE_CONSTANT)
#undef PINTLE_REQUEST_CODE_CONSTANT
}  // namespace request_code

// clang-format off
// X(constant, name, number): what an answer's code can be.
#define PINTLE_RESPONSE_CODES(X)                                                           \
  X(kSuccess, SUCCESS, 0)                                                                  \
  X(kSystemError, SYSTEM_ERROR, 1)                                                         \
  X(kSystemBusy, SYSTEM_BUSY, 2)                                                           \
  X(kRequestCodeNotSupported, REQUEST_CODE_NOT_SUPPORTED, 3)                               \
  X(kTransactionFailed, TRANSACTION_FAILED, 4)                                             \
  X(kFlushDiskTimeout, FLUSH_DISK_TIMEOUT, 10)                                             \
  X(kSlaveNotAvailable, SLAVE_NOT_AVAILABLE, 11)                                           \
  X(kFlushSlaveTimeout, FLUSH_SLAVE_TIMEOUT, 12)                                           \
  X(kMessageIllegal, MESSAGE_ILLEGAL, 13)                                                  \
  X(kServiceNotAvailable, SERVICE_NOT_AVAILABLE, 14)                                       \
  X(kVersionNotSupported, VERSION_NOT_SUPPORTED, 15)                                       \
  X(kNoPermission, NO_PERMISSION, 16)                                                      \
  X(kTopicNotExist, TOPIC_NOT_EXIST, 17)                                                   \
  X(kTopicExistAlready, TOPIC_EXIST_ALREADY, 18)                                           \
  X(kPullNotFound, PULL_NOT_FOUND, 19)                                                     \
  X(kPullRetryImmediately, PULL_RETRY_IMMEDIATELY, 20)                                     \
  X(kPullOffsetMoved, PULL_OFFSET_MOVED, 21)                                               \
  X(kQueryNotFound, QUERY_NOT_FOUND, 22)                                                   \
  X(kSubscriptionParseFailed, SUBSCRIPTION_PARSE_FAILED, 23)                               \
  X(kSubscriptionNotExist, SUBSCRIPTION_NOT_EXIST, 24)                                     \
  X(kSubscriptionNotLatest, SUBSCRIPTION_NOT_LATEST, 25)                                   \
  X(kSubscriptionGroupNotExist, SUBSCRIPTION_GROUP_NOT_EXIST, 26)                          \
  X(kFilterDataNotExist, FILTER_DATA_NOT_EXIST, 27)                                        \
  X(kFilterDataNotLatest, FILTER_DATA_NOT_LATEST, 28)                                      \
  X(kInvalidParameter, INVALID_PARAMETER, 29)                                              \
  X(kTransactionShouldCommit, TRANSACTION_SHOULD_COMMIT, 200)                              \
  X(kTransactionShouldRollback, TRANSACTION_SHOULD_ROLLBACK, 201)                          \
  X(kTransactionStateUnknown, TRANSACTION_STATE_UNKNOW, 202)                               \
  X(kTransactionStateGroupWrong, TRANSACTION_STATE_GROUP_WRONG, 203)                       \
  X(kNoBuyerId, NO_BUYER_ID, 204)                                                          \
  X(kNotInCurrentUnit, NOT_IN_CURRENT_UNIT, 205)                                           \
  X(kConsumerNotOnline, CONSUMER_NOT_ONLINE, 206)                                          \
  X(kConsumeMsgTimeout, CONSUME_MSG_TIMEOUT, 207)                                          \
  X(kNoMessage, NO_MESSAGE, 208)                                                           \
  X(kPollingFull, POLLING_FULL, 209)                                                       \
  X(kPollingTimeout, POLLING_TIMEOUT, 210)                                                 \
  X(kBrokerNotExist, BROKER_NOT_EXIST, 211)                                                \
  X(kBrokerDispatchNotComplete, BROKER_DISPATCH_NOT_COMPLETE, 212)                         \
  X(kBroadcastConsumption, BROADCAST_CONSUMPTION, 213)                                     \
  X(kFlowControl, FLOW_CONTROL, 215)                                                       \
  X(kNotLeaderForQueue, NOT_LEADER_FOR_QUEUE, 501)                                         \
  X(kIllegalOperation, ILLEGAL_OPERATION, 604)                                             \
  X(kGoAway, GO_AWAY, 1500)                                                                \
  X(kControllerFencedMasterEpoch, CONTROLLER_FENCED_MASTER_EPOCH, 2000)                    \
  X(kControllerFencedSyncStateSetEpoch, CONTROLLER_FENCED_SYNC_STATE_SET_EPOCH, 2001)      \
  X(kControllerInvalidMaster, CONTROLLER_INVALID_MASTER, 2002)                             \
  X(kControllerInvalidReplicas, CONTROLLER_INVALID_REPLICAS, 2003)                         \
  X(kControllerMasterNotAvailable, CONTROLLER_MASTER_NOT_AVAILABLE, 2004)                  \
  X(kControllerInvalidRequest, CONTROLLER_INVALID_REQUEST, 2005)                           \
  X(kControllerBrokerNotAlive, CONTROLLER_BROKER_NOT_ALIVE, 2006)                          \
  X(kControllerNotLeader, CONTROLLER_NOT_LEADER, 2007)                                     \
  X(kControllerBrokerMetadataNotExist, CONTROLLER_BROKER_METADATA_NOT_EXIST, 2008)         \
  X(kControllerInvalidCleanBrokerMetadata, CONTROLLER_INVALID_CLEAN_BROKER_METADATA, 2009) \
  X(kControllerBrokerNeedToBeRegistered, CONTROLLER_BROKER_NEED_TO_BE_REGISTERED, 2010)    \
  X(kControllerMasterStillExist, CONTROLLER_MASTER_STILL_EXIST, 2011)                      \
  X(kControllerElectMasterFailed, CONTROLLER_ELECT_MASTER_FAILED, 2012)                    \
  X(kControllerAlterSyncStateSetFailed, CONTROLLER_ALTER_SYNC_STATE_SET_FAILED, 2013)      \
  X(kControllerBrokerIdInvalid, CONTROLLER_BROKER_ID_INVALID, 2014)                        \
  X(kControllerJRaftInternalError, CONTROLLER_JRAFT_INTERNAL_ERROR, 2015)                  \
  X(kControllerBrokerLiveInfoNotExists, CONTROLLER_BROKER_LIVE_INFO_NOT_EXISTS, 2016)      \
  X(kLmqQuotaExceeded, LMQ_QUOTA_EXCEEDED, 2017)                                           \
  X(kLiteSubscriptionQuotaExceeded, LITE_SUBSCRIPTION_QUOTA_EXCEEDED, 2018)                \
  X(kUserNotExist, USER_NOT_EXIST, 3001)                                                   \
  X(kPolicyNotExist, POLICY_NOT_EXIST, 3002)
// clang-format on

enum class ResponseCode : int32_t {
#define PINTLE_RESPONSE_CODE_CONSTANT(constant, name, number) constant = number,
  PINTLE_RESPONSE_CODES(PINTLE_RESPONSE_CODE_CONSTANT)
#undef PINTLE_RESPONSE_CODE_CONSTANT
};

// "PULL_MESSAGE" for 11; "UNKNOWN" for a number that RocketMQ does not define.
std::string_view RequestCodeName(int32_t code);

// "PULL_NOT_FOUND" for 19; "UNKNOWN" for a number that RocketMQ does not define.
std::string_view ResponseCodeName(int32_t code);

// How an error of ours reads on the wire where a handler did not choose a code itself.
ResponseCode ResponseCodeOf(ErrorCode code);

}  // namespace pintle::remoting
