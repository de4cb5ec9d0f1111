#include "filter/selector_cache.h"

#include <utility>

namespace pintle::filter {

Result<std::shared_ptr<const Selector>> SelectorCache::Get(std::string_view expression) {
  {
    MutexLock lock(mutex_);
    if (const auto found = places_.find(expression); found != places_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->selector;
    }
  }
  auto selector = Selector::Compile(expression);
  MutexLock lock(mutex_);
  if (places_.contains(expression)) return selector;
  entries_.push_front({std::string(expression), selector});
  places_.emplace(entries_.front().expression, entries_.begin());
  bytes_ += expression.size();
  while (bytes_ > bytes_max_ && entries_.size() > 1) {
    bytes_ -= entries_.back().expression.size();
    places_.erase(entries_.back().expression);
    entries_.pop_back();
  }
  return selector;
}

size_t SelectorCache::size() const {
  MutexLock lock(mutex_);
  return entries_.size();
}

}  // namespace pintle::filter
