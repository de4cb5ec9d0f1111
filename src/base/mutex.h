// A mutex and its lock with clang's thread-safety annotations.
#pragma once

#include <mutex>

#if defined(__clang__)
#define PINTLE_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define PINTLE_THREAD_ATTRIBUTE(x)
#endif

#define CAPABILITY(x) PINTLE_THREAD_ATTRIBUTE(capability(x))
#define SCOPED_CAPABILITY PINTLE_THREAD_ATTRIBUTE(scoped_lockable)
#define GUARDED_BY(x) PINTLE_THREAD_ATTRIBUTE(guarded_by(x))
#define PT_GUARDED_BY(x) PINTLE_THREAD_ATTRIBUTE(pt_guarded_by(x))
#define REQUIRES(...) PINTLE_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define ACQUIRE(...) PINTLE_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define RELEASE(...) PINTLE_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
#define TRY_ACQUIRE(...) PINTLE_THREAD_ATTRIBUTE(try_acquire_capability(__VA_ARGS__))
#define EXCLUDES(...) PINTLE_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
#define NO_THREAD_SAFETY_ANALYSIS PINTLE_THREAD_ATTRIBUTE(no_thread_safety_analysis)

namespace pintle {

// Whoever finds it taken looks again for a moment before it sleeps: what is done under a mutex here
// takes less time than to sleep and to be woken.
class CAPABILITY("mutex") Mutex {
 public:
  void Lock() ACQUIRE() {
    if (!mutex_.try_lock()) LockTaken();
  }
  void Unlock() RELEASE() { mutex_.unlock(); }
  bool TryLock() TRY_ACQUIRE(true) { return mutex_.try_lock(); }

  // BasicLockable, so that std::condition_variable_any can wait on it.
  void lock() ACQUIRE() { Lock(); }
  void unlock() RELEASE() { Unlock(); }

 private:
  void LockTaken();

  std::mutex mutex_;
};

class SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_.Lock(); }
  ~MutexLock() RELEASE() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace pintle
