// A disk that fills up, and is freed again.
#pragma once

#include <string>

namespace pintle::testing {

// `folder`: an empty file system of 64 to 256 MiB, which this fills twice: with a stranger's file and
// messages, and with messages alone. True when sends were refused with a reason, everything acknowledged stayed
// readable, also after a kill on the full disk, and sends went on within 5 s of the file's removal.
bool RunFullDisk(const std::string& folder);

}  // namespace pintle::testing
