// What was sent, what was acknowledged, and what a broker has of it.
//
// A message's body follows from its number alone, so a body that comes back proves itself, and a
// place in a queue keeps its message for ever: the ledger complains of whatever breaks that.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pintle::testing {

// A queue of the broker under test.
struct LedgerQueue {
  std::string topic;
  int32_t queue_id = 0;
  friend auto operator<=>(const LedgerQueue&, const LedgerQueue&) = default;
};

// Threads: any thread.
class Ledger {
 public:
  // Before a message is sent: its number.
  uint64_t Begin(const std::string& topic);
  static std::string Body(uint64_t number);

  // The broker said that it has it, there.
  void Acknowledged(uint64_t number, const LedgerQueue& queue, int64_t offset);

  // A message that was read. Complains of a message that nobody sent, or to another topic; of a
  // damaged body; of a message that stands at a second place; of a place that held another message
  // when it was read before.
  void Found(const LedgerQueue& queue, int64_t offset, std::string_view body);
  // After a queue was read from `begin` to `end`: complains of each offset that was missing, unless
  // holes are allowed: of what was not synced when the power went, a later message may be left and an
  // earlier one not.
  void AllowHoles() { holes_allowed_ = true; }
  void Read(const LedgerQueue& queue, int64_t begin, int64_t end);
  // Everything will be read again from the beginning: what was found does not count any more.
  void BeginAgain();
  // After all queues were read to their ends, while nobody sends: complains of whatever was acknowledged and has not
  // been found where the acknowledgement said.
  void CheckAcknowledged();
  // What was acknowledged and never read back may be lost: the power went, and an asynchronous flush
  // promises nothing. While nobody sends.
  void ForgiveUnread();
  // What was read and never acknowledged may be gone: readers see it before it is on the disk. While
  // nobody sends; everything must be read again after it.
  void ForgetUnpromised();
  // In queues of this topic, numbers must ascend: one thread sent them one after the other.
  void CheckOrder(const std::string& topic);

  void Complain(std::string what);

  // Where reading goes on: behind what was found so far.
  int64_t EndOf(const LedgerQueue& queue) const;
  std::set<std::string> topics() const;
  int64_t acknowledged() const;
  int64_t sent() const;
  // The first few, and how many there are.
  std::vector<std::string> complaints() const;
  int64_t complaint_count() const;

 private:
  struct Entry {
    uint32_t topic = 0;
    bool acknowledged = false;
    int32_t queue_id = 0;
    int64_t offset = -1;       // of the acknowledgement
    int32_t found_queue = -1;  // where it was read; -1: not yet
    int64_t found_offset = -1;
  };

  void ComplainLocked(std::string what);

  std::atomic<bool> holes_allowed_{false};

  mutable std::mutex mutex_;
  std::vector<Entry> entries_;  // by number
  std::vector<std::string> topic_names_;
  std::map<LedgerQueue, std::vector<int64_t>> found_;  // number by offset; -1: nothing there
  size_t checked_ = 0;  // entries below were found where they ought to be
  int64_t acknowledged_ = 0;
  std::vector<std::string> complaints_;
  int64_t complaint_count_ = 0;
};

}  // namespace pintle::testing
