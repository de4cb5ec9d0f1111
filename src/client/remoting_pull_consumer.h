// The pull consumer over remoting.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "client/client_runtime.h"
#include "client/offset_store.h"
#include "client/queue_reader.h"
#include "pintle/pull_consumer.h"

namespace pintle::client {

class RemotingPullConsumer final : public PullConsumer {
 public:
  static Result<std::unique_ptr<PullConsumer>> Start(PullConsumerOptions options);
  ~RemotingPullConsumer() override;

  Result<std::vector<MessageQueue>> Queues(const std::string& topic) override;
  Result<PullBatch> Pull(const MessageQueue& queue, const std::string& expression, int64_t offset,
                         int32_t max, int64_t wait_ms) override;
  Result<PullBatch> PullSql(const MessageQueue& queue, const std::string& expression,
                            int64_t offset, int32_t max, int64_t wait_ms) override;
  Result<std::optional<int64_t>> CommittedOffset(const MessageQueue& queue) override;
  Status CommitOffset(const MessageQueue& queue, int64_t offset) override;
  Result<int64_t> MinOffset(const MessageQueue& queue) override;
  Result<int64_t> MaxOffset(const MessageQueue& queue) override;
  Result<int64_t> OffsetAt(const MessageQueue& queue, int64_t timestamp_ms) override;
  void Shutdown() override;

 private:
  RemotingPullConsumer(const PullConsumerOptions& options, std::unique_ptr<ClientRuntime> runtime);
  Result<PullBatch> PullAs(std::string_view type, const MessageQueue& queue,
                           const std::string& expression, int64_t offset, int32_t max,
                           int64_t wait_ms);

  std::unique_ptr<ClientRuntime> runtime_;
  QueueReader reader_;     // the loop's
  BrokerOffsets offsets_;  // the loop's
  std::atomic<bool> shut_down_{false};
};

}  // namespace pintle::client
