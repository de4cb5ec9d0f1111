// The binary form of a command's header.
//
//   code 2 | language 1 | version 2 | opaque 4 | flag 4 | remark length 4, remark |
//   fields length 4, fields: ( name length 2, name, value length 4, value )...
//
// Big-endian, text is UTF-8. Source: docs/formats/remoting.md.
#pragma once

#include "base/bytes.h"
#include "base/error.h"
#include "remoting/command.h"

namespace pintle::remoting {

// What a code of the pop family lost by being cut to 16 bits.
inline constexpr int32_t kCutFromPopCodes = 3 << 16;

// Reads everything of `out` but its body. Requests of the pop family, whose codes do not fit into
// 16 bits, are recognised by what is left of them.
Status DecodeBinaryHeader(ByteView header, Command& out);

}  // namespace pintle::remoting
