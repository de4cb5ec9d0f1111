#include "remoting/dispatch.h"

#include "base/check.h"

namespace pintle::remoting {

DispatchTable::DispatchTable(std::vector<HandlerEntry> entries, void* context)
    : entries_(std::move(entries)), context_(context) {
  PINTLE_CHECK(entries_.size() < kNone, "{} handlers", entries_.size());
  std::ranges::sort(entries_, {}, &HandlerEntry::code);
  direct_.fill(kNone);
  for (size_t i = 0; i < entries_.size(); ++i) {
    const int32_t code = entries_[i].code;
    if (code >= 0 && code < kDirect) direct_[static_cast<size_t>(code)] = static_cast<uint16_t>(i);
  }
}

const HandlerEntry* DispatchTable::FindFar(int32_t code) const {
  const auto at = std::ranges::lower_bound(entries_, code, {}, &HandlerEntry::code);
  return at != entries_.end() && at->code == code ? &*at : nullptr;
}

}  // namespace pintle::remoting
