#include "client/message_views.h"

namespace pintle::client {

namespace {

constexpr size_t kKeptBytes = 1 << 20;  // of bodies

}  // namespace

void MessageViews::ForgetLarge() {
  size_t bytes = 0;
  for (const MessageView& view : views_) bytes += view.body.capacity();
  if (bytes > kKeptBytes) views_ = {};
}

}  // namespace pintle::client
