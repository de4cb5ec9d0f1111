#include "pintle/allocation.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "model/topic.h"

namespace pintle::client {

namespace {

using Queues = std::vector<MessageQueue>;
using QueueSpan = std::span<const MessageQueue>;
using MemberSpan = std::span<const std::string>;

Queues Averagely(std::string_view self, QueueSpan queues, MemberSpan members) {
  const auto at = std::ranges::find(members, self);
  if (at == members.end() || queues.empty()) return {};
  const size_t index = static_cast<size_t>(at - members.begin());
  const size_t remainder = queues.size() % members.size();
  size_t share = queues.size() / members.size();
  size_t first = index * share + remainder;
  if (index < remainder) {
    ++share;
    first = index * share;
  }
  if (first >= queues.size()) return {};
  const auto mine = queues.subspan(first, std::min(share, queues.size() - first));
  return {mine.begin(), mine.end()};
}

Queues Circle(std::string_view self, QueueSpan queues, MemberSpan members) {
  const auto at = std::ranges::find(members, self);
  Queues mine;
  if (at == members.end()) return mine;
  for (size_t i = static_cast<size_t>(at - members.begin()); i < queues.size(); i += members.size())
    mine.push_back(queues[i]);
  return mine;
}

// Unlike Averagely(), the queues that are left over come last, one for each of the first members.
Queues InRooms(const std::set<std::string>& rooms, std::string_view self, QueueSpan queues,
               MemberSpan members) {
  const auto at = std::ranges::find(members, self);
  if (at == members.end()) return {};
  Queues near;
  for (const MessageQueue& queue : queues) {
    const std::string_view name = queue.broker_name;
    const size_t mark = name.find('@');
    const bool two_parts = mark != std::string_view::npos && mark + 1 < name.size() &&
                           name.find('@', mark + 1) == std::string_view::npos;
    if (two_parts && rooms.contains(std::string(name.substr(0, mark)))) near.push_back(queue);
  }
  const auto index = static_cast<size_t>(at - members.begin());
  const size_t share = near.size() / members.size();
  const auto first = near.begin() + static_cast<std::ptrdiff_t>(index * share);
  Queues mine(first, first + static_cast<std::ptrdiff_t>(share));
  if (near.size() % members.size() > index) mine.push_back(near[index + share * members.size()]);
  return mine;
}

// The first four bytes of the MD5, as a number.
uint32_t RingHash(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const int done = EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr);
  PINTLE_CHECK(done == 1 && size >= 4, "MD5 is not available");
  return static_cast<uint32_t>(digest[0]) << 24 | static_cast<uint32_t>(digest[1]) << 16 |
         static_cast<uint32_t>(digest[2]) << 8 | static_cast<uint32_t>(digest[3]);
}

Queues ByConsistentHash(int virtual_nodes, std::string_view self, QueueSpan queues,
                        MemberSpan members) {
  std::map<uint32_t, std::string_view> ring;
  for (const std::string& member : members) {
    for (int i = 0; i < virtual_nodes; ++i)
      ring[RingHash(fmt::format("{}-{}", member, i))] = member;
  }
  Queues mine;
  if (ring.empty() || std::ranges::find(members, self) == members.end()) return mine;
  for (const MessageQueue& queue : queues) {
    auto at =
        ring.lower_bound(RingHash(fmt::format("MessageQueue [topic={}, brokerName={}, queueId={}]",
                                              queue.topic, queue.broker_name, queue.queue_id)));
    if (at == ring.end()) at = ring.begin();
    if (at->second == self) mine.push_back(queue);
  }
  return mine;
}

}  // namespace

Allocation AllocateAveragely() { return Averagely; }

Allocation AllocateByCircle() { return Circle; }

Allocation AllocateConfigured(std::vector<MessageQueue> queues) {
  return [mine = std::move(queues)](std::string_view self, QueueSpan all, MemberSpan members) {
    // Nobody configures what comes back: it is shared out.
    if (!all.empty() && model::IsRetryTopic(all.front().topic))
      return Averagely(self, all, members);
    // Of this topic: the strategy is asked for each one.
    Queues of_topic;
    for (const MessageQueue& queue : mine) {
      if (!all.empty() && queue.topic == all.front().topic) of_topic.push_back(queue);
    }
    return of_topic;
  };
}

Allocation AllocateInRooms(std::set<std::string> rooms) {
  return [rooms = std::move(rooms)](std::string_view self, QueueSpan queues, MemberSpan members) {
    return InRooms(rooms, self, queues, members);
  };
}

Allocation AllocateNearby(Allocation inner,
                          std::function<std::string(const MessageQueue& queue)> room_of_queue,
                          std::function<std::string(std::string_view client_id)> room_of_member) {
  return [inner = std::move(inner), room_of_queue = std::move(room_of_queue),
          room_of_member = std::move(room_of_member)](std::string_view self, QueueSpan queues,
                                                      MemberSpan members) {
    Queues mine;
    if (std::ranges::find(members, self) == members.end()) return mine;
    std::map<std::string, Queues> queues_of;
    for (const MessageQueue& queue : queues) queues_of[room_of_queue(queue)].push_back(queue);
    std::map<std::string, std::vector<std::string>> members_of;
    for (const std::string& member : members) members_of[room_of_member(member)].push_back(member);
    const std::string here = room_of_member(self);
    const auto take = [&](const Queues& from, MemberSpan among) {
      const Queues taken = inner(self, from, among);
      mine.insert(mine.end(), taken.begin(), taken.end());
    };
    if (const auto own = queues_of.find(here); own != queues_of.end())
      take(own->second, members_of[here]);
    for (const auto& [room, of_room] : queues_of) {
      if (room != here && !members_of.contains(room)) take(of_room, members);
    }
    return mine;
  };
}

Allocation AllocateByConsistentHash(int virtual_nodes) {
  return [virtual_nodes](std::string_view self, QueueSpan queues, MemberSpan members) {
    return ByConsistentHash(virtual_nodes, self, queues, members);
  };
}

}  // namespace pintle::client
