// Compiled expressions by their text, so that each is compiled once and not at every pull.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "base/mutex.h"
#include "filter/selector.h"

namespace pintle::filter {

// Threads: any thread.
class SelectorCache {
 public:
  // How many bytes of expressions are kept: of those that were asked for last.
  explicit SelectorCache(size_t bytes_max = 1 << 20) : bytes_max_(bytes_max) {}

  // Compiles, or gives what was compiled before; errors are kept too.
  Result<std::shared_ptr<const Selector>> Get(std::string_view expression);
  size_t size() const;

 private:
  struct Entry {
    std::string expression;
    Result<std::shared_ptr<const Selector>> selector;
  };

  const size_t bytes_max_;
  mutable Mutex mutex_;
  size_t bytes_ GUARDED_BY(mutex_) = 0;
  std::list<Entry> entries_ GUARDED_BY(mutex_);  // the one asked for last is first
  // The keys borrow from the entries.
  std::unordered_map<std::string_view, std::list<Entry>::iterator> places_ GUARDED_BY(mutex_);
};

}  // namespace pintle::filter
