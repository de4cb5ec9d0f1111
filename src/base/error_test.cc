#include "base/error.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace pintle {
namespace {

Result<int> Half(int n) {
  if (n % 2 != 0) return Fail(ErrorCode::kInvalidArgument, "{} is odd", n);
  return n / 2;
}

Result<int> Quarter(int n) {
  PINTLE_ASSIGN(const int half, Half(n));
  PINTLE_TRY(Half(half));
  PINTLE_ASSIGN(const int quarter, Half(half));
  return quarter;
}

TEST(ErrorTest, PassesTheFirstErrorOn) {
  EXPECT_EQ(Quarter(8), 2);
  EXPECT_EQ(Quarter(7).error(), (Error{ErrorCode::kInvalidArgument, "7 is odd"}));
  EXPECT_EQ(Quarter(6).error(), (Error{ErrorCode::kInvalidArgument, "3 is odd"}));
}

TEST(ErrorTest, SystemErrorsBecomeOurs) {
  EXPECT_EQ(FailErrno("pwrite", ENOSPC).error(),
            (Error{ErrorCode::kNoSpace, "pwrite: No space left on device"}));
  EXPECT_EQ(FailErrno("open", ENOENT).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(FailErrno("open", EEXIST).error().code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(FailErrno("open", EACCES).error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(FailErrno("fsync", EIO).error().code, ErrorCode::kIo);
  EXPECT_EQ(FailErrno("x", 99999).error().message, "x: error 99999");
}

TEST(ErrorTest, EveryCodeHasItsOwnName) {
  EXPECT_EQ(ErrorCodeName(ErrorCode::kNoSpace), "no space");
  EXPECT_EQ(ErrorCodeName(ErrorCode::kInternal), "internal");
}

}  // namespace
}  // namespace pintle
