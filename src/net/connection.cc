#include "net/connection.h"

#include <algorithm>
#include <array>
#include <utility>

namespace pintle::net {

namespace {

// Pieces in one gathered write.
constexpr size_t kGatherMax = 64;
// Part of a request up to this size is read on whatever the process holds.
constexpr size_t kSmallPart = 16 << 10;
constexpr int64_t kRoomLookMs = 100;

}  // namespace

std::shared_ptr<Connection> Connection::Create(Loop& loop, uint64_t id,
                                               std::unique_ptr<Stream> stream,
                                               std::span<ProtocolFactory* const> factories,
                                               ConnectionLimits limits) {
  return std::shared_ptr<Connection>(
      new Connection(loop, id, std::move(stream), factories, limits));
}

std::shared_ptr<Connection> Connection::Create(Loop& loop, uint64_t id,
                                               std::unique_ptr<Stream> stream,
                                               ProtocolFactory& factory, ConnectionLimits limits) {
  auto connection =
      Create(loop, id, std::move(stream), std::span<ProtocolFactory* const>{}, limits);
  connection->protocol_ = factory.Create(*connection);
  return connection;
}

Connection::Connection(Loop& loop, uint64_t id, std::unique_ptr<Stream> stream,
                       std::span<ProtocolFactory* const> factories, ConnectionLimits limits)
    : loop_(loop),
      id_(id),
      peer_(stream->peer()),
      local_(stream->local()),
      limits_(limits),
      factories_(factories.begin(), factories.end()),
      stream_(std::move(stream)) {}

Connection::~Connection() {
  if (limits_.in_flight == nullptr) return;
  limits_.in_flight->Change(-accounted_);
  if (has_turn_) limits_.in_flight->EndTurn(this);
}

void Connection::Start() {
  PINTLE_CHECK(loop_.InLoop(), "connection {} is started on a foreign thread", id_);
  if (closed_) return;
  stream_->SetObserver(this);
  NoteActivity();
  if (limits_.idle_timeout_ms > 0) WatchIdle(limits_.idle_timeout_ms);
  if (!output_.empty()) Flush();
  ReadOn();
}

void Connection::SetClosedListener(std::function<void(Connection&)> listener) {
  closed_listener_ = std::move(listener);
}

// ---- reading

bool Connection::MayRead() const {
  return !closed_ && closing_ == Closing::kNo && !output_paused_ &&
         !(protocol_ != nullptr && protocol_->Paused()) && input_.size() < limits_.input_bytes_max;
}

void Connection::OnReadable() {
  if (!MayRead()) return;  // ReadOn() waits again when the bound is gone
  const auto self = shared_from_this();
  const size_t wanted = protocol_ != nullptr ? protocol_->BytesWanted() : 1;
  const size_t bytes =
      stream_->ReadNow(input_.Prepare(loop_.read_buffer(), wanted, limits_.input_bytes_max));
  if (bytes > 0) {
    NoteActivity();
    input_.Commit(bytes);
    Deliver();
  }
  input_.Settle();
  Account();
  ReadOn();
}

void Connection::Account() {
  if (limits_.in_flight == nullptr) return;
  const auto held = closed_ ? 0 : static_cast<int64_t>(input_.size() + output_.owned_bytes());
  if (held != accounted_) limits_.in_flight->Change(held - std::exchange(accounted_, held));
}

bool Connection::WaitsForRoom() {
  if (limits_.in_flight == nullptr) return false;
  if (input_.size() <= kSmallPart) {
    if (std::exchange(has_turn_, false)) limits_.in_flight->EndTurn(this);
    return false;
  }
  if (!limits_.in_flight->over()) return false;
  has_turn_ = limits_.in_flight->TakeTurn(this, loop_.clock().MonotonicMs());
  if (has_turn_) return false;
  if (room_timer_ == TimerId::kNone) {
    room_timer_ = loop_.After(kRoomLookMs, [weak = weak_from_this()] {
      const auto self = weak.lock();
      if (self == nullptr) return;
      self->room_timer_ = TimerId::kNone;
      self->ReadOn();
    });
  }
  return true;
}

// True when it is known who speaks.
bool Connection::Sniff() {
  if (protocol_ != nullptr) return true;
  for (ProtocolFactory* factory : factories_) {
    switch (factory->Sniff(input_.unread())) {
      case ProtocolFactory::Match::kNo:
        break;
      case ProtocolFactory::Match::kNeedMore:
        return false;
      case ProtocolFactory::Match::kYes:
        protocol_ = factory->Create(*this);
        return true;
    }
  }
  Close({ErrorCode::kMalformed, "the first bytes are of no protocol that is served here"});
  return false;
}

void Connection::Deliver() {
  if (!Sniff()) return;
  crowded_ = Crowded();
  delivering_ = true;
  const Result<size_t> consumed = protocol_->OnBytes(input_.unread());
  delivering_ = false;
  if (closed_) return;
  if (!consumed) {
    CloseAfterFlush(consumed.error());
    return;
  }
  input_.Consume(*consumed);
  if (OutputFull()) output_paused_ = true;
  if (!write_blocked_) WriteOut();
}

void Connection::ReadOn() {
  if (closed_ || closing_ != Closing::kNo) return;
  if (protocol_ != nullptr && protocol_->BytesWanted() > limits_.input_bytes_max) {
    CloseAfterFlush(
        {ErrorCode::kMalformed, fmt::format("a request of {} bytes; at most {} are taken",
                                            protocol_->BytesWanted(), limits_.input_bytes_max)});
    return;
  }
  if (MayRead() && !WaitsForRoom()) stream_->WaitReadable();
}

void Connection::Resume() {
  if (closed_ || std::exchange(resume_deferred_, true)) return;
  loop_.Defer([self = shared_from_this()] {
    self->resume_deferred_ = false;
    if (self->closed_ || self->closing_ != Closing::kNo) return;
    if (self->input_.size() > 0 && !self->output_paused_) {
      self->Deliver();
      self->input_.Settle();
      self->Account();
    }
    self->ReadOn();
  });
}

// ---- writing

void Connection::Flush() {
  if (delivering_ || closed_) return;  // OnBytes() is followed by a write anyway
  if (write_blocked_) {
    // The stream says when it takes more. A peer that does not read may never let it.
    if (!ClosedForOutput()) Account();
    return;
  }
  if (std::exchange(flush_deferred_, true)) return;
  loop_.Defer([self = shared_from_this()] {
    self->flush_deferred_ = false;
    if (!self->closed_ && !self->write_blocked_) self->WriteOut();
  });
}

void Connection::OnWritable() {
  write_blocked_ = false;
  if (closed_) return;
  const auto self = shared_from_this();
  WriteOut();
}

void Connection::WriteOut() {
  std::array<ByteView, kGatherMax> views;
  while (!output_.empty()) {
    const auto gathered = std::span(views).first(output_.Gather(views));
    size_t offered = 0;
    for (const ByteView view : gathered) offered += view.size();
    const size_t written = stream_->WriteNow(gathered);
    if (written > 0) {
      NoteActivity();
      output_.Consume(written);
    }
    if (written < offered) {
      write_blocked_ = true;
      stream_->WaitWritable();
      break;
    }
  }
  AfterWrite();
}

bool Connection::ClosedForOutput() {
  if (output_.bytes() <= limits_.output_bytes_max) return false;
  Close({ErrorCode::kOverloaded,
         fmt::format("{} bytes of answers wait for a peer that does not read them; at most {} may",
                     output_.bytes(), limits_.output_bytes_max)});
  return true;
}

void Connection::AfterWrite() {
  if (ClosedForOutput()) return;
  Account();
  if (OutputFull()) output_paused_ = true;
  if (closing_ != Closing::kNo) {
    CloseIfDone();
  } else if (output_paused_ && output_.bytes() <= (Crowded() ? 0 : limits_.output_mark_bytes / 2)) {
    output_paused_ = false;
    Resume();
  }
}

// ---- closing

void Connection::CloseAfterFlush(Error reason) {
  if (closed_ || closing_ == Closing::kWhenWritten) return;
  closing_ = Closing::kWhenWritten;
  reason_ = std::move(reason);
  if (!write_blocked_) WriteOut();
}

void Connection::Drain(Error reason) {
  if (closed_ || closing_ != Closing::kNo) return;
  closing_ = Closing::kWhenIdle;
  reason_ = std::move(reason);
  if (protocol_ != nullptr) protocol_->OnDrain();
  // Even without output this comes to CloseIfDone().
  Flush();
}

void Connection::CloseIfDone() {
  const bool idle = closing_ == Closing::kWhenWritten || protocol_ == nullptr || protocol_->Idle();
  if (idle && output_.empty()) Close(std::move(reason_));
}

void Connection::OnClosed(Error reason) { Close(std::move(reason)); }

void Connection::Close(Error reason) {
  if (std::exchange(closed_, true)) return;
  reason_ = std::move(reason);
  stream_->Close();
  loop_.Cancel(std::exchange(idle_timer_, TimerId::kNone));
  loop_.Cancel(std::exchange(room_timer_, TimerId::kNone));
  if (std::exchange(has_turn_, false)) limits_.in_flight->EndTurn(this);
  // Not from here: the protocol itself may be on the stack.
  loop_.Defer([self = shared_from_this()] {
    self->output_.Clear();
    self->Account();
    if (self->protocol_ != nullptr) self->protocol_->OnClosed(self->reason_);
    if (auto listener = std::exchange(self->closed_listener_, nullptr)) listener(*self);
  });
}

void Connection::WatchIdle(int64_t delay_ms) {
  idle_timer_ = loop_.After(delay_ms, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self == nullptr || self->closed_) return;
    const int64_t timeout_ms = self->limits_.idle_timeout_ms;
    const int64_t idle_ms = self->loop_.clock().MonotonicMs() - self->active_ms_;
    if (idle_ms < timeout_ms) {
      self->WatchIdle(timeout_ms - idle_ms);
      return;
    }
    if (self->output_.empty()) {
      self->Close({ErrorCode::kTimeout, fmt::format("no byte either way for {} ms", timeout_ms)});
      return;
    }
    self->Close({ErrorCode::kOverloaded,
                 fmt::format("{} bytes of answers wait for a peer that has read none for {} ms",
                             self->output_.bytes(), timeout_ms)});
  });
}

}  // namespace pintle::net
