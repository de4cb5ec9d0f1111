// Errors of the layers below, as the SDK's users see them.
#pragma once

#include "base/error.h"
#include "pintle/error.h"
#include "remoting/command.h"

namespace pintle::client {

Error ToSdkError(const pintle::Error& error);

// A broker's or name server's answer other than SUCCESS: kRefused with its code and remark;
// kOverloaded for SYSTEM_BUSY, kNoRoute for TOPIC_NOT_EXIST.
Error RefusedBy(const remoting::Command& answer);

std::unexpected<Error> SdkFail(ErrorCode code, std::string message);

}  // namespace pintle::client
