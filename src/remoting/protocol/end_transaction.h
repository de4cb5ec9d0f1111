// END_TRANSACTION (37): commit a half message or roll it back.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

#include "remoting/fields.h"

namespace pintle::remoting {

struct EndTransactionRequest {
  std::string topic;
  std::string producer_group;
  int64_t tran_state_table_offset = 0;
  int64_t commit_log_offset = 0;
  int32_t commit_or_rollback = 0;  // sysFlag bits: 0 unknown, 8 commit, 12 rollback
  bool from_transaction_check = false;
  std::string msg_id;
  std::string transaction_id;

  static constexpr auto kFields =
      std::tuple(Optional("topic", &EndTransactionRequest::topic),
                 Required("producerGroup", &EndTransactionRequest::producer_group),
                 Required("tranStateTableOffset", &EndTransactionRequest::tran_state_table_offset),
                 Required("commitLogOffset", &EndTransactionRequest::commit_log_offset),
                 Required("commitOrRollback", &EndTransactionRequest::commit_or_rollback),
                 Optional("fromTransactionCheck", &EndTransactionRequest::from_transaction_check),
                 Optional("msgId", &EndTransactionRequest::msg_id),
                 Optional("transactionId", &EndTransactionRequest::transaction_id));
};

}  // namespace pintle::remoting
