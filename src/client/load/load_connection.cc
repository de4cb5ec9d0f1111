#include "client/load/load_connection.h"

#include <algorithm>

#include "model/record.h"
#include "remoting/codes.h"
#include "remoting/command.h"

namespace pintle::client {

namespace {

constexpr size_t kOpenLoopSlotsMax = 100'000;

// Hands every whole frame at the front of `in` to `take`; returns what was consumed and leaves in
// `wanted` how many bytes the next frame needs.
template <typename Take>
pintle::Result<size_t> ForEachFrame(ByteView in, size_t& wanted, Take&& take) {
  size_t consumed = 0;
  wanted = remoting::kFrameHeadSize;
  while (in.size() - consumed >= remoting::kFrameHeadSize) {
    const ByteView rest = in.subspan(consumed);
    PINTLE_ASSIGN(const auto head,
                  remoting::DecodeFrameHead(rest.first<remoting::kFrameHeadSize>()));
    wanted = head.frame_bytes();
    if (rest.size() < wanted) break;
    take(rest.first(wanted));
    consumed += wanted;
    wanted = remoting::kFrameHeadSize;
  }
  return consumed;
}

}  // namespace

ProducerProtocol::ProducerProtocol(net::Connection& connection, const LoadOptions& options,
                                   const std::vector<SendTemplate>& templates, LoadCounts& counts,
                                   const Clock& clock)
    : connection_(connection),
      options_(options),
      templates_(templates),
      counts_(counts),
      clock_(clock),
      turn_(connection.id()) {}

void ProducerProtocol::StartClosedLoop() {
  sent_ns_.resize(static_cast<size_t>(options_.in_flight));
  const int64_t now_ns = clock_.MonotonicNs();
  const int64_t born_ms = clock_.WallMs();
  for (int32_t slot = 0; slot < options_.in_flight; ++slot) Send(slot, now_ns, born_ms);
  connection_.Flush();
}

bool ProducerProtocol::SendDue(int64_t due_ns) {
  if (free_slots_.empty()) {
    if (sent_ns_.size() >= kOpenLoopSlotsMax) return false;
    free_slots_.push_back(static_cast<int32_t>(sent_ns_.size()));
    sent_ns_.push_back(0);
  }
  const int32_t slot = free_slots_.back();
  free_slots_.pop_back();
  Send(slot, due_ns, clock_.WallMs());
  connection_.Flush();
  return true;
}

void ProducerProtocol::Send(int32_t slot, int64_t sent_ns, int64_t born_ms) {
  const SendTemplate& next = templates_[turn_++ % templates_.size()];
  next.Write(connection_.output().Reserve(next.size()).data(), slot, counts_.serial, born_ms,
             sent_ns);
  counts_.serial += static_cast<uint64_t>(options_.batch);
  sent_ns_[static_cast<size_t>(slot)] = sent_ns;
}

pintle::Result<size_t> ProducerProtocol::OnBytes(ByteView in) {
  const int64_t now_ns = clock_.MonotonicNs();
  return ForEachFrame(in, wanted_, [&](ByteView frame) {
    if (const auto answer = ScanAnswer(frame, /*with_offset=*/false)) Take(*answer, now_ns);
  });
}

void ProducerProtocol::Take(const ScannedAnswer& answer, int64_t now_ns) {
  if (answer.slot < 0 || static_cast<size_t>(answer.slot) >= sent_ns_.size()) return;
  const int64_t sent_ns = sent_ns_[static_cast<size_t>(answer.slot)];
  if (answer.code == 0) {
    counts_.produced.fetch_add(options_.batch, std::memory_order_relaxed);
    if (counts_.InWindow(now_ns)) {
      counts_.report.produced += options_.batch;
      counts_.report.produced_bytes += options_.batch * static_cast<int64_t>(options_.body_bytes);
      counts_.report.send_latency_ns.Record(now_ns - sent_ns);
    }
  } else if (counts_.InWindow(now_ns)) {
    ++counts_.report.errors[answer.code];
  }
  if (counts_.stopping) return;
  if (options_.rate > 0) {
    free_slots_.push_back(answer.slot);
  } else {
    Send(answer.slot, now_ns, clock_.WallMs());
  }
}

void ProducerProtocol::OnClosed(const pintle::Error&) {
  if (!counts_.stopping) ++counts_.report.broken_connections;
}

ConsumerProtocol::ConsumerProtocol(net::Connection& connection, const LoadOptions& options,
                                   std::vector<Queue> queues, LoadCounts& counts,
                                   const Clock& clock)
    : connection_(connection),
      options_(options),
      queues_(std::move(queues)),
      counts_(counts),
      clock_(clock),
      open_(queues_.size()) {}

void ConsumerProtocol::Start() {
  for (size_t slot = 0; slot < queues_.size(); ++slot) Pull(static_cast<int32_t>(slot));
  connection_.Flush();
}

void ConsumerProtocol::Pull(int32_t slot) {
  const Queue& queue = queues_[static_cast<size_t>(slot)];
  queue.pull->Write(connection_.output().Reserve(queue.pull->size()).data(), slot, queue.offset);
}

pintle::Result<size_t> ConsumerProtocol::OnBytes(ByteView in) {
  const int64_t now_ns = clock_.MonotonicNs();
  return ForEachFrame(in, wanted_, [&](ByteView frame) {
    if (const auto answer = ScanAnswer(frame, /*with_offset=*/true)) Take(*answer, now_ns);
  });
}

void ConsumerProtocol::Take(const ScannedAnswer& answer, int64_t now_ns) {
  if (answer.slot < 0 || static_cast<size_t>(answer.slot) >= queues_.size()) return;
  Queue& queue = queues_[static_cast<size_t>(answer.slot)];
  const bool in_window = counts_.InWindow(now_ns);
  switch (static_cast<remoting::ResponseCode>(answer.code)) {
    case remoting::ResponseCode::kSuccess: {
      const int64_t records = ForEachStamp(answer.body, [&](int64_t sent_ns) {
        if (in_window && options_.producer_connections > 0 && sent_ns > 0)
          counts_.report.delivery_latency_ns.Record(now_ns - sent_ns);
      });
      counts_.consumed.fetch_add(records, std::memory_order_relaxed);
      counts_.last_consumed_ns = now_ns;
      if (in_window) {
        counts_.report.consumed += records;
        counts_.report.consumed_bytes += static_cast<int64_t>(answer.body.size());
      }
      break;
    }
    case remoting::ResponseCode::kPullNotFound:
      if (options_.repeat) {
        queue.offset = queue.start;
        if (!counts_.stopping) Pull(answer.slot);
        return;
      }
      if (!options_.hold && !queue.ended) {
        queue.ended = true;
        --open_;
        return;
      }
      break;
    case remoting::ResponseCode::kPullRetryImmediately:
    case remoting::ResponseCode::kPullOffsetMoved:
      break;
    default:
      if (in_window) ++counts_.report.errors[answer.code];
  }
  if (answer.next_offset) {
    if (in_window)
      counts_.report.passed += std::max<int64_t>(*answer.next_offset - queue.offset, 0);
    queue.offset = *answer.next_offset;
  }
  if (!counts_.stopping) Pull(answer.slot);
}

void ConsumerProtocol::OnClosed(const pintle::Error&) {
  if (!counts_.stopping) ++counts_.report.broken_connections;
}

}  // namespace pintle::client
