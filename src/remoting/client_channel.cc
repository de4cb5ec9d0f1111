#include "remoting/client_channel.h"

#include <utility>

#include "base/log.h"
#include "remoting/frame_cutter.h"
#include "remoting/reply.h"

namespace pintle::remoting {

// Owned by the channel's connection.
class ClientProtocol final : public net::Protocol {
 public:
  explicit ClientProtocol(std::shared_ptr<ClientChannel> channel) : channel_(std::move(channel)) {}

  Result<size_t> OnBytes(ByteView in) override {
    FrameCutter cutter(in);
    while (!channel_->closed()) {
      PINTLE_ASSIGN(const Frame frame, cutter.Next());
      if (frame.bytes.empty()) break;
      PINTLE_TRY(channel_->Take(frame.bytes));
    }
    wanted_ = cutter.wanted();
    return cutter.consumed();
  }
  size_t BytesWanted() const override { return wanted_; }
  void OnClosed(const Error& reason) override { channel_->OnClosed(reason); }

 private:
  const std::shared_ptr<ClientChannel> channel_;
  size_t wanted_ = kFrameHeadSize;
};

namespace {

// Makes the one protocol of a connection that was opened for a channel.
class ChannelProtocolFactory final : public net::ProtocolFactory {
 public:
  explicit ChannelProtocolFactory(std::shared_ptr<ClientChannel> channel)
      : channel_(std::move(channel)) {}
  Match Sniff(ByteView) const override { return Match::kYes; }
  std::unique_ptr<net::Protocol> Create(net::Connection&) override {
    return std::make_unique<ClientProtocol>(channel_);
  }

 private:
  const std::shared_ptr<ClientChannel> channel_;
};

}  // namespace

ClientChannel::ClientChannel(net::Loop& loop, std::string address, const ClientOptions& options,
                             std::weak_ptr<ChannelListener> listener)
    : loop_(loop),
      address_(std::move(address)),
      options_(options),
      listener_(std::move(listener)),
      invocations_(loop, options.in_flight_max) {}

void ClientChannel::Start(std::unique_ptr<net::Stream> stream) {
  ChannelProtocolFactory factory(shared_from_this());
  connection_ = net::Connection::Create(loop_, 0, std::move(stream), factory, options_.limits);
  connection_->Start();
}

Status ClientChannel::CheckSize(const Request& request) const {
  size_t text = 0;
  for (const auto& [name, value] : request.fields) text += name.size() + value.size();
  if (HeaderWriter::Bound(request.fields.size(), text) + request.body.size() <= kFrameSizeMax)
    return {};
  return Fail(ErrorCode::kInvalidArgument,
              "a request of {} bytes and a body of {}; a frame has {} at most", text,
              request.body.size(), kFrameSizeMax);
}

void ClientChannel::Send(const CommandHead& head, std::string_view remark, const FieldList& fields,
                         std::string_view body) {
  AppendCommand(connection_->output(), head, remark, fields, AsBytes(body));
  connection_->Flush();
}

net::Task<InvocationTable::Answer> ClientChannel::Invoke(Request request, int64_t timeout_ms) {
  const auto self = shared_from_this();
  InvocationTable::Waiter waiter(invocations_);
  Status ready = CheckSize(request);
  if (ready) ready = waiter.Open();
  if (!ready) co_return std::unexpected(std::move(ready).error());
  CommandHead head;
  head.code = request.code;
  head.language = options_.language;
  head.version = options_.version;
  head.opaque = waiter.opaque();
  head.encoding = options_.encoding;
  Send(head, {}, request.fields, request.body);
  InvocationTable::Answer answer = co_await waiter.Answer(timeout_ms);
  co_return answer;
}

Status ClientChannel::SendOneway(const Request& request) {
  PINTLE_TRY(CheckSize(request));
  if (connection_ == nullptr) return Fail(ErrorCode::kClosed, "{} is disconnected", address_);
  CommandHead head;
  head.code = request.code;
  head.language = options_.language;
  head.version = options_.version;
  head.flag = kFlagOneway;
  head.encoding = options_.encoding;
  Send(head, {}, request.fields, request.body);
  return {};
}

Status ClientChannel::Take(ByteView frame) {
  auto command = std::make_unique<OwnedCommand>();
  command->frame = AsText(frame);
  PINTLE_TRY(DecodeCommand(AsBytes(command->frame), command->arena, command->command));
  const CommandHead& head = command->command.head;
  if (head.is_response()) {
    const int32_t opaque = head.opaque;
    if (!invocations_.Complete(std::move(command))) {
      static LogLimiter limiter;
      if (limiter.Allow())
        PINTLE_LOG(kInfo, "remoting: {} answers request {}, which nobody waits for ({} more since)",
                   address_, opaque, limiter.TakeSwallowed());
    }
    return {};
  }
  ServerRequest request;
  request.head = head;
  for (const Field& field : command->command.fields)
    request.fields.emplace_back(std::string(field.name), std::string(field.value));
  request.body = AsText(command->command.body);
  request.address = address_;
  loop_.Spawn(Serve(shared_from_this(), std::move(request)));
  return {};
}

net::Task<void> ClientChannel::Serve(std::shared_ptr<ClientChannel> channel,
                                     ServerRequest request) {
  const CommandHead asked = request.head;
  const auto listener = channel->listener_.lock();
  if (listener == nullptr) co_return;
  const ServerRequestAnswer answer = co_await listener->OnServerRequest(std::move(request));
  if (asked.is_oneway() || channel->connection_ == nullptr) co_return;
  CommandHead head = AnswerHead(asked, answer.code);
  head.language = channel->options_.language;
  head.version = channel->options_.version;
  channel->Send(head, answer.remark, answer.fields, answer.body);
}

void ClientChannel::Close(const Error& why) {
  if (connection_ != nullptr) connection_->Close(why);
  OnClosed(why);
}

void ClientChannel::OnClosed(const Error& why) {
  if (std::exchange(closed_, true)) return;
  const auto self = shared_from_this();
  connection_ = nullptr;
  if (const auto listener = listener_.lock()) listener->OnChannelClosed(address_);
  invocations_.FailAll(
      {ErrorCode::kClosed, fmt::format("{} is disconnected: {}", address_, why.message)});
}

}  // namespace pintle::remoting
