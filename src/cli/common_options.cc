#include "cli/common_options.h"

#include <fmt/format.h>

#include <cstdio>
#include <map>

namespace pintle::cli {

client::ClientOptions CommonOptions::ToClientOptions() const {
  client::ClientOptions options;
  std::string_view rest = name_servers;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find_first_of(";,"), rest.size());
    if (end > 0) options.name_servers.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return options;
}

void AddCommonOptions(CLI::App& command, CommonOptions& options) {
  command.add_option("--namesrv", options.name_servers, "Name servers, HOST:PORT;HOST:PORT")
      ->envname("NAMESRV_ADDR")
      ->default_val("127.0.0.1:9876");
  const std::map<std::string, OutputFormat> formats{
      {"text", OutputFormat::kText}, {"table", OutputFormat::kText}, {"json", OutputFormat::kJson}};
  command.add_option("-o,--output", options.format, "text or json")
      ->transform(CLI::CheckedTransformer(formats))
      ->option_text("FORMAT");
}

int Complain(const char* command, const client::Error& error) {
  std::string line = fmt::format("pintle {}: {}", command, error.message);
  if (error.broker_code != 0) line += fmt::format(" (response code {})", error.broker_code);
  if (error.code == client::ErrorCode::kUnavailable)
    line += "; is the broker running, and is --namesrv right?";
  fmt::print(stderr, "{}\n", line);
  return 1;
}

}  // namespace pintle::cli
