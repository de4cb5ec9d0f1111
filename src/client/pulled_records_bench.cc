// What a message that was pulled costs until the listener sees it.
#include <benchmark/benchmark.h>

#include <string>

#include "base/crc32.h"
#include "client/pulled_records.h"
#include "model/record.h"

namespace pintle::client {
namespace {

constexpr int kRecords = 32;  // of a pull

std::shared_ptr<const remoting::OwnedCommand> MakeAnswer() {
  const std::string body(128, 'x');
  auto answer = std::make_shared<remoting::OwnedCommand>();
  for (int i = 0; i < kRecords; ++i) {
    const std::string properties = "UNIQ_KEY\0017F00000100002A9F3B4C00000000010" +
                                   std::to_string(i % 10) + "\2WAIT\1true\2CLUSTER\1Default\2";
    model::RecordParts parts;
    parts.topic = "orders";
    parts.born_host = {.address = {10, 0, 200, 1}, .address_size = 4, .port = 40123};
    parts.store_host = {.address = {127, 0, 0, 1}, .address_size = 4, .port = 10911};
    parts.body = AsBytes(body);
    parts.body_crc = MessageCrc32(parts.body);
    parts.properties[0] = properties;
    std::string record(static_cast<size_t>(model::RecordSize(parts).value()), '\0');
    model::EncodeRecord(parts, model::QueueOffset(i), model::LogOffset(1000 * i), 8,
                        std::as_writable_bytes(std::span(record)));
    answer->frame += record;
  }
  answer->command.body = AsBytes(answer->frame);
  return answer;
}

void BM_ReadRecords(benchmark::State& state) {
  const auto answer = MakeAnswer();
  const auto wanted = model::Subscription::Parse("orders", "*", model::kExpressionTag, 1).value();
  for (auto _ : state) benchmark::DoNotOptimize(ReadRecords(answer, wanted));
  state.SetItemsProcessed(state.iterations() * kRecords);
}
BENCHMARK(BM_ReadRecords);

void BM_FillViews(benchmark::State& state) {
  const auto wanted = model::Subscription::Parse("orders", "*", model::kExpressionTag, 1).value();
  const auto records = ReadRecords(MakeAnswer(), wanted).value();
  MessageView view;
  HostTexts hosts;
  for (auto _ : state) {
    for (const PulledRecord& record : records) record.Fill("broker-a", hosts, view);
    benchmark::DoNotOptimize(view);
  }
  state.SetItemsProcessed(state.iterations() * kRecords);
}
BENCHMARK(BM_FillViews);

}  // namespace
}  // namespace pintle::client
