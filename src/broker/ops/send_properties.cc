#include "broker/ops/send_properties.h"

#include <algorithm>
#include <charconv>

#include "model/properties.h"

namespace pintle::broker {
namespace {

namespace property = model::property;

// As Java's parseBoolean: any case of "true", and nothing else.
bool IsTrue(std::string_view text) {
  constexpr std::string_view kTrue = "true";
  return std::ranges::equal(text, kTrue, {}, [](char c) { return static_cast<char>(c | 0x20); });
}

int32_t ToInt(std::string_view text) {
  int32_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// Names are told apart by their length first: most are none of ours.
void Take(std::string_view name, std::string_view value, SendProperties& out) {
  switch (name.size()) {
    case 4:
      if (name == property::kTags) out.tags = value;
      if (name == property::kKeys) out.keys = value;
      if (name == property::kWaitStoreOk) out.wait_store_ok = IsTrue(value);
      break;
    case 5:
      if (name == property::kDelayLevel) out.delay_level = ToInt(value);
      break;
    case 6:
      if (name == property::kPopCheckpoint) out.has_reserved = true;
      break;
    case 7:
      if (name == property::kCluster) out.has_reserved = true;
      break;
    case 8:
      if (name == property::kUniqKey) out.uniq_key = value;
      if (name == property::kTransactionPrepared) out.prepared = IsTrue(value);
      if (name == property::kTraceSwitch) out.has_reserved = true;
      break;
    case 9:
      if (name == property::kInnerNum) out.inner_num = true;
      break;
    case 10:
      if (name == property::kMsgRegion) out.has_reserved = true;
      break;
    case property::kTimerDelayMs.size():
    case property::kTimerDelaySeconds.size():
    case property::kTimerDeliverMs.size():
      if (name == property::kTimerDelayMs || name == property::kTimerDelaySeconds ||
          name == property::kTimerDeliverMs)
        out.timed = true;
      break;
    default:
      break;
  }
}

}  // namespace

SendProperties SendProperties::Scan(std::string_view text) {
  SendProperties out;
  out.ends_open = !text.empty() && text.back() != model::kPropertySeparator;
  while (!text.empty()) {
    const std::string_view entry = text.substr(0, text.find(model::kPropertySeparator));
    text.remove_prefix(std::min(text.size(), entry.size() + 1));
    const size_t separator = entry.find(model::kNameValueSeparator);
    // What Java's parser drops: no name, or no value.
    if (separator == std::string_view::npos || separator == 0 || separator + 1 == entry.size())
      continue;
    Take(entry.substr(0, separator), entry.substr(separator + 1), out);
  }
  return out;
}

}  // namespace pintle::broker
