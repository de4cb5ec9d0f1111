// CHECK_TRANSACTION_STATE (39), from the broker to a producer: what became of a half message? Body:
// the message.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct CheckTransactionStateRequest {
  std::string topic;
  int64_t tran_state_table_offset = 0;
  int64_t commit_log_offset = 0;
  std::string msg_id;
  std::string transaction_id;
  std::string offset_msg_id;

  static constexpr auto kFields = std::tuple(
      Optional("topic", &CheckTransactionStateRequest::topic),
      Required("tranStateTableOffset", &CheckTransactionStateRequest::tran_state_table_offset),
      Required("commitLogOffset", &CheckTransactionStateRequest::commit_log_offset),
      Optional("msgId", &CheckTransactionStateRequest::msg_id),
      Optional("transactionId", &CheckTransactionStateRequest::transaction_id),
      Optional("offsetMsgId", &CheckTransactionStateRequest::offset_msg_id));
};

}  // namespace pintle::remoting
