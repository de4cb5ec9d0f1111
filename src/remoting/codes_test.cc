#include "remoting/codes.h"

#include <gtest/gtest.h>

#include <set>

namespace pintle::remoting {
namespace {

constexpr int32_t kRequestCodes[] = {
#define PINTLE_NUMBER(constant, name, number) number,
    PINTLE_REQUEST_CODES(PINTLE_NUMBER)
#undef PINTLE_NUMBER
};

TEST(CodesTest, EveryRequestCodeHasItsOwnNumber) {
  const std::set<int32_t> numbers(std::begin(kRequestCodes), std::end(kRequestCodes));
  EXPECT_EQ(numbers.size(), std::size(kRequestCodes));
  EXPECT_EQ(numbers.size(), 169u);  // RocketMQ 5.5.0
}

TEST(CodesTest, NamesCodes) {
  EXPECT_EQ(RequestCodeName(11), "PULL_MESSAGE");
  EXPECT_EQ(RequestCodeName(200050), "POP_MESSAGE");
  EXPECT_EQ(RequestCodeName(request_code::kSendMessageV2), "SEND_MESSAGE_V2");
  EXPECT_EQ(RequestCodeName(16), "UNKNOWN");
  EXPECT_EQ(RequestCodeName(-1), "UNKNOWN");
  EXPECT_EQ(ResponseCodeName(19), "PULL_NOT_FOUND");
  EXPECT_EQ(ResponseCodeName(12345), "UNKNOWN");
}

TEST(CodesTest, MapsErrorsThatAHandlerLeavesToIt) {
  EXPECT_EQ(ResponseCodeOf(ErrorCode::kPermissionDenied), ResponseCode::kNoPermission);
  EXPECT_EQ(ResponseCodeOf(ErrorCode::kOverloaded), ResponseCode::kSystemBusy);
  EXPECT_EQ(ResponseCodeOf(ErrorCode::kMalformed), ResponseCode::kSystemError);
}

}  // namespace
}  // namespace pintle::remoting
