// What a route read costs: kept, and encoded anew after a change.
#include <benchmark/benchmark.h>

#include "base/memory_file_system.h"
#include "namesrv/route_bodies.h"

namespace pintle::namesrv {
namespace {

struct Tables {
  explicit Tables(int64_t topics) {
    Registration registration;
    registration.cluster = "DefaultCluster";
    registration.broker_name = "broker-a";
    registration.address = "10.0.0.1:10911";
    for (int64_t i = 0; i < topics; ++i) {
      registration.topics.emplace_back();
      registration.topics.back().name = "topic-" + std::to_string(i);
    }
    (void)routes.Register(registration, {}, 0);
  }

  MemoryFileSystem fs{{.track_crashes = false}};
  RouteTable routes;
  std::unique_ptr<KvConfig> kv = *KvConfig::Open(fs, "/kvConfig.json");
  Settings settings{SettingValues{}};
  RouteBodies bodies{routes, *kv, settings, 64 << 20};
};

void BM_RouteKept(benchmark::State& state) {
  Tables tables(state.range(0));
  for (auto _ : state)
    benchmark::DoNotOptimize(tables.bodies.Find("topic-7", remoting::JsonStyle::kStandard));
}
BENCHMARK(BM_RouteKept)->Arg(10)->Arg(10'000);

void BM_RouteAfterAChange(benchmark::State& state) {
  Tables tables(state.range(0));
  for (auto _ : state) {
    tables.routes.DeleteTopic("topic-9");
    (void)tables.routes.RegisterTopic("topic-9", {{.broker_name = "broker-a"}});
    benchmark::DoNotOptimize(tables.bodies.Find("topic-7", remoting::JsonStyle::kStandard));
  }
}
BENCHMARK(BM_RouteAfterAChange)->Arg(10)->Arg(10'000);

void BM_NearestOfAnUnknownTopic(benchmark::State& state) {
  Tables tables(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(tables.routes.Nearest("topci-7", 3));
}
BENCHMARK(BM_NearestOfAnUnknownTopic)->Arg(10)->Arg(10'000);

}  // namespace
}  // namespace pintle::namesrv
