#include "client/host_text.h"

namespace pintle::client {

const std::string& HostText::Of(const model::Host& host) {
  if (!text_.empty() && host == host_) return text_;
  host_ = host;
  text_ = host.ToString();
  return text_;
}

}  // namespace pintle::client
