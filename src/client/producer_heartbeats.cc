// How brokers know of the producer: by its heartbeats, until it leaves.

#include <algorithm>
#include <utility>

#include "client/remoting_producer.h"
#include "model/topic.h"
#include "remoting/bodies/heartbeat.h"
#include "remoting/protocol/unregister_client.h"

namespace pintle::client {

namespace {

constexpr int64_t kGreetAgainMs = 1'000;

}  // namespace

net::Task<void> RemotingProducer::Beat(std::string address) {
  remoting::Heartbeat beat;
  beat.client_id = runtime_->client_id();
  beat.producer_groups.push_back(options_.group);
  // Named: GCC 12 copies an aggregate temporary of an awaited expression bit by bit.
  remoting::Request request{.code = remoting::request_code::kHeartBeat,
                            .fields = {},
                            .body = remoting::EncodeHeartbeat(beat)};
  const auto answer =
      co_await runtime_->CallOk(address, std::move(request), options_.client.request_timeout_ms);
  if (answer) greeted_.insert(address);
}

net::Task<void> RemotingProducer::BeatOnce() {
  for (const std::string& broker : runtime_->KnownBrokers()) {
    const std::string address = runtime_->AddressOf(broker, /*any_member=*/false);
    if (!address.empty()) co_await Beat(address);
  }
}

net::Task<void> RemotingProducer::Greet() {
  for (const std::string& broker : runtime_->KnownBrokers()) {
    const std::string address = runtime_->AddressOf(broker, /*any_member=*/false);
    if (!address.empty() && !greeted_.contains(address)) co_await Beat(address);
  }
}

net::Task<void> RemotingProducer::Heartbeats() {
  const bool asked = options_.check_transaction != nullptr;
  // A topic that every broker has: those that hold transactions of the group are among them.
  const std::string everywhere(model::kSelfTestTopic);
  while (!runtime_->stopping()) {
    if (asked) {
      (void)co_await runtime_->FindRoute(everywhere, /*refresh=*/true);
      co_await BeatOnce();
    }
    // Until a broker knows of it, a producer that is to be asked tries more often.
    const int64_t pause_ms = options_.client.heartbeat_ms;
    co_await runtime_->pauses().For(asked && greeted_.empty() ? std::min(pause_ms, kGreetAgainMs)
                                                              : pause_ms);
    if (!asked && !runtime_->stopping()) co_await BeatOnce();
  }
}

net::Task<Status> RemotingProducer::Leave() {
  const remoting::UnregisterClientRequest fields{
      .client_id = runtime_->client_id(), .producer_group = options_.group, .consumer_group = {}};
  for (const std::string& broker : runtime_->KnownBrokers()) {
    const std::string address = runtime_->AddressOf(broker, /*any_member=*/false);
    if (address.empty()) continue;
    (void)co_await runtime_->Call(address,
                                  MakeRequest(remoting::request_code::kUnregisterClient, fields),
                                  options_.client.request_timeout_ms);
  }
  co_return Status();
}

}  // namespace pintle::client
