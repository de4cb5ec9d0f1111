#include "broker/handlers/end_transaction.h"

#include "broker/handlers/answer.h"
#include "broker/transactions/transactions.h"
#include "model/record.h"

namespace pintle::broker {

remoting::Reply<EndTransaction::Response> EndTransaction::Handle(
    Broker& broker, const remoting::Call<Request>& call) {
  const Request& request = call.request;
  TransactionEnd end;
  switch (request.commit_or_rollback) {
    case 0:
      // Its producer does not know yet, and will be asked again.
      return {};
    case model::kSysCommit:
      end.commit = true;
      break;
    case model::kSysRollback:
      break;
    default:
      return {remoting::ResponseCode::kInvalidParameter,
              fmt::format("commitOrRollback is {}: 8 commits, 12 rolls back, 0 leaves it undecided",
                          request.commit_or_rollback)};
  }
  end.group = request.producer_group;
  end.queue_offset = model::QueueOffset(request.tran_state_table_offset);
  end.log_offset = model::LogOffset(request.commit_log_offset);
  end.was_asked = request.from_transaction_check;
  if (const auto ended = broker.transactions().End(end); !ended)
    return Refused<Response>(ended.error());
  return {};
}

}  // namespace pintle::broker
