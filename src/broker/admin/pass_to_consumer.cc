#include "broker/admin/pass_to_consumer.h"

#include <utility>

namespace pintle::broker {
namespace {

constexpr int64_t kAnswerMs = 10'000;

}  // namespace

remoting::FieldList CopyFields(const std::vector<remoting::Field>& fields) {
  remoting::FieldList copy;
  copy.reserve(fields.size());
  for (const remoting::Field& field : fields) copy.emplace_back(field.name, field.value);
  return copy;
}

net::Task<remoting::Reply<remoting::NoFields>> PassToConsumer(Broker& broker, net::Loop& loop,
                                                              PassedRequest request) {
  using Reply = remoting::Reply<remoting::NoFields>;
  const SessionPointer session = broker.clients().FindConsumer(request.group, request.client_id);
  if (session == nullptr) {
    co_return Reply(
        remoting::ResponseCode::kSystemError,
        fmt::format("The Consumer <{}> <{}> not online", request.group, request.client_id));
  }
  auto answer = co_await session->Invoke(loop, request.code, std::move(request.fields),
                                         std::move(request.body), kAnswerMs);
  if (!answer) {
    const bool late = answer.error().code == ErrorCode::kTimeout;
    co_return Reply(
        late ? remoting::ResponseCode::kConsumeMsgTimeout : remoting::ResponseCode::kSystemError,
        fmt::format("consumer <{}> <{}> {}: {}", request.group, request.client_id,
                    late ? "Timeout" : "Exception", answer.error().message));
  }
  const remoting::Command& command = (*answer)->command;
  Reply reply;
  reply.code = (*answer)->code();
  reply.remark = command.remark;
  reply.extra = CopyFields(command.fields);
  reply.body.owned = AsText(command.body);
  co_return std::move(reply);
}

}  // namespace pintle::broker
