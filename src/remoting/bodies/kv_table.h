// {"table":{"key":"value"}}: the runtime information of a broker, a namespace of key-value
// configuration, the order configuration in the answer to a registration.
#pragma once

#include <map>
#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace pintle::remoting {

std::string EncodeKvTable(const std::map<std::string, std::string>& table);
Result<std::map<std::string, std::string>> DecodeKvTable(ByteView body);

}  // namespace pintle::remoting
