#include "tests/fault/full_disk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "pintle/producer.h"
#include "tests/fault/ledger.h"
#include "tests/fault/ledger_reader.h"
#include "tests/fault/verdict.h"
#include "tests/system/pintle_process.h"

namespace pintle::testing {

namespace {

constexpr int64_t kResumeLimitMs = 5'000;
constexpr uint64_t kRoomBytes = 24 << 20;  // that the stranger leaves
constexpr char kTopic[] = "full-disk";

class FullDisk {
 public:
  explicit FullDisk(std::string folder) : folder_(std::move(folder)) {}

  bool Run() {
    bool passed = Start() && Stranger() && Messages() && Restart();
    if (!broker_) return Conclude("full-disk/start", folder_, ledger_);
    broker_->Signal(SIGTERM);
    if (const int code = broker_->Wait(); code != 0)
      ledger_.Complain(fmt::format("SIGTERM ended in {}: {}", code, broker_->errors()));
    return Conclude("full-disk/stop", "in order, on a full disk", ledger_) && passed;
  }

 private:
  bool Start() {
    std::vector<std::string> arguments = ServerArguments("start", folder_ + "/data");
    for (const char* setting :
         {"store.segment_bytes=4MiB", "store.queue_file_entries=4096", "store.index_slots=1000",
          "store.index_entries=4000", "store.disk_free_bytes_min=2MiB"})
      arguments.insert(arguments.end(), {"--set", setting});
    broker_.emplace(arguments);
    if (broker_->AwaitReady().empty()) {
      broker_->Wait();
      ledger_.Complain("the broker did not start: " + broker_->errors());
      broker_.reset();
      return false;
    }
    client::ProducerOptions options;
    options.client.name_servers = {broker_->AddressOf("namesrv")};
    options.retries = 0;
    options.default_queues = 2;
    options.compress_from_bytes = 0;
    auto producer = client::Producer::Start(std::move(options));
    if (!producer) {
      ledger_.Complain(producer.error().message);
      return false;
    }
    producer_ = *std::move(producer);
    return true;
  }

  // Sends one message; the refusal, or nothing when it was stored.
  std::optional<client::Error> Send() {
    const uint64_t number = ledger_.Begin(kTopic);
    client::Message message{.topic = kTopic, .body = Ledger::Body(number)};
    const auto sent = producer_->Send(message);
    if (!sent) return sent.error();
    if (sent->status == client::SendStatus::kOk)
      ledger_.Acknowledged(number, {sent->queue.topic, sent->queue.queue_id}, sent->queue_offset);
    return std::nullopt;
  }

  // Sends until the broker refuses; complains unless the refusal says why.
  int64_t SendUntilRefused() {
    for (int64_t stored = 0;; ++stored) {
      const auto refusal = Send();
      if (!refusal) {
        if (stored < 2'000'000) continue;
        ledger_.Complain("the disk never filled up");
        return stored;
      }
      if (refusal->broker_code == 0 || refusal->message.empty())
        ledger_.Complain(fmt::format("on a full disk a send ended in {}: {}",
                                     client::ErrorCodeName(refusal->code), refusal->message));
      reason_ = refusal->message;
      return stored;
    }
  }

  void ReadAll() {
    LedgerReader(ledger_).ReadBack(broker_->AddressOf("namesrv"), LedgerReader::Extent::kAll);
  }

  // A foreign file leaves little room, messages take that; then the file goes away.
  bool Stranger() {
    const std::string file = folder_ + "/stranger";
    std::error_code error;
    const auto space = std::filesystem::space(folder_, error);
    const int fd = open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    const auto wanted = static_cast<off_t>(space.available - kRoomBytes);
    if (space.available <= kRoomBytes || fd < 0 || posix_fallocate(fd, 0, wanted) != 0)
      ledger_.Complain(fmt::format("no file of {} bytes in {}", wanted, folder_));
    const int64_t stored = SendUntilRefused();
    ReadAll();
    close(fd);
    unlink(file.c_str());
    const int64_t resumed_ms = AwaitAcceptance();
    return Conclude("full-disk/stranger",
                    fmt::format("{} stored, then \"{}\"; sends went on {} ms after", stored,
                                reason_, resumed_ms),
                    ledger_);
  }

  // Milliseconds until a send is taken again; complains past the limit.
  int64_t AwaitAcceptance() {
    const auto begin = std::chrono::steady_clock::now();
    for (;;) {
      const auto refusal = Send();
      const int64_t passed_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                                    std::chrono::steady_clock::now() - begin)
                                    .count();
      if (passed_ms > kResumeLimitMs)
        ledger_.Complain(fmt::format("sends are still refused {} ms after the disk was freed: {}",
                                     passed_ms, refusal ? refusal->message : "no longer"));
      if (!refusal || passed_ms > kResumeLimitMs) return passed_ms;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  bool Messages() {
    const int64_t stored = SendUntilRefused();
    ReadAll();
    return Conclude("full-disk/messages",
                    fmt::format("{} more stored, then \"{}\"", stored, reason_), ledger_);
  }

  bool Restart() {
    producer_.reset();
    broker_->Signal(SIGKILL);
    broker_->Wait();
    if (Start()) ReadAll();
    return Conclude("full-disk/restart", "after kill -9 everything is read again", ledger_);
  }

  const std::string folder_;
  Ledger ledger_;
  std::optional<PintleProcess> broker_;
  std::unique_ptr<client::Producer> producer_;
  std::string reason_;
};

}  // namespace

bool RunFullDisk(const std::string& folder) { return FullDisk(folder).Run(); }

}  // namespace pintle::testing
