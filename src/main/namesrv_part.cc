#include "main/namesrv_part.h"

#include <utility>

#include "main/remedies.h"

namespace pintle::main {

Result<std::unique_ptr<NamesrvPart>> NamesrvPart::Start(FileSystem& fs, const Clock& clock,
                                                        BoundedExecutor& pool,
                                                        net::LoopGroup& loops,
                                                        const Config& config) {
  std::unique_ptr<NamesrvPart> part(new NamesrvPart());
  const std::string folder = JoinPath(config.data_dir, "namesrv");
  PINTLE_TRY(ExplainData(folder, fs.CreateDirectories(folder)));
  auto lock = fs.Lock(JoinPath(folder, "lock"));
  PINTLE_TRY(ExplainData(folder, lock));
  part->lock_ = *std::move(lock);

  PINTLE_ASSIGN(part->server_,
                namesrv::NameServer::Open(fs, clock, pool, *loops.loops().front(), config.namesrv));
  part->listener_ =
      net::Server::Create(loops.transport(), loops.loops(), {&part->server_->protocol()},
                          {.listen = config.namesrv_listen,
                           .connections_max = static_cast<size_t>(config.connections_max),
                           .limits = config.connection});
  part->server_->Start();
  auto listening = part->listener_->Start();
  PINTLE_TRY(ExplainListen("namesrv.listen", listening));
  part->listening_ = *std::move(listening);
  return part;
}

NamesrvPart::~NamesrvPart() { Stop(0); }

void NamesrvPart::Stop(int64_t drain_ms) {
  if (listener_ != nullptr) listener_->Stop(drain_ms);
  listener_.reset();
  if (server_ != nullptr) server_->Stop();
  server_.reset();
  lock_.reset();
}

}  // namespace pintle::main
