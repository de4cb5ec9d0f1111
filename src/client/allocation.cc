#include "client/allocation.h"

#include <algorithm>

namespace pintle::client {

std::vector<MessageQueue> AllocateAveragely(std::string_view self,
                                            std::span<const MessageQueue> queues,
                                            std::span<const std::string> members) {
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

}  // namespace pintle::client
