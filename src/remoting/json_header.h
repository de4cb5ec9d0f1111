// The JSON form of a command's header.
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/scratch_arena.h"
#include "remoting/command.h"

namespace pintle::remoting {

// Reads one JSON object, as lenient as fastjson, into everything of `out` but its body: keys in any
// order, unknown ones skipped, numbers and booleans among extFields taken as their text, `language`
// as a name, an ordinal or anything else (kOther).
Status DecodeJsonHeader(std::string_view header, ScratchArena& arena, Command& out);

}  // namespace pintle::remoting
