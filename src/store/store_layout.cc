#include "store/store_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/file_system.h"

namespace pintle::store {

StoreLayout::StoreLayout(std::string root_folder)
    : root(std::move(root_folder)),
      commit_log(JoinPath(root, "commitlog")),
      consume_queue(JoinPath(root, "consumequeue")),
      index(JoinPath(root, "index")),
      checkpoint(JoinPath(root, "checkpoint")),
      abort(JoinPath(root, "abort")),
      lock(JoinPath(root, "lock")),
      recovery_point(JoinPath(root, "pintle.recovery")),
      queue_stamps(JoinPath(root, "pintle.queues")) {}

std::string OffsetFileName(int64_t offset) { return fmt::format("{:020d}", offset); }

std::optional<int64_t> ParseOffsetFileName(std::string_view name) {
  constexpr size_t kDigits = 20;
  int64_t offset = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), offset);
  if (name.size() != kDigits || error != std::errc{} || end != name.data() + name.size() ||
      offset < 0)
    return std::nullopt;
  return offset;
}

bool IsStorableTopic(std::string_view topic) {
  if (topic.empty() || topic == "." || topic == "..") return false;
  return std::ranges::none_of(
      topic, [](char c) { return c == '/' || static_cast<uint8_t>(c) < 0x20 || c == 0x7F; });
}

}  // namespace pintle::store
