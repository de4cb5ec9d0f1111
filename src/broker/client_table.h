// Who is connected: the producers and consumers of each group, by the heartbeats of their clients,
// and what each consumer group wants.
//
// A client that has not sent a heartbeat for a while is taken off and disconnected; one whose
// connection closes is taken off at once. Whenever the consumers of a group change, all of them are
// told (code 40), so that they share the queues out anew without waiting for their timers.
//
// Threads: any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "broker/broker_options.h"
#include "broker/name_table.h"
#include "broker/subscription_conflicts.h"
#include "model/subscription.h"
#include "remoting/bodies/heartbeat.h"
#include "remoting/command.h"
#include "remoting/session.h"

namespace pintle::broker {

using remoting::ConsumeFromWhere;
using remoting::ConsumeType;
using remoting::MessageModel;
using SessionPointer = std::shared_ptr<remoting::Session>;

// One client program, on one connection.
struct Client {
  SessionPointer session;
  std::string id;
  remoting::Language language = remoting::Language::kJava;
  int32_t version = 0;
};

class ClientTable {
 public:
  using SubscriptionPointer = std::shared_ptr<const model::Subscription>;

  // What a pull needs to know of its group.
  struct Lookup {
    bool group_known = false;
    MessageModel model = MessageModel::kClustering;
    SubscriptionPointer subscription;  // of the topic asked for; nullptr when there is none
  };
  struct ConsumerGroup {
    ConsumeType type = ConsumeType::kPassively;
    MessageModel model = MessageModel::kClustering;
    ConsumeFromWhere from = ConsumeFromWhere::kLastOffset;
    std::map<std::string, SubscriptionPointer> subscriptions;  // by topic
    std::vector<Client> clients;
  };
  struct Producer {
    Client client;
    int64_t last_seen_ms = 0;  // wall clock
  };

  ClientTable(const Clock& clock, const BrokerOptions& options)
      : clock_(clock), options_(options) {}

  // What a heartbeat says of one consumer group. `keep_subscriptions`: they were left out, and are
  // as before. True when the group's clients or topics changed; its clients have been told then, if
  // `notify`.
  bool RegisterConsumer(const Client& client, remoting::ConsumerData data, bool keep_subscriptions,
                        bool notify);
  void RegisterProducer(std::string_view group, const Client& client);
  void UnregisterConsumer(std::string_view group, const remoting::Session& session, bool notify);
  void UnregisterProducer(std::string_view group, const remoting::Session& session);
  // Remembers the fingerprint of the group's heartbeat; true when another one was there.
  bool ChangeFingerprint(std::string_view group, int32_t fingerprint);

  // Takes the session off every group; the ids of the consumers that it was.
  std::vector<std::string> OnSessionClosed(const remoting::Session& session);
  // Takes off and closes the clients that were silent for too long.
  void Expire();

  Lookup Find(std::string_view group, std::string_view topic) const;
  // Empty when nobody is there.
  std::vector<std::string> ClientIds(std::string_view group) const;
  std::optional<ConsumerGroup> FindGroup(std::string_view group) const;
  std::optional<std::vector<Producer>> FindProducers(std::string_view group) const;
  // All of them, by group.
  std::map<std::string, std::vector<Producer>> Producers() const;
  // nullptr when the client is not connected as a consumer of the group.
  SessionPointer FindConsumer(std::string_view group, std::string_view client_id) const;
  // nullptr when no producer of that id is connected. Looks at all of them.
  SessionPointer FindProducer(std::string_view client_id) const;
  // Groups whose members want different things, each with the first two that do and what it is.
  std::map<std::string, std::string> Conflicts() const;
  // Consumer groups that subscribe to the topic; sorted.
  std::vector<std::string> GroupsOf(std::string_view topic) const;

 private:
  struct Member {
    Client client;
    int64_t seen_ms = 0;         // monotonic
    int64_t last_seen_ms = 0;    // wall clock, to show
    std::optional<Wants> wants;  // of a consumer, once it has told
  };
  struct Consumers {
    ConsumeType type = ConsumeType::kPassively;
    MessageModel model = MessageModel::kClustering;
    ConsumeFromWhere from = ConsumeFromWhere::kLastOffset;
    std::unordered_map<std::string, SubscriptionPointer, TextHash, std::equal_to<>> subscriptions;
    std::vector<Member> members;
  };
  using ProducerGroup = std::vector<Member>;
  template <typename T>
  using Groups = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;
  // Groups to tell, with whom to tell.
  using Notices = std::vector<std::pair<std::string, std::vector<SessionPointer>>>;

  // True when the client was not there.
  bool Touch(std::vector<Member>& members, const Client& client) REQUIRES(mutex_);
  bool Subscribe(std::string_view group, Consumers& consumers,
                 std::vector<model::Subscription> subscriptions) REQUIRES(mutex_);
  // Remembers what a member wants, and warns when that differs from the others.
  static void NoteWants(const remoting::ConsumerData& data, Consumers& consumers,
                        const Client& client);
  // "a and b want different things: ..." of the member and the first that differs; empty if none.
  static std::string ConflictOf(const Consumers& consumers, const Member& member);
  void AddNotice(std::string_view group, const Consumers& consumers, Notices& notices) const
      REQUIRES(mutex_);
  template <typename Predicate>
  void TakeOff(Predicate gone, Notices& notices, std::vector<SessionPointer>* closed)
      REQUIRES(mutex_);
  void Tell(const Notices& notices) const;

  const Clock& clock_;
  const BrokerOptions& options_;
  mutable Mutex mutex_;
  Groups<Consumers> consumers_ GUARDED_BY(mutex_);
  Groups<ProducerGroup> producers_ GUARDED_BY(mutex_);
  Groups<int32_t> fingerprints_ GUARDED_BY(mutex_);
};

}  // namespace pintle::broker
