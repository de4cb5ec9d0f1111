// The producer's transactions: halves, local transactions, and the questions about them.

#include "base/log.h"
#include "client/message_text.h"
#include "client/remoting_producer.h"
#include "client/server_request.h"
#include "model/message_id.h"
#include "model/properties.h"
#include "model/record.h"
#include "remoting/protocol/check_transaction_state.h"

namespace pintle::client {

namespace {

// Questions that wait for the one being answered; past it they are left to the broker's next round.
constexpr size_t kChecksWaitingMax = 2'000;

constexpr int kHalfMessage = 1;  // as a trace calls it

int32_t SysFlagOf(TransactionVerdict verdict) {
  switch (verdict) {
    case TransactionVerdict::kCommit:
      return model::kSysCommit;
    case TransactionVerdict::kRollback:
      return model::kSysRollback;
    case TransactionVerdict::kUnknown:
      return 0;
  }
  return 0;
}

// The listener's verdict; what it throws is its own to report.
template <typename Listener, typename... Arguments>
TransactionVerdict VerdictOf(const std::string& group, const Listener& listener,
                             const Arguments&... arguments) {
  try {
    return listener(arguments...);
  } catch (...) {
    PINTLE_LOG(kWarn, "producer {}: a transaction's listener threw an exception", group);
  }
  return TransactionVerdict::kUnknown;
}

}  // namespace

Result<TransactionReceipt> RemotingProducer::SendInTransaction(const Message& message,
                                                               const LocalTransaction& local) {
  if (auto valid = CheckSend(message); !valid) return std::unexpected(valid.error());
  if (!options_.check_transaction)
    return SdkFail(ErrorCode::kInvalidArgument,
                   "transactions need ProducerOptions::check_transaction: who answers when the "
                   "broker asks what became of one?");
  if (message.delay_level > 0)
    return SdkFail(ErrorCode::kInvalidArgument, "a message in a transaction cannot be delayed");
  Parcel parcel = Pack(message, {{model::property::kTransactionPrepared, "true"},
                                 {model::property::kProducerGroup, options_.group}});
  parcel.sys_flag |= model::kSysPrepared;
  parcel.subject.type = kHalfMessage;
  auto sent = runtime_->Wait(Deliver(std::move(parcel), options_.client.request_timeout_ms));
  if (!sent) return std::unexpected(sent.error());
  TransactionReceipt receipt{.sent = *std::move(sent), .verdict = TransactionVerdict::kRollback};
  // As in RocketMQ, a half that may be lost with the broker's disk is not built upon.
  if (receipt.sent.status == SendStatus::kOk)
    receipt.verdict = VerdictOf(options_.group, local, message, receipt.sent.message_id);

  const auto place = model::OffsetMessageId::Parse(receipt.sent.offset_message_id);
  if (!place) return std::unexpected(ToSdkError(place.error()));
  Ending ending;
  ending.verdict = receipt.verdict;
  ending.topic = message.topic;
  if (trace_ != nullptr) ending.subject = TraceSubject::Of(message);
  ending.fields.topic = runtime_->names().Wrap(message.topic);
  ending.fields.producer_group = options_.group;
  ending.fields.tran_state_table_offset = receipt.sent.queue_offset;
  ending.fields.commit_log_offset = place->offset.value();
  ending.fields.commit_or_rollback = SysFlagOf(receipt.verdict);
  ending.fields.msg_id = receipt.sent.message_id;
  ending.fields.transaction_id = receipt.sent.message_id;
  const Status told =
      runtime_->Wait(EndTransactionAt(receipt.sent.queue.broker_name, std::move(ending)));
  if (!told)
    PINTLE_LOG(kWarn,
               "producer {}: the broker will ask about transaction {}, as it was not told: {}",
               options_.group, receipt.sent.message_id, told.error().message);
  return receipt;
}

net::Task<Status> RemotingProducer::EndTransactionAt(std::string broker_name, Ending ending) {
  std::string address = runtime_->AddressOf(broker_name, /*any_member=*/false);
  co_return co_await EndTransaction(std::move(address), std::move(ending));
}

net::Task<Status> RemotingProducer::EndTransaction(std::string address, Ending ending) {
  if (trace_ != nullptr) {
    TransactionTrace trace;
    trace.topic = ending.topic;
    trace.message_id = ending.fields.msg_id;
    trace.store_host = address;
    trace.region = ending.region;
    trace.time_ms = runtime_->clock().WallMs();
    trace.verdict = ending.verdict;
    trace.was_asked = ending.fields.from_transaction_check;
    trace_->AddEnd(ending.subject, trace);
  }
  auto request = MakeRequest(remoting::request_code::kEndTransaction, ending.fields);
  auto sent = co_await runtime_->remoting().SendOneway(std::move(address), std::move(request),
                                                       options_.client.request_timeout_ms);
  if (!sent) co_return std::unexpected(ToSdkError(sent.error()));
  co_return Status();
}

void RemotingProducer::TakeCheck(const remoting::ServerRequest& request) {
  if (checks_ == nullptr || shut_down_) return;
  remoting::CheckTransactionStateRequest asked;
  auto read = DecodeServerRequest(request, asked);
  auto half = ViewRecord(AsBytes(request.body), {});
  if (!read || !half) {
    PINTLE_LOG(kWarn, "producer {}: {} asks about a transaction in a form that is not understood",
               options_.group, request.address);
    return;
  }
  half->queue = runtime_->names().Unwrap(std::move(half->queue));
  if (checks_waiting_.fetch_add(1, std::memory_order_acq_rel) >= kChecksWaitingMax) {
    checks_waiting_.fetch_sub(1, std::memory_order_acq_rel);
    PINTLE_LOG(kWarn, "producer {}: {} questions about transactions wait already; {} asks again",
               options_.group, kChecksWaitingMax, request.address);
    return;
  }
  checks_->Submit([this, asked, half = *std::move(half), address = request.address] {
    checks_waiting_.fetch_sub(1, std::memory_order_acq_rel);
    const auto verdict = VerdictOf(options_.group, options_.check_transaction, half);
    Ending ending;
    ending.verdict = verdict;
    ending.topic = half.queue.topic;
    if (trace_ != nullptr) ending.subject = TraceSubject::Of(half);
    const auto region = half.properties.find(std::string(model::property::kMsgRegion));
    if (region != half.properties.end()) ending.region = region->second;
    ending.fields.topic = asked.topic;
    ending.fields.producer_group = options_.group;
    ending.fields.tran_state_table_offset = asked.tran_state_table_offset;
    ending.fields.commit_log_offset = asked.commit_log_offset;
    ending.fields.commit_or_rollback = SysFlagOf(verdict);
    ending.fields.from_transaction_check = true;
    ending.fields.msg_id = half.message_id;
    ending.fields.transaction_id = asked.transaction_id;
    // Lost with the connection: the broker asks again.
    (void)runtime_->Wait(EndTransaction(address, std::move(ending)));
  });
}

}  // namespace pintle::client
