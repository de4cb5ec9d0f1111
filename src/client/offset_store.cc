#include "client/offset_store.h"

#include <sstream>
#include <utility>

#include "remoting/protocol/query_consumer_offset.h"
#include "remoting/protocol/update_consumer_offset.h"

namespace pintle::client {

net::Task<Result<std::optional<int64_t>>> BrokerOffsets::Read(MessageQueue queue) {
  remoting::QueryConsumerOffsetRequest committed;
  committed.consumer_group = group_;
  committed.topic = queue.topic;
  committed.queue_id = queue.queue_id;
  if (absent_ == NoOffset::kNone) committed.set_zero_if_not_found = false;
  auto address = co_await runtime_.FindAddress(queue.topic, queue.broker_name, /*any_member=*/true);
  if (!address) co_return std::unexpected(address.error());
  auto request = MakeRequest(remoting::request_code::kQueryConsumerOffset, committed);
  auto answer =
      co_await runtime_.Call(*address, std::move(request), runtime_.options().request_timeout_ms);
  if (!answer) co_return std::unexpected(answer.error());
  const auto code = static_cast<remoting::ResponseCode>((*answer)->command.head.code);
  if (code == remoting::ResponseCode::kQueryNotFound) co_return std::optional<int64_t>();
  if (code != remoting::ResponseCode::kSuccess)
    co_return std::unexpected(RefusedBy((*answer)->command));
  remoting::QueryConsumerOffsetResponse fields;
  if (auto read = remoting::DecodeFields((*answer)->command, fields); !read)
    co_return std::unexpected(ToSdkError(read.error()));
  co_return std::optional<int64_t>(fields.offset);
}

net::Task<Status> BrokerOffsets::Write(MessageQueue queue, int64_t offset, bool wait) {
  const remoting::UpdateConsumerOffsetRequest fields{.consumer_group = group_,
                                                     .topic = queue.topic,
                                                     .queue_id = queue.queue_id,
                                                     .commit_offset = offset};
  const auto address =
      co_await runtime_.FindAddress(queue.topic, queue.broker_name, /*any_member=*/false);
  if (!address) co_return std::unexpected(address.error());
  auto request = MakeRequest(remoting::request_code::kUpdateConsumerOffset, fields);
  const int64_t timeout_ms = runtime_.options().request_timeout_ms;
  if (wait) {
    auto answer = co_await runtime_.CallOk(*address, std::move(request), timeout_ms);
    if (!answer) co_return std::unexpected(answer.error());
    co_return Status();
  }
  auto sent = co_await runtime_.remoting().SendOneway(*address, std::move(request), timeout_ms);
  if (!sent) co_return std::unexpected(ToSdkError(sent.error()));
  co_return Status();
}

Result<std::unique_ptr<OffsetStore>> FileOffsets::Open(std::string path) {
  std::unique_ptr<FileOffsets> offsets(new FileOffsets(std::move(path)));
  if (auto loaded = offsets->Load(); !loaded) return std::unexpected(loaded.error());
  return offsets;
}

Status FileOffsets::Load() {
  auto text = ReadWholeFile(*fs_, path_);
  if (!text && text.error().code == pintle::ErrorCode::kNotFound) return {};
  if (!text) return SdkFail(ErrorCode::kIo, text.error().message);
  std::istringstream lines(*text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::istringstream words(line);
    MessageQueue queue;
    int64_t offset = -1;
    std::string rest;
    if (!(words >> queue.topic >> queue.broker_name >> queue.queue_id >> offset) || offset < 0 ||
        (words >> rest)) {
      return SdkFail(ErrorCode::kInvalidArgument,
                     fmt::format("{} line {} is not \"topic broker queue offset\": name another "
                                 "offset_file, or remove this one to begin anew",
                                 path_, number));
    }
    offsets_[queue] = offset;
  }
  return {};
}

net::Task<Result<std::optional<int64_t>>> FileOffsets::Read(MessageQueue queue) {
  const auto found = offsets_.find(queue);
  if (found == offsets_.end()) co_return std::optional<int64_t>();
  co_return std::optional<int64_t>(found->second);
}

net::Task<Status> FileOffsets::Write(MessageQueue queue, int64_t offset, bool) {
  int64_t& kept = offsets_[queue];
  changed_ = changed_ || kept != offset;
  kept = offset;
  co_return Status();
}

Status FileOffsets::Flush() {
  if (!changed_) return {};
  std::string text;
  for (const auto& [queue, offset] : offsets_)
    text += fmt::format("{} {} {} {}\n", queue.topic, queue.broker_name, queue.queue_id, offset);
  if (auto written = WriteFileAtomically(*fs_, path_, text, /*keep_backup=*/false); !written)
    return SdkFail(ErrorCode::kIo, written.error().message);
  changed_ = false;
  return {};
}

Result<std::unique_ptr<OffsetStore>> OpenOffsets(OffsetStorage storage, const std::string& file,
                                                 ClientRuntime& runtime, const std::string& group,
                                                 NoOffset absent) {
  if ((storage == OffsetStorage::kFile) == file.empty())
    return SdkFail(ErrorCode::kInvalidArgument,
                   "offset_file goes together with offsets = kFile: set both or neither");
  switch (storage) {
    case OffsetStorage::kBroker:
      return std::make_unique<BrokerOffsets>(runtime, group, absent);
    case OffsetStorage::kFile:
      return FileOffsets::Open(file);
    case OffsetStorage::kNowhere:
      return std::make_unique<NoOffsets>();
  }
  return SdkFail(ErrorCode::kInvalidArgument, "offsets is none of OffsetStorage");
}

}  // namespace pintle::client
