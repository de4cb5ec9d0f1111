// Where a test finds the repository's files and the program under test.
#pragma once

#include <string>

namespace pintle::testing {

// The root of the repository, absolute.
std::string SourceDir();

// The `pintle` binary of the same build, absolute; empty before the first one exists.
std::string BinaryPath();

// The folder of this build, where examples and tests lie in `examples/` and `test/`.
std::string BuildDir();

}  // namespace pintle::testing
