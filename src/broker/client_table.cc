#include "broker/client_table.h"

#include <algorithm>

#include "base/log.h"
#include "remoting/codes.h"
#include "remoting/protocol/notify_consumer_ids_changed.h"

namespace pintle::broker {

bool ClientTable::Touch(std::vector<Member>& members, const Client& client) {
  const auto same = [&](const Member& m) { return m.client.session == client.session; };
  auto member = std::ranges::find_if(members, same);
  const bool added = member == members.end();
  if (added) member = members.insert(members.end(), Member{client, 0, 0, {}});
  if (member->client.id != client.id) {
    PINTLE_LOG(kWarn, "broker: the client at {} calls itself {} and before {}",
               client.session->peer().ToString(), client.id, member->client.id);
    member->client = client;
  }
  member->seen_ms = clock_.MonotonicMs();
  member->last_seen_ms = clock_.WallMs();
  return added;
}

bool ClientTable::Subscribe(std::string_view group, Consumers& consumers,
                            std::vector<model::Subscription> subscriptions) {
  bool changed = std::erase_if(consumers.subscriptions, [&](const auto& kept) {
                   return std::ranges::find(subscriptions, kept.first,
                                            &model::Subscription::topic) == subscriptions.end();
                 }) > 0;
  for (model::Subscription& wanted : subscriptions) {
    SubscriptionPointer& kept = consumers.subscriptions[wanted.topic];
    if (kept == nullptr) {
      PINTLE_LOG(kInfo, "broker: group {} subscribes to {} '{}'", group, wanted.topic,
                 ShownExpression(wanted.expression));
      changed = true;
    } else if (wanted.version <= kept->version) {
      continue;
    }
    kept = std::make_shared<const model::Subscription>(std::move(wanted));
  }
  return changed;
}

std::string ClientTable::ConflictOf(const Consumers& consumers, const Member& member) {
  if (!member.wants) return {};
  for (const Member& other : consumers.members) {
    if (!other.wants || *other.wants == *member.wants) continue;
    return fmt::format("{} and {} want different things: {}", other.client.id, member.client.id,
                       DifferenceOf(*other.wants, *member.wants));
  }
  return {};
}

void ClientTable::NoteWants(const remoting::ConsumerData& data, Consumers& consumers,
                            const Client& client) {
  const auto member = std::ranges::find_if(
      consumers.members, [&](const Member& m) { return m.client.session == client.session; });
  Wants wants = WantsOf(data);
  if (member == consumers.members.end() || wants == member->wants) return;
  member->wants = std::move(wants);
  if (const std::string conflict = ConflictOf(consumers, *member); !conflict.empty())
    PINTLE_LOG(kWarn, "broker: group {}: {}; each loses messages until they are the same",
               data.group, conflict);
}

std::map<std::string, std::string> ClientTable::Conflicts() const {
  std::map<std::string, std::string> conflicts;
  MutexLock lock(mutex_);
  for (const auto& [group, consumers] : consumers_) {
    if (consumers.members.empty()) continue;
    if (std::string conflict = ConflictOf(consumers, consumers.members.front()); !conflict.empty())
      conflicts.emplace(group, std::move(conflict));
  }
  return conflicts;
}

bool ClientTable::RegisterConsumer(const Client& client, remoting::ConsumerData data,
                                   bool keep_subscriptions, bool notify) {
  Notices notices;
  bool changed = false;
  {
    MutexLock lock(mutex_);
    Consumers& consumers = consumers_[data.group];
    consumers.type = data.consume_type;
    consumers.model = data.message_model;
    consumers.from = data.consume_from_where;
    const bool joined = Touch(consumers.members, client);
    if (!keep_subscriptions) NoteWants(data, consumers, client);
    const bool resubscribed =
        !keep_subscriptions && Subscribe(data.group, consumers, std::move(data.subscriptions));
    changed = joined || resubscribed;
    if (joined) {
      PINTLE_LOG(kInfo, "broker: consumer {} joins group {} from {}", client.id, data.group,
                 client.session->peer().ToString());
    }
    if (changed && notify) AddNotice(data.group, consumers, notices);
  }
  Tell(notices);
  return changed;
}

void ClientTable::RegisterProducer(std::string_view group, const Client& client) {
  MutexLock lock(mutex_);
  if (Touch(producers_[std::string(group)], client)) {
    PINTLE_LOG(kInfo, "broker: producer {} joins group {} from {}", client.id, group,
               client.session->peer().ToString());
  }
}

void ClientTable::UnregisterConsumer(std::string_view group, const remoting::Session& session,
                                     bool notify) {
  Notices notices;
  {
    MutexLock lock(mutex_);
    const auto found = consumers_.find(group);
    if (found == consumers_.end()) return;
    Consumers& consumers = found->second;
    std::erase_if(consumers.members,
                  [&](const Member& m) { return m.client.session.get() == &session; });
    if (consumers.members.empty()) {
      PINTLE_LOG(kInfo, "broker: the last consumer of group {} has left", group);
      consumers_.erase(found);
    } else if (notify) {
      AddNotice(group, consumers, notices);
    }
  }
  Tell(notices);
}

void ClientTable::UnregisterProducer(std::string_view group, const remoting::Session& session) {
  MutexLock lock(mutex_);
  const auto found = producers_.find(group);
  if (found == producers_.end()) return;
  std::erase_if(found->second, [&](const Member& m) { return m.client.session.get() == &session; });
  if (found->second.empty()) producers_.erase(found);
}

bool ClientTable::ChangeFingerprint(std::string_view group, int32_t fingerprint) {
  MutexLock lock(mutex_);
  const auto [known, added] = fingerprints_.try_emplace(std::string(group), fingerprint);
  return std::exchange(known->second, fingerprint) != fingerprint && !added;
}

template <typename Predicate>
void ClientTable::TakeOff(Predicate gone, Notices& notices, std::vector<SessionPointer>* closed) {
  const auto take = [&](const Member& member) {
    if (!gone(member)) return false;
    if (closed != nullptr) closed->push_back(member.client.session);
    return true;
  };
  for (auto group = consumers_.begin(); group != consumers_.end();) {
    Consumers& consumers = group->second;
    if (std::erase_if(consumers.members, take) > 0) {
      PINTLE_LOG(kInfo, "broker: group {} has {} consumers left", group->first,
                 consumers.members.size());
      if (!consumers.members.empty()) AddNotice(group->first, consumers, notices);
    }
    group = consumers.members.empty() ? consumers_.erase(group) : std::next(group);
  }
  for (auto group = producers_.begin(); group != producers_.end();) {
    std::erase_if(group->second, take);
    group = group->second.empty() ? producers_.erase(group) : std::next(group);
  }
}

std::vector<std::string> ClientTable::OnSessionClosed(const remoting::Session& session) {
  Notices notices;
  std::vector<std::string> consumers;
  {
    MutexLock lock(mutex_);
    for (const auto& [name, group] : consumers_) {
      for (const Member& member : group.members) {
        if (member.client.session.get() == &session) consumers.push_back(member.client.id);
      }
    }
    TakeOff([&](const Member& m) { return m.client.session.get() == &session; }, notices, nullptr);
  }
  Tell(notices);
  return consumers;
}

void ClientTable::Expire() {
  Notices notices;
  std::vector<SessionPointer> closed;
  {
    MutexLock lock(mutex_);
    const int64_t oldest = clock_.MonotonicMs() - options_.client_expiry_ms;
    TakeOff([&](const Member& m) { return m.seen_ms < oldest; }, notices, &closed);
    std::erase_if(fingerprints_,
                  [&](const auto& f) REQUIRES(mutex_) { return !consumers_.contains(f.first); });
  }
  for (const SessionPointer& session : closed) {
    PINTLE_LOG(kWarn, "broker: the client at {} sent no heartbeat for {} ms and is disconnected",
               session->peer().ToString(), options_.client_expiry_ms);
    session->Close(Error{ErrorCode::kTimeout, "no heartbeat"});
  }
  Tell(notices);
}

// A broadcasting consumer takes every queue whoever else there is: nothing changes for it.
void ClientTable::AddNotice(std::string_view group, const Consumers& consumers,
                            Notices& notices) const {
  if (consumers.model == MessageModel::kBroadcasting || !options_.notify_group_changes) return;
  std::vector<SessionPointer> sessions;
  for (const Member& member : consumers.members) sessions.push_back(member.client.session);
  notices.emplace_back(std::string(group), std::move(sessions));
}

void ClientTable::Tell(const Notices& notices) const {
  for (const auto& [group, sessions] : notices) {
    remoting::NotifyConsumerIdsChangedRequest notice;
    notice.consumer_group = group;
    for (const SessionPointer& session : sessions) {
      session->SendOneway(remoting::request_code::kNotifyConsumerIdsChanged,
                          remoting::ToFieldList(notice), {});
    }
  }
}

ClientTable::Lookup ClientTable::Find(std::string_view group, std::string_view topic) const {
  MutexLock lock(mutex_);
  const auto found = consumers_.find(group);
  if (found == consumers_.end()) return {};
  const Consumers& consumers = found->second;
  const auto subscription = consumers.subscriptions.find(topic);
  return {true, consumers.model,
          subscription == consumers.subscriptions.end() ? nullptr : subscription->second};
}

std::vector<std::string> ClientTable::ClientIds(std::string_view group) const {
  std::vector<std::string> ids;
  MutexLock lock(mutex_);
  const auto found = consumers_.find(group);
  if (found == consumers_.end()) return ids;
  for (const Member& member : found->second.members) ids.push_back(member.client.id);
  return ids;
}

std::optional<ClientTable::ConsumerGroup> ClientTable::FindGroup(std::string_view group) const {
  MutexLock lock(mutex_);
  const auto found = consumers_.find(group);
  if (found == consumers_.end()) return std::nullopt;
  const Consumers& consumers = found->second;
  ConsumerGroup out{consumers.type, consumers.model, consumers.from, {}, {}};
  out.subscriptions.insert(consumers.subscriptions.begin(), consumers.subscriptions.end());
  for (const Member& member : consumers.members) out.clients.push_back(member.client);
  return out;
}

std::optional<std::vector<ClientTable::Producer>> ClientTable::FindProducers(
    std::string_view group) const {
  MutexLock lock(mutex_);
  const auto found = producers_.find(group);
  if (found == producers_.end()) return std::nullopt;
  std::vector<Producer> out;
  for (const Member& member : found->second) out.push_back({member.client, member.last_seen_ms});
  return out;
}

std::map<std::string, std::vector<ClientTable::Producer>> ClientTable::Producers() const {
  MutexLock lock(mutex_);
  std::map<std::string, std::vector<Producer>> out;
  for (const auto& [group, members] : producers_) {
    for (const Member& member : members) out[group].push_back({member.client, member.last_seen_ms});
  }
  return out;
}

SessionPointer ClientTable::FindConsumer(std::string_view group, std::string_view client_id) const {
  MutexLock lock(mutex_);
  const auto found = consumers_.find(group);
  if (found == consumers_.end()) return nullptr;
  for (const Member& member : found->second.members) {
    if (member.client.id == client_id) return member.client.session;
  }
  return nullptr;
}

SessionPointer ClientTable::FindProducer(std::string_view client_id) const {
  MutexLock lock(mutex_);
  for (const auto& [group, producers] : producers_) {
    for (const Member& member : producers) {
      if (member.client.id == client_id && !member.client.session->closed())
        return member.client.session;
    }
  }
  return nullptr;
}

std::vector<std::string> ClientTable::GroupsOf(std::string_view topic) const {
  std::vector<std::string> groups;
  MutexLock lock(mutex_);
  for (const auto& [name, consumers] : consumers_) {
    if (consumers.subscriptions.contains(topic)) groups.push_back(name);
  }
  std::ranges::sort(groups);
  return groups;
}

}  // namespace pintle::broker
