// Views that show one message after the other.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "client/host_text.h"
#include "pintle/message.h"

namespace pintle::client {

// What a view held before is memory for the next message: messages that follow one another are mostly
// alike. Threads: one thread, the owner.
class MessageViews {
 public:
  // So many views, to be filled anew.
  std::span<MessageView> Take(size_t count) {
    if (views_.size() < count) views_.resize(count);
    return std::span(views_).first(count);
  }
  HostTexts& hosts() { return hosts_; }
  // Gives their memory back if that is much: large messages may have been among them.
  void ForgetLarge();

 private:
  std::vector<MessageView> views_;
  HostTexts hosts_;
};

}  // namespace pintle::client
