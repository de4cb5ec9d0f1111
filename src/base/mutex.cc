#include "base/mutex.h"

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

namespace pintle {
namespace {

// Some 2 us in all.
constexpr int kLooks = 32;
constexpr int kPausesPerLook = 8;

void Pause() {
#if defined(__x86_64__) || defined(__i386__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("isb");
#endif
}

}  // namespace

void Mutex::LockTaken() NO_THREAD_SAFETY_ANALYSIS {
  for (int look = 0; look < kLooks; ++look) {
    for (int i = 0; i < kPausesPerLook; ++i) Pause();
    if (mutex_.try_lock()) return;
  }
  mutex_.lock();
}

}  // namespace pintle
