#include "main/compat_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "broker/handlers/handlers.h"
#include "namesrv/handlers/handlers.h"
#include "remoting/codes.h"

namespace pintle::main {

namespace {

struct NamedCode {
  int32_t code;
  std::string_view name;
};

#define PINTLE_NAMED_CODE(constant, name, number) NamedCode{number, #name},
constexpr std::array kAllCodes = {PINTLE_REQUEST_CODES(PINTLE_NAMED_CODE)};
#undef PINTLE_NAMED_CODE

template <typename Handlers>
bool Serves(int32_t code) {
  constexpr auto kCodes = Handlers::Codes();
  return std::ranges::find(kCodes, code) != kCodes.end();
}

}  // namespace

std::string CompatDocument() {
  std::string rows;
  int served = 0;
  for (const NamedCode& at : kAllCodes) {
    const bool namesrv = Serves<namesrv::Handlers>(at.code);
    const bool broker = Serves<broker::MainHandlers>(at.code);
    const bool vip = Serves<broker::VipHandlers>(at.code);
    if (namesrv || broker) ++served;
    rows += fmt::format("| {} | {} | {} | {} |\n", at.code, at.name, namesrv ? "yes" : "",
                        broker ? (vip ? "both ports" : "main port") : "");
  }
  return fmt::format(
      "# Requests\n\n"
      "Every request code of RocketMQ 5.5 and who serves it here: {} of {}. The name server and\n"
      "the broker answer any other with REQUEST_CODE_NOT_SUPPORTED (3), its number and its name.\n"
      "Codes that a broker only sends to its clients (39, 40, 220, 221, 326) are not served by\n"
      "either. This page is made from the lists of handlers; a test holds it against them.\n\n"
      "| code | name | name server | broker |\n|---|---|---|---|\n{}",
      served, kAllCodes.size(), rows);
}

}  // namespace pintle::main
