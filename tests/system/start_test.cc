// Starting, stopping and starting again, as an operator does it.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <thread>

#include "admin/cluster_admin.h"
#include "tests/system/pintle_process.h"

namespace pintle::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

TEST(StartTest, SaysWhereItIsAndEndsWithZeroOnSigterm) {
  const TemporaryFolder folder;
  PintleProcess pintle(ServerArguments("start", folder.path()));
  EXPECT_THAT(pintle.AwaitReady(),
              MatchesRegex("ready namesrv=127.0.0.1:[0-9]+ broker=127.0.0.1:[0-9]+ in [0-9]+ ms"));
  EXPECT_THAT(pintle.output(), HasSubstr(folder.path()));
  pintle.Signal(SIGTERM);
  EXPECT_EQ(pintle.Wait(), 0) << pintle.errors();
  EXPECT_THAT(pintle.output(), HasSubstr("pintle topic create"));
}

TEST(StartTest, RunsTheRolesApart) {
  const TemporaryFolder folder;
  PintleProcess namesrv(ServerArguments("namesrv", folder.path()));
  EXPECT_THAT(namesrv.AwaitReady(), MatchesRegex("ready namesrv=127.0.0.1:[0-9]+ in [0-9]+ ms"));
  std::vector<std::string> arguments = ServerArguments("broker", folder.path());
  arguments.insert(arguments.end(), {"--set", "broker.namesrv=" + namesrv.AddressOf("namesrv")});
  PintleProcess broker(arguments);
  EXPECT_THAT(broker.AwaitReady(), MatchesRegex("ready broker=127.0.0.1:[0-9]+ in [0-9]+ ms"));
  for (PintleProcess* process : {&broker, &namesrv}) {
    process->Signal(SIGINT);
    EXPECT_EQ(process->Wait(), 0) << process->errors();
  }
}

// Whoever waits for `ready` may send at once.
TEST(StartTest, IsReadyWhenTheNameServerKnowsTheBroker) {
  const TemporaryFolder folder;
  PintleProcess namesrv(ServerArguments("namesrv", folder.path()));
  ASSERT_NE(namesrv.AwaitReady(), "");
  client::ClientOptions client;
  client.name_servers = {namesrv.AddressOf("namesrv")};
  for (int round = 0; round < 5; ++round) {
    auto arguments = ServerArguments("broker", folder.path() + fmt::format("/{}", round));
    arguments.insert(arguments.end(), {"--set", "broker.namesrv=" + client.name_servers.front(),
                                       "--set", fmt::format("broker.name=b{}", round)});
    PintleProcess broker(arguments);
    ASSERT_NE(broker.AwaitReady(), "");
    EXPECT_THAT(broker.output(), Not(HasSubstr("does not know")));
    const auto brokers = (*admin::ClusterAdmin::Connect(client))->Brokers();
    ASSERT_TRUE(brokers);
    EXPECT_TRUE(std::ranges::any_of(*brokers, [&](const admin::BrokerStatus& status) {
      return status.broker_name == fmt::format("b{}", round);
    })) << round;
  }
}

// One that nobody listens at, and one that never answers.
TEST(StartTest, IsReadyWithoutNameServersAndNamesThem) {
  const TemporaryFolder folder;
  const int silent = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(at);
  ASSERT_EQ(bind(silent, reinterpret_cast<sockaddr*>(&at), size), 0);
  ASSERT_EQ(listen(silent, 16), 0);
  ASSERT_EQ(getsockname(silent, reinterpret_cast<sockaddr*>(&at), &size), 0);
  const std::string address = fmt::format("127.0.0.1:{}", ntohs(at.sin_port));
  std::vector<std::string> arguments = ServerArguments("broker", folder.path());
  arguments.insert(arguments.end(), {"--set", "broker.namesrv=127.0.0.1:1;" + address});
  PintleProcess broker(arguments);
  EXPECT_NE(broker.AwaitReady(), "");
  for (const std::string& missing : {std::string("127.0.0.1:1"), address})
    EXPECT_THAT(broker.output(),
                HasSubstr("The name server " + missing + " does not know the broker"));
  broker.Signal(SIGTERM);
  EXPECT_EQ(broker.Wait(), 0) << broker.errors();
  close(silent);
}

TEST(StartTest, RefusesADataDirectoryThatIsInUseAndNamesTheHolder) {
  const TemporaryFolder folder;
  PintleProcess first(ServerArguments("start", folder.path()));
  ASSERT_NE(first.AwaitReady(), "");
  for (const char* command : {"start", "namesrv", "broker"}) {
    PintleProcess second(ServerArguments(command, folder.path()));
    EXPECT_EQ(second.AwaitReady(), "");
    EXPECT_EQ(second.Wait(), 3) << command;
    EXPECT_THAT(second.errors(), HasSubstr("in use"));
    EXPECT_THAT(second.errors(), HasSubstr(std::to_string(first.pid())));
    EXPECT_THAT(second.errors(), HasSubstr("--data-dir"));
  }
}

TEST(StartTest, RefusesAnAddressThatIsInUse) {
  const TemporaryFolder folder;
  const TemporaryFolder other;
  PintleProcess first(ServerArguments("namesrv", folder.path()));
  ASSERT_NE(first.AwaitReady(), "");
  PintleProcess second({"namesrv", "--data-dir", other.path(), "--set",
                        "namesrv.listen=" + first.AddressOf("namesrv")});
  EXPECT_EQ(second.Wait(), 3);
  EXPECT_THAT(second.errors(), HasSubstr(first.AddressOf("namesrv")));
  EXPECT_THAT(second.errors(), HasSubstr("--set namesrv.listen=HOST:PORT"));
}

TEST(StartTest, StartsAgainAfterAKill) {
  const TemporaryFolder folder;
  for (int round = 0; round < 3; ++round) {
    PintleProcess pintle(ServerArguments("start", folder.path()));
    ASSERT_NE(pintle.AwaitReady(), "") << round;
    pintle.Signal(SIGKILL);
    EXPECT_EQ(pintle.Wait(), -SIGKILL);
  }
  PintleProcess last(ServerArguments("start", folder.path()));
  ASSERT_NE(last.AwaitReady(), "");
  last.Signal(SIGTERM);
  EXPECT_EQ(last.Wait(), 0);
}

TEST(StartTest, KeepsAcknowledgedMessagesThroughAKill) {
  const TemporaryFolder folder;
  const auto run = [](std::vector<std::string> arguments) {
    PintleProcess tool(std::move(arguments));
    EXPECT_EQ(tool.Wait(), 0) << tool.errors();
    return tool.output();
  };
  {
    PintleProcess pintle(ServerArguments("start", folder.path()));
    ASSERT_NE(pintle.AwaitReady(), "");
    const std::string namesrv = pintle.AddressOf("namesrv");
    for (const char* body : {"one", "two", "three"})
      run({"produce", "kept", "--body", body, "--namesrv", namesrv});
    pintle.Signal(SIGKILL);
    EXPECT_EQ(pintle.Wait(), -SIGKILL);
  }
  PintleProcess pintle(ServerArguments("start", folder.path()));
  ASSERT_NE(pintle.AwaitReady(), "");
  const std::string output = run({"consume", "kept", "--group", "readers", "--from-beginning",
                                  "--count", "3", "--namesrv", pintle.AddressOf("namesrv")});
  for (const char* body : {"one\n", "two\n", "three\n"}) EXPECT_THAT(output, HasSubstr(body));
}

TEST(StartTest, RefusesAWrongConfigurationWithTwo) {
  const TemporaryFolder folder;
  PintleProcess typo({"start", "--data-dir", folder.path(), "--set", "broker.listten=127.0.0.1:0"});
  EXPECT_EQ(typo.Wait(), 2);
  EXPECT_THAT(typo.errors(), HasSubstr("did you mean \"broker.listen\"?"));

  PintleProcess unknown({"strat"});
  EXPECT_EQ(unknown.Wait(), 2);
}

TEST(StartTest, ReadsRocketMqsConfiguration) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/broker.conf";
  std::ofstream(path) << "brokerName=from-conf\nlistenPort=0\nbindAddress=127.0.0.1\n"
                      << "storePathRootDir=" << folder.path() << "/store\n"
                      << "mappedFileSizeCommitLog=16777216\n";
  PintleProcess pintle({"start", "--config", path, "--data-dir", folder.path(), "--set",
                        "namesrv.listen=127.0.0.1:0"});
  EXPECT_NE(pintle.AwaitReady(), "");
  EXPECT_THAT(pintle.output(), HasSubstr("from-conf"));
  pintle.Signal(SIGTERM);
  EXPECT_EQ(pintle.Wait(), 0) << pintle.errors();
}

TEST(StartTest, HelpHasExamplesAndKeys) {
  PintleProcess help({"start", "--help"});
  EXPECT_EQ(help.Wait(), 0);
  EXPECT_THAT(help.output(), HasSubstr("Examples:"));
  EXPECT_THAT(help.output(), HasSubstr("store.flush"));
  PintleProcess version({"--version"});
  EXPECT_EQ(version.Wait(), 0);
  EXPECT_THAT(version.output(), MatchesRegex("pintle [0-9.]+\n"));
}

}  // namespace
}  // namespace pintle::testing
