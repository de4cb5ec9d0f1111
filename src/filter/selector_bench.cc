// What one message costs a SQL92 subscription.
#include <benchmark/benchmark.h>

#include <string>

#include "filter/selector.h"

namespace {

const std::string kProperties =
    "KEYS\1order-1\2UNIQ_KEY\0017F00000100002A9F3B4C0000000001\2region\1EU\2price\00118\2"
    "WAIT\1true\2TAGS\1TagA\2CLUSTER\1DefaultCluster\2";

void BM_Selector(benchmark::State& state, std::string_view expression) {
  const auto selector = pintle::filter::Selector::Compile(expression);
  for (auto _ : state) benchmark::DoNotOptimize((*selector)->Matches(kProperties));
}
BENCHMARK_CAPTURE(BM_Selector, Number, "price > 10");
BENCHMARK_CAPTURE(BM_Selector, Row,
                  "price BETWEEN 10 AND 29 AND region = 'EU' AND price IS NOT NULL");
BENCHMARK_CAPTURE(BM_Selector, Several,
                  "(TAGS IS NOT NULL AND TAGS IN ('TagA', 'TagB')) AND price BETWEEN 0 AND 30");

void BM_Compile(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(pintle::filter::Selector::Compile("a > 5 AND b IN ('x', 'y')"));
}
BENCHMARK(BM_Compile);

}  // namespace
