// What a send must know of a message's properties, found in one pass over their text.
#pragma once

#include <cstdint>
#include <string_view>

namespace pintle::broker {

// Views borrow from the scanned text. Of a name that comes twice the last counts.
struct SendProperties {
  std::string_view uniq_key;
  std::string_view keys;
  std::string_view tags;
  int32_t delay_level = 0;
  bool timed = false;         // one of the TIMER_... requests
  bool prepared = false;      // TRAN_MSG: a half message
  bool wait_store_ok = true;  // WAIT: the producer waits for the disk
  bool inner_num = false;     // INNER_NUM: claims to be a batch inside
  // Some property must go, as the broker sets it itself: MSG_REGION, TRACE_ON, CLUSTER, POP_CK.
  bool has_reserved = false;
  bool ends_open = false;  // the text does not end in a separator

  static SendProperties Scan(std::string_view text);
};

}  // namespace pintle::broker
