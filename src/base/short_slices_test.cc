#include "base/short_slices.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>

#include <cerrno>
#include <thread>

namespace pintle {
namespace {

TEST(ShortSlicesTest, LeavesPolicyAndNicenessAsTheyAre) {
  // In a thread of its own: the attributes are the thread's.
  std::thread([] {
    ASSERT_EQ(::setpriority(PRIO_PROCESS, 0, 5), 0);
    AskForShortSlices();
    EXPECT_EQ(::sched_getscheduler(0), SCHED_OTHER);
    errno = 0;
    EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), 5);
    EXPECT_EQ(errno, 0);
  }).join();
}

}  // namespace
}  // namespace pintle
