// What every command that talks to a cluster takes.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "pintle/client_options.h"
#include "pintle/error.h"

namespace pintle::cli {

enum class OutputFormat { kText, kJson };

struct CommonOptions {
  std::string name_servers;  // "host:port", several split at ';'
  OutputFormat format = OutputFormat::kText;

  client::ClientOptions ToClientOptions() const;
};

// --namesrv (else NAMESRV_ADDR, else 127.0.0.1:9876) and -o.
void AddCommonOptions(CLI::App& command, CommonOptions& options);

// "pintle COMMAND: message" on standard error, with the remedy that fits the code; returns 1.
int Complain(const char* command, const client::Error& error);

}  // namespace pintle::cli
