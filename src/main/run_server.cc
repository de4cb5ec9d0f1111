#include "main/run_server.h"

#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "base/log.h"
#include "main/config_loader.h"
#include "main/shutdown_signals.h"
#include "main/version.h"
#include "main/wiring.h"

namespace pintle::main {

namespace {

void Print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

int Refuse(const Error& error, int exit_code) {
  fmt::print(stderr, "pintle: {}\n", error.message);
  return exit_code;
}

int ExitCodeOf(const Error& error) {
  if (error.code == ErrorCode::kBusy) return cli::kExitInUse;
  if (error.code == ErrorCode::kInvalidArgument) return cli::kExitUsage;
  return cli::kExitFailed;
}

// The address to type: that which clients are told stands in for "every interface".
std::string Reach(const net::Endpoint& listening, const std::string& advertised_host) {
  if (listening.host != "0.0.0.0" && listening.host != "::") return listening.ToString();
  return net::Endpoint{.host = advertised_host, .port = listening.port}.ToString();
}

std::string_view FlushText(store::FlushMode mode) {
  switch (mode) {
    case store::FlushMode::kSync:
      return "sync: acknowledged means on disk";
    case store::FlushMode::kAsync:
      return "async: acknowledged survives this process; what came within the last moments before "
             "a power loss may not";
  }
  return "";
}

// Where things are, for people.
std::string Overview(const Config& config, Wiring& wiring) {
  std::string text = fmt::format("pintle {}\n  data      {}\n", Version(), config.data_dir);
  if (NamesrvPart* namesrv = wiring.namesrv())
    text += fmt::format("  namesrv   {}\n", namesrv->listening().ToString());
  if (BrokerPart* broker = wiring.broker()) {
    const broker::BrokerOptions& options = broker->broker().options();
    text += fmt::format("  broker    {}, told to clients as {} ({}, id {}, {})\n",
                        broker->listening().ToString(),
                        broker->broker().address().advertised.ToString(), options.name, options.id,
                        options.cluster);
    text += fmt::format("  store     {}\n  flush     {}\n", config.store.path,
                        FlushText(config.store.flush));
    if (options.name_servers.empty())
      text +=
          "  The broker registers nowhere, so no client finds it: --set "
          "broker.namesrv=HOST:9876\n";
    for (const std::string& address : wiring.unregistered())
      text += fmt::format(
          "  The name server {} does not know the broker: is it there? It goes on trying.\n",
          address);
  }
  return text;
}

std::string ReadyLine(Wiring& wiring, int64_t started_ns, const Clock& clock) {
  std::string host = "127.0.0.1";
  if (BrokerPart* broker = wiring.broker()) host = broker->broker().address().advertised.host;
  std::string line = "ready";
  if (NamesrvPart* namesrv = wiring.namesrv())
    line += " namesrv=" + Reach(namesrv->listening(), host);
  if (BrokerPart* broker = wiring.broker()) line += " broker=" + Reach(broker->listening(), host);
  const int64_t ms = (clock.MonotonicNs() - started_ns + 999'999) / 1'000'000;
  return line + fmt::format(" in {} ms\n", ms);
}

std::string NextCommands(Wiring& wiring) {
  NamesrvPart* namesrv = wiring.namesrv();
  if (namesrv == nullptr || wiring.broker() == nullptr) return "";
  const std::string at = namesrv->listening().port == 9876
                             ? ""
                             : fmt::format(" --namesrv 127.0.0.1:{}", namesrv->listening().port);
  return fmt::format(
      "Next:\n"
      "  pintle topic create hello{0}\n"
      "  pintle produce hello --body 'first message'{0}\n"
      "  pintle consume hello --group readers --from-beginning --count 1{0}\n",
      at);
}

}  // namespace

Role RoleOf(cli::ServerRole role) {
  switch (role) {
    case cli::ServerRole::kAll:
      return Role::kAll;
    case cli::ServerRole::kNamesrv:
      return Role::kNamesrv;
    case cli::ServerRole::kBroker:
      return Role::kBroker;
  }
  return Role::kAll;
}

int RunServer(const cli::ServerArguments& arguments, int64_t process_started_ns) {
  const SystemClock clock;
  const std::unique_ptr<FileSystem> fs = MakePosixFileSystem();
  auto loaded = LoadConfig(*fs, {.role = RoleOf(arguments.role),
                                 .files = arguments.config_files,
                                 .environment = ProcessEnvironment(),
                                 .settings = arguments.settings,
                                 .data_dir = arguments.data_dir});
  if (!loaded) return Refuse(loaded.error(), cli::kExitUsage);
  const Config& config = loaded->config;
  ConfigureLog(config.log);
  for (const std::string& note : loaded->notes) PINTLE_LOG(kWarn, "configuration: {}", note);

  ShutdownSignals signals;
  auto wiring = Wiring::Start(*fs, clock, RoleOf(arguments.role), config);
  if (!wiring) return Refuse(wiring.error(), ExitCodeOf(wiring.error()));
  Print(Overview(config, **wiring) + ReadyLine(**wiring, process_started_ns, clock) +
        NextCommands(**wiring));

  const int signal = signals.Wait();
  PINTLE_LOG(kInfo, "signal {}: stopping", signal);
  if (const Status stopped = (*wiring)->Stop(config.drain_ms); !stopped)
    return Refuse(stopped.error(), cli::kExitFailed);
  return cli::kExitOk;
}

}  // namespace pintle::main
