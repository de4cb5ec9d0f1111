#include "broker/admin/pages.h"

#include <algorithm>

#include "base/bytes.h"
#include "remoting/bodies/json_parts.h"

namespace pintle::broker {
namespace {

constexpr int32_t kPageMax = 2'000;  // splitMetadataSize

bool IsOf(std::string_view text, const model::DataVersion& version) {
  if (text.empty()) return false;
  const auto asked = remoting::DecodeDataVersion(AsBytes(text));
  return asked && *asked == version;
}

}  // namespace

std::pair<size_t, size_t> PageOf(const PageRequest& request, size_t size,
                                 const model::DataVersion& version) {
  if (!request.first && !request.most && request.version.empty()) return {0, size};
  const int32_t first = IsOf(request.version, version) ? request.first.value_or(0) : 0;
  const auto begin = std::min(size, static_cast<size_t>(std::max(first, 0)));
  const int32_t most = std::clamp(request.most.value_or(kPageMax), 0, kPageMax);
  return {begin, std::min(size, begin + static_cast<size_t>(most))};
}

}  // namespace pintle::broker
