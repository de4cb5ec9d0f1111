// What to do about an error at the start, added to it where it is known what was tried.
#pragma once

#include <string_view>
#include <type_traits>
#include <utility>

#include "base/error.h"

namespace pintle::main {

// The same code, with the folder and the remedy.
Error DataError(std::string_view folder, const Error& error);
// The same, for the address that `key` sets.
Error ListenError(std::string_view key, const Error& error);

template <typename T>
Status ExplainData(std::string_view folder, const Result<T>& result) {
  if (result) return {};
  return std::unexpected(DataError(folder, result.error()));
}
template <typename T>
Status ExplainListen(std::string_view key, const Result<T>& result) {
  if (result) return {};
  return std::unexpected(ListenError(key, result.error()));
}

}  // namespace pintle::main
