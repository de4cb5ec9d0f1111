#include "main/config_document.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/paths.h"

namespace pintle::main {
namespace {

// `PINTLE_UPDATE_DOCS=1 main_test --gtest_filter='ConfigDocumentTest.*'` writes the document anew.
TEST(ConfigDocumentTest, TheDocumentIsMadeFromTheTable) {
  const std::string path = testing::SourceDir() + "/docs/operations/configuration.md";
  if (std::getenv("PINTLE_UPDATE_DOCS") != nullptr) std::ofstream(path) << ConfigDocument();
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_TRUE(text.str() == ConfigDocument())
      << path << " differs from the table in src/main/config_keys.cc; write it anew with "
      << "PINTLE_UPDATE_DOCS=1 main_test --gtest_filter='ConfigDocumentTest.*'";
}

TEST(ConfigDocumentTest, HelpNamesOnlyTheKeysOfTheRole) {
  EXPECT_THAT(ConfigHelp(Role::kNamesrv), ::testing::Not(::testing::HasSubstr("store.path")));
  EXPECT_THAT(ConfigHelp(Role::kBroker), ::testing::HasSubstr("store.path"));
  EXPECT_THAT(ConfigHelp(Role::kAll), ::testing::HasSubstr("namesrv.listen"));
}

}  // namespace
}  // namespace pintle::main
