// The client's side of one connection.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/connection.h"
#include "net/protocol.h"
#include "remoting/invocation_table.h"
#include "remoting/remoting_client.h"

namespace pintle::remoting {

// Told by a channel, on its loop.
class ChannelListener {
 public:
  virtual ~ChannelListener() = default;
  // A request of the server; oneway when its head says so.
  virtual net::Task<ServerRequestAnswer> OnServerRequest(ServerRequest request) = 0;
  // Once. The channel takes nothing more.
  virtual void OnChannelClosed(const std::string& address) = 0;
};

// Threads: its loop.
class ClientChannel : public std::enable_shared_from_this<ClientChannel> {
 public:
  // `listener` may be gone when the channel still is there.
  ClientChannel(net::Loop& loop, std::string address, const ClientOptions& options,
                std::weak_ptr<ChannelListener> listener);

  // Speaks over `stream` from now on.
  void Start(std::unique_ptr<net::Stream> stream);
  // As RemotingClient has them.
  net::Task<InvocationTable::Answer> Invoke(Request request, int64_t timeout_ms);
  Status SendOneway(const Request& request);
  void Close(const Error& why);
  bool closed() const { return closed_; }

 private:
  friend class ClientProtocol;

  Status CheckSize(const Request& request) const;
  void Send(const CommandHead& head, std::string_view remark, const FieldList& fields,
            std::string_view body);
  // A whole frame that the server sent.
  Status Take(ByteView frame);
  static net::Task<void> Serve(std::shared_ptr<ClientChannel> channel, ServerRequest request);
  void OnClosed(const Error& why);

  net::Loop& loop_;
  const std::string address_;
  const ClientOptions options_;
  const std::weak_ptr<ChannelListener> listener_;
  InvocationTable invocations_;
  std::shared_ptr<net::Connection> connection_;  // null before Start() and when closed
  bool closed_ = false;
};

}  // namespace pintle::remoting
