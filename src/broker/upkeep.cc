#include "broker/upkeep.h"

#include <utility>

namespace pintle::broker {

void Upkeep::Every(int64_t interval_ms, std::function<void()> work) {
  jobs_.push_back(std::make_unique<Job>(Job{interval_ms, std::move(work)}));
}

void Upkeep::Start() {
  running_ = true;
  for (const auto& job : jobs_) Arm(*job);
}

void Upkeep::Stop() {
  running_ = false;
  for (const auto& job : jobs_) loop_.Cancel(job->timer);
}

void Upkeep::Arm(Job& job) {
  job.timer = loop_.After(job.interval_ms, [this, &job] {
    if (!running_) return;
    job.work();
    Arm(job);
  });
}

}  // namespace pintle::broker
