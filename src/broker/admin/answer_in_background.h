// An answer whose body takes reading from the disk to make.
#pragma once

#include <utility>

#include "broker/background.h"
#include "broker/broker.h"
#include "broker/handlers/answer.h"
#include "remoting/dispatch.h"

namespace pintle::broker {

// The text that `make` returns, which runs off the loop, as the body. What `make` borrows lives in
// the coroutine that awaits this on `loop`.
template <typename Response, typename Make>
net::Task<remoting::Reply<Response>> AnswerInBackground(Broker& broker, net::Loop& loop,
                                                        Make make) {
  auto making = InBackground(broker.executor(), loop, std::move(make));
  auto body = co_await making;
  if (!body) co_return Refused<Response>(body.error());
  remoting::Reply<Response> answer;
  answer.body.owned = *std::move(body);
  co_return std::move(answer);
}

}  // namespace pintle::broker
