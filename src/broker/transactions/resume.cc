// Transactions that are asked about anew because somebody wants it.

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "broker/broker.h"
#include "broker/ops/send_target.h"
#include "broker/transactions/transactions.h"

namespace pintle::broker {

Outcome<void> Transactions::Resume(model::LogOffset offset) {
  if (broker_.stopping()) {
    return Refuse(RefusalCode::kUnavailable,
                  "service not available now: the broker is shutting down");
  }
  if (const auto aside = log_.ReadDiscarded(offset)) {
    if (log_.HasLaterHalf(aside->record))
      return Refuse(RefusalCode::kInternal, "the half message is or was asked about again already");
    return AskAnew(aside->record);
  }
  const auto half = log_.Read(offset);
  if (!half) return Refuse(RefusalCode::kInternal, "no half message is at {}", offset);
  {
    MutexLock lock(mutex_);
    const auto current = undecided_.Current(half->record.queue_offset.value());
    if (!current) return Refuse(RefusalCode::kInternal, "the half message is decided already");
    const Undecided::Half known = *undecided_.Find(*current);
    undecided_.Move(*current, *current, known.log_offset, /*checks=*/0,
                    DueIn(broker_.options().transaction_timeout_ms));
  }
  loop_.Post([this] { Arm(); });
  return {};
}

// A half of its own: the one that was put aside is decided.
Outcome<void> Transactions::AskAnew(const model::Record& half) {
  const HalfProperties properties = HalfProperties::Scan(half.properties);
  {
    MutexLock lock(mutex_);
    const auto appended = log_.AppendCopy(half, CopyText(half.properties, /*checks=*/0));
    if (!appended) return std::unexpected(StoreRefusal(broker_, appended.error()));
    half_end_ = std::max(half_end_, appended->queue_offset.value() + 1);
    Undecided::Half anew;
    anew.log_offset = appended->offset;
    anew.stored_ms = appended->store_timestamp;
    anew.due_ms = DueIn(broker_.options().transaction_timeout_ms);
    undecided_.Add(appended->queue_offset.value(), std::move(anew));
  }
  PINTLE_LOG(kInfo, "broker: producers of group {} are asked again about message {} of topic {}",
             properties.group, properties.uniq_key, properties.real_topic);
  loop_.Post([this] { Arm(); });
  return {};
}

}  // namespace pintle::broker
