// Breaks a broker on purpose and checks with the ledger that it kept its word.
//
//   faults kill-loop --flush sync|async --rounds N --seed S
//   faults full-disk --folder DIR          DIR: an empty small file system of its own
//   faults power-loss --flush sync|async --rounds N --seed S
//   faults bad-disk --seed S
//   faults ordered-reader NAMESRV TOPIC GROUP      for order-through-kill; no verdict of its own
//
// Prints a line that begins with PASS or FAIL for each thing that was checked; run.sh counts them.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "tests/fault/full_disk.h"
#include "tests/fault/kill_loop.h"
#include "tests/fault/ordered_reader.h"
#include "tests/fault/power_loss.h"

int main(int argc, char** argv) {
  CLI::App app("Breaks a broker on purpose");
  app.require_subcommand(1);
  bool passed = false;

  pintle::testing::KillLoopOptions kill;
  CLI::App* kill_loop = app.add_subcommand("kill-loop", "Load, kill -9, start again, compare");
  kill_loop->add_option("--flush", kill.flush, "sync or async")->capture_default_str();
  kill_loop->add_option("--rounds", kill.rounds, "Kills")->capture_default_str();
  kill_loop->add_option("--seed", kill.seed, "Of the moments")->capture_default_str();
  kill_loop->callback([&] { passed = pintle::testing::RunKillLoop(kill); });

  std::string folder;
  CLI::App* full_disk = app.add_subcommand("full-disk", "Fill the disk, free it, go on");
  full_disk->add_option("--folder", folder, "On a small file system")->required();
  full_disk->callback([&] { passed = pintle::testing::RunFullDisk(folder); });

  pintle::testing::PowerLossOptions power;
  CLI::App* power_loss = app.add_subcommand("power-loss", "Load, power cut, start again, compare");
  power_loss->add_option("--flush", power.flush, "sync or async")->capture_default_str();
  power_loss->add_option("--rounds", power.rounds, "Cuts")->capture_default_str();
  power_loss->add_option("--seed", power.seed, "Of the moments and losses")->capture_default_str();
  power_loss->callback([&] { passed = pintle::testing::RunPowerLoss(power); });

  uint64_t seed = 1;
  CLI::App* bad_disk = app.add_subcommand("bad-disk", "A disk that hangs, and one that fails");
  bad_disk->add_option("--seed", seed, "Of what gets to the disk")->capture_default_str();
  bad_disk->callback([&] { passed = pintle::testing::RunBadDisk(seed); });

  pintle::testing::OrderedReaderOptions reader;
  CLI::App* ordered = app.add_subcommand("ordered-reader", "A consumer in order, to be killed");
  ordered->add_option("namesrv", reader.name_server, "HOST:PORT")->required();
  ordered->add_option("topic", reader.topic, "What to read")->required();
  ordered->add_option("group", reader.group, "Whose member it is")->required();
  ordered->callback([&] { passed = pintle::testing::RunOrderedReader(reader); });

  setvbuf(stdout, nullptr, _IOLBF, 0);
  CLI11_PARSE(app, argc, argv);
  return passed ? 0 : 1;
}
