#include "client/spool_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/log.h"
#include "client/sdk_error.h"

namespace pintle::client {

namespace {

constexpr int64_t kSegmentBytesMax = int64_t{16} << 20;
constexpr int64_t kSegmentBytesMin = int64_t{64} << 10;
constexpr std::string_view kExpressionFile = "expression";

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

// As in a URL, so that any name is the name of a file.
std::string Escape(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (IsPlain(c)) {
      out.push_back(c);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::optional<std::string> Unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    unsigned value = 0;
    if (i + 3 > text.size()) return {};
    const char* begin = text.data() + i + 1;
    const auto [end, error] = std::from_chars(begin, begin + 2, value, 16);
    if (error != std::errc() || end != begin + 2) return {};
    out.push_back(static_cast<char>(value));
    i += 2;
  }
  return out;
}

std::string FolderName(const MessageQueue& queue) {
  return fmt::format("{}@{}@{}", Escape(queue.topic), Escape(queue.broker_name), queue.queue_id);
}

std::optional<MessageQueue> QueueOfName(std::string_view name) {
  const size_t first = name.find('@');
  const size_t last = name.rfind('@');
  if (first == std::string_view::npos || first == last) return {};
  const auto topic = Unescape(name.substr(0, first));
  const auto broker = Unescape(name.substr(first + 1, last - first - 1));
  int32_t id = -1;
  const auto [end, error] = std::from_chars(name.data() + last + 1, name.data() + name.size(), id);
  if (!topic || !broker || error != std::errc() || end != name.data() + name.size()) return {};
  return MessageQueue{*topic, *broker, id};
}

std::unexpected<Error> FolderError(const pintle::Error& error) {
  return SdkFail(ErrorCode::kIo, fmt::format("spool_folder: {}", error.message));
}

}  // namespace

Result<std::unique_ptr<SpoolFolder>> SpoolFolder::Open(std::unique_ptr<FileSystem> fs,
                                                       std::string folder, int64_t bytes_max) {
  std::unique_ptr<SpoolFolder> spools(new SpoolFolder(std::move(fs), std::move(folder), bytes_max));
  if (auto made = spools->fs_->CreateDirectories(spools->folder_); !made)
    return FolderError(made.error());
  auto lock = spools->fs_->Lock(JoinPath(spools->folder_, "lock"));
  if (!lock && lock.error().code == pintle::ErrorCode::kBusy)
    return SdkFail(ErrorCode::kInvalidArgument,
                   fmt::format("spool_folder {} is another consumer's: {}", spools->folder_,
                               lock.error().message));
  if (!lock) return FolderError(lock.error());
  spools->lock_ = *std::move(lock);
  return spools;
}

Result<std::unique_ptr<FetchedQueue>> SpoolFolder::OpenQueue(const MessageQueue& queue,
                                                             const std::string& expression,
                                                             int64_t offset) {
  const std::string folder = JoinPath(folder_, FolderName(queue));
  const int64_t segment_bytes =
      std::clamp(space_.bytes_max / 16, kSegmentBytesMin, kSegmentBytesMax);
  auto spool = Spool::Open(*fs_, folder, space_, segment_bytes);
  if (!spool) return std::unexpected(spool.error());
  const std::string expression_file = JoinPath(folder, kExpressionFile);
  const auto asked = ReadWholeFile(*fs_, expression_file);
  if (!asked || *asked != expression) {
    if (auto cleared = (*spool)->Clear(); !cleared) return std::unexpected(cleared.error());
    auto kept = WriteFileAtomically(*fs_, expression_file, expression, /*keep_backup=*/false);
    if (!kept) return FolderError(kept.error());
  }
  auto fetched = std::make_unique<SpoolQueue>(*std::move(spool), space_, queue.broker_name, offset);
  if (auto moved = fetched->MoveTo(offset); !moved) return std::unexpected(moved.error());
  return fetched;
}

Result<std::vector<MessageQueue>> SpoolFolder::Queues(const std::string& topic) {
  auto entries = fs_->List(folder_);
  if (!entries) return FolderError(entries.error());
  std::vector<MessageQueue> queues;
  for (const DirEntry& entry : *entries) {
    const auto queue = entry.is_directory ? QueueOfName(entry.name) : std::nullopt;
    if (queue && queue->topic == topic) queues.push_back(*queue);
  }
  std::ranges::sort(queues);
  return queues;
}

Status SpoolQueue::Add(std::vector<MessageView> messages, int64_t next) {
  if (auto added = spool_->Append(this->next(), messages, next); !added) return added;
  // Messages that nobody wants are passed as soon as nothing stands before them.
  if (spool_->empty()) position_ = std::max(position_, next);
  return {};
}

Result<std::vector<MessageView>> SpoolQueue::Take(size_t max) {
  auto batch = spool_->Read(position_, max, broker_name_);
  if (!batch) return std::unexpected(batch.error());
  position_ = batch->next;
  return std::move(batch->messages);
}

Status SpoolQueue::MoveTo(int64_t offset) {
  const bool held = !spool_->empty() && spool_->begin() <= offset && offset <= spool_->end();
  if (!held) {
    if (auto cleared = spool_->Clear(); !cleared) return cleared;
  }
  position_ = offset;
  return {};
}

void SpoolQueue::Committed(int64_t offset) {
  // What is behind the position may still be read, whatever somebody commits.
  if (auto forgotten = spool_->Forget(std::min(offset, position_)); !forgotten)
    PINTLE_LOG(kWarn, "{}", forgotten.error().message);
}

net::Task<Result<std::optional<int64_t>>> SpooledOffsets::Read(MessageQueue queue) {
  const auto here = co_await here_->Read(queue);
  if (!here) co_return std::unexpected(here.error());
  const auto there = co_await broker_->Read(queue);
  if (!there && !*here) co_return std::unexpected(there.error());
  if (!there || !*there) co_return *here;
  if (!*here) co_return *there;
  co_return std::optional<int64_t>(std::max(**here, **there));
}

net::Task<Status> SpooledOffsets::Write(MessageQueue queue, int64_t offset, bool wait) {
  const Status kept = co_await here_->Write(queue, offset, wait);
  if (!kept) co_return kept;
  co_return co_await broker_->Write(queue, offset, wait);
}

}  // namespace pintle::client
