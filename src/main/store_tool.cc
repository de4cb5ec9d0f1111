#include "main/store_tool.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/file_system.h"
#include "main/store_report.h"
#include "store/tool/record_dump.h"
#include "store/tool/store_inspection.h"
#include "store/tool/store_repair.h"
#include "store/tool/store_verification.h"

namespace pintle::main {
namespace {

// "verify  42 %" on one line of a terminal, which it leaves empty when it ends.
class ProgressLine {
 public:
  ProgressLine() : shown_(isatty(STDERR_FILENO) == 1) {}
  ~ProgressLine() { Clear(); }

  void Show(int64_t done, int64_t total) {
    if (!shown_) return;
    constexpr int kWidth = 40;
    const double part = total == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(total);
    const auto full = static_cast<size_t>(part * kWidth);
    fmt::print(stderr, "\r[{:<{}}] {:3.0f} %", std::string(full, '#'), kWidth, part * 100);
    std::fflush(stderr);
  }
  void Clear() {
    if (!shown_) return;
    fmt::print(stderr, "\r\x1b[K");
    std::fflush(stderr);
  }

 private:
  const bool shown_;
};

int Complain(const Error& error) {
  fmt::print(stderr, "pintle store: {}\n", error.message);
  if (error.code == ErrorCode::kBusy) return cli::kExitInUse;
  return error.code == ErrorCode::kInvalidArgument ? cli::kExitUsage : cli::kExitFailed;
}

int Inspect(const store::StoppedStore& stopped, const cli::StoreArguments& arguments) {
  const auto inspection = store::StoreInspection::Of(stopped);
  if (!inspection) return Complain(inspection.error());
  PrintInspection(*inspection, arguments.json);
  return cli::kExitOk;
}

int Dump(const store::StoppedStore& stopped, const cli::StoreArguments& arguments) {
  store::DumpLimits limits;
  if (arguments.offset) limits.from = model::LogOffset(*arguments.offset);
  limits.count = arguments.count.value_or(-1);
  limits.topic = arguments.topic;
  const Status dumped =
      store::DumpRecords(stopped, limits, [&](const model::Record& record, bool crc_ok) {
        PrintRecord(record, crc_ok, arguments.json);
        return std::ferror(stdout) == 0;
      });
  return dumped ? cli::kExitOk : Complain(dumped.error());
}

void PrintDamage(const store::StoreDamage& damage) {
  fmt::print("damage  {} at {}: {}\n", damage.file, damage.at, damage.what);
}

boost::json::object ReportJson(const store::VerificationReport& report) {
  return {{"records", report.records},
          {"recordBytes", report.record_bytes},
          {"logEnd", report.log_end.value()},
          {"queueEntries", report.queue_entries},
          {"indexEntries", report.index_entries},
          {"expiredEntries", report.expired_entries},
          {"recordsWithoutQueue", report.without_queue},
          {"damages", report.damages}};
}

void PrintReport(const store::VerificationReport& report) {
  fmt::print("{} records ({} bytes, log end {}), {} queue entries, {} index entries\n",
             report.records, report.record_bytes, report.log_end, report.queue_entries,
             report.index_entries);
  if (report.expired_entries > 0)
    fmt::print("{} entries lead below the log's start: not damage\n", report.expired_entries);
  if (report.without_queue > 0)
    fmt::print("{} records of deleted topics: not damage\n", report.without_queue);
  fmt::print("{}\n",
             report.damages == 0 ? "no damage" : fmt::format("{} damaged places", report.damages));
}

int Verify(const store::StoppedStore& stopped, const cli::StoreArguments& arguments) {
  ProgressLine line;
  boost::json::array damages;
  store::VerificationListener listener;
  listener.on_damage = [&](const store::StoreDamage& damage) {
    line.Clear();
    if (arguments.json) {
      damages.push_back(
          boost::json::object{{"file", damage.file}, {"at", damage.at}, {"what", damage.what}});
    } else {
      PrintDamage(damage);
    }
  };
  listener.on_progress = [&line](int64_t done, int64_t total) { line.Show(done, total); };
  const auto report = store::StoreVerification(stopped, listener).Run();
  line.Clear();
  if (!report) return Complain(report.error());
  if (arguments.json) {
    auto out = ReportJson(*report);
    out["damaged"] = std::move(damages);
    fmt::print("{}\n", boost::json::serialize(out));
  } else {
    PrintReport(*report);
  }
  return report->damages == 0 ? cli::kExitOk : cli::kExitFailed;
}

void PrintRepair(const store::RepairReport& report, bool json) {
  if (json) {
    fmt::print("{}\n",
               boost::json::serialize(boost::json::object{{"records", report.records},
                                                          {"queueEntries", report.queue_entries},
                                                          {"queuesKept", report.queues_kept},
                                                          {"indexed", report.indexed},
                                                          {"logDamages", report.log_damages},
                                                          {"tailBytesCut", report.tail_bytes_cut},
                                                          {"logEnd", report.log_end.value()}}));
    return;
  }
  fmt::print("{} records up to {}: {} queue entries made anew, {}, checkpoint written\n",
             report.records, report.log_end, report.queue_entries,
             report.indexed ? "index made anew" : "no index");
  if (report.queues_kept > 0)
    fmt::print("{} queues without a record in the log kept as they were\n", report.queues_kept);
  if (report.log_damages > 0)
    fmt::print("{} damaged places of the log: their messages are lost\n", report.log_damages);
  if (report.tail_bytes_cut > 0)
    fmt::print("torn tail: {} bytes written over with zeros\n", report.tail_bytes_cut);
}

int Repair(const store::StoppedStore& stopped, const cli::StoreArguments& arguments) {
  ProgressLine line;
  store::RepairOptions options;
  options.cut_torn_tail = arguments.cut_torn_tail;
  options.on_progress = [&line](int64_t done, int64_t total) { line.Show(done, total); };
  const SystemClock clock;
  const auto report = store::StoreRepair(stopped, clock, options).Run();
  line.Clear();
  if (!report) return Complain(report.error());
  PrintRepair(*report, arguments.json);
  return cli::kExitOk;
}

}  // namespace

int RunStoreTool(const cli::StoreArguments& arguments) {
  const auto fs = MakePosixFileSystem();
  auto stopped = store::StoppedStore::Open(*fs, arguments.folder);
  if (!stopped) return Complain(stopped.error());
  if (arguments.task == cli::StoreTask::kRepair) {
    const auto moved = store::StoreRepair::PutBack(**stopped);
    if (!moved) return Complain(moved.error());
    if (*moved) {
      stopped->reset();
      stopped = store::StoppedStore::Open(*fs, arguments.folder);
      if (!stopped) return Complain(stopped.error());
    }
  }
  switch (arguments.task) {
    case cli::StoreTask::kInspect:
      return Inspect(**stopped, arguments);
    case cli::StoreTask::kDump:
      return Dump(**stopped, arguments);
    case cli::StoreTask::kVerify:
      return Verify(**stopped, arguments);
    case cli::StoreTask::kRepair:
      return Repair(**stopped, arguments);
  }
  return cli::kExitUsage;
}

}  // namespace pintle::main
