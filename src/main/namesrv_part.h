// The name server as a part of this process.
#pragma once

#include <memory>
#include <span>

#include "base/bounded_executor.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file_system.h"
#include "main/config.h"
#include "namesrv/name_server.h"
#include "net/loop_group.h"
#include "net/server.h"

namespace pintle::main {

// Threads: the owner's.
class NamesrvPart {
 public:
  // Takes the lock of its data directory, then listens. kBusy: another process has the one or the
  // other.
  static Result<std::unique_ptr<NamesrvPart>> Start(FileSystem& fs, const Clock& clock,
                                                    BoundedExecutor& pool, net::LoopGroup& loops,
                                                    const Config& config);
  ~NamesrvPart();

  const net::Endpoint& listening() const { return listening_; }
  namesrv::NameServer& server() { return *server_; }
  void Stop(int64_t drain_ms);

 private:
  NamesrvPart() = default;

  std::unique_ptr<FileLock> lock_;
  std::unique_ptr<namesrv::NameServer> server_;
  std::unique_ptr<net::Server> listener_;
  net::Endpoint listening_;
};

}  // namespace pintle::main
