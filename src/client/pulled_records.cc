#include "client/pulled_records.h"

#include <algorithm>

#include "client/message_text.h"
#include "client/sdk_error.h"
#include "model/properties.h"
#include "model/record.h"

namespace pintle::client {

namespace {

bool WantsTag(const model::Subscription& subscription, const model::Record& record) {
  if (subscription.tags.empty()) return true;
  const auto tag = model::FindProperty(record.properties, model::property::kTags);
  return std::ranges::find(subscription.tags, tag.value_or("")) != subscription.tags.end();
}

}  // namespace

int64_t PulledRecord::log_offset() const {
  return LoadBig<int64_t>(bytes.data() + model::kRecordLogOffsetAt);
}

void PulledRecord::Fill(std::string_view broker_name, HostTexts& hosts, MessageView& view) const {
  // ReadRecords() has decoded it before.
  const auto record = model::DecodeRecord(bytes, /*check_crc=*/false);
  PINTLE_CHECK(record.has_value(), "a pulled record of {} bytes is none", bytes.size());
  FillView(*record, inflated == nullptr ? AsText(record->body) : std::string_view(*inflated),
           broker_name, hosts, view);
  view.reconsume_times += delivered_again;
}

Result<std::vector<PulledRecord>> ReadRecords(std::shared_ptr<const remoting::OwnedCommand> answer,
                                              const model::Subscription& subscription) {
  std::vector<PulledRecord> records;
  ByteView body = answer->command.body;
  while (body.size() >= 4) {
    const auto size = LoadBig<int32_t>(body.data());
    if (size <= 0 || static_cast<size_t>(size) > body.size()) break;
    const ByteView bytes = body.first(static_cast<size_t>(size));
    body = body.subspan(bytes.size());
    const auto record = model::DecodeRecord(bytes, /*check_crc=*/true);
    if (!record) return std::unexpected(ToSdkError(record.error()));
    if (!WantsTag(subscription, *record)) continue;
    // Mostly the others are as large as the first.
    if (records.empty()) records.reserve(1 + body.size() / bytes.size());
    PulledRecord& pulled = records.emplace_back();
    pulled.bytes = bytes;
    pulled.queue_offset = record->queue_offset.value();
    pulled.body_bytes = static_cast<uint32_t>(record->body.size());
    if ((record->sys_flag & model::kSysCompressed) == 0) continue;
    auto inflated = DecompressBody(record->body, record->sys_flag);
    if (!inflated) return std::unexpected(inflated.error());
    pulled.body_bytes = static_cast<uint32_t>(inflated->size());
    pulled.inflated = std::make_shared<const std::string>(*std::move(inflated));
  }
  AnswerPin::PinAll(std::move(answer), records);
  return records;
}

}  // namespace pintle::client
