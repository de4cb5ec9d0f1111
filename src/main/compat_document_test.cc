#include "main/compat_document.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/paths.h"

namespace pintle::main {
namespace {

// `PINTLE_UPDATE_DOCS=1 main_test --gtest_filter='CompatDocumentTest.*'` writes the document anew.
TEST(CompatDocumentTest, TheDocumentIsMadeFromTheListsOfHandlers) {
  const std::string path = testing::SourceDir() + "/docs/compat/requests.md";
  if (std::getenv("PINTLE_UPDATE_DOCS") != nullptr) std::ofstream(path) << CompatDocument();
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_TRUE(text.str() == CompatDocument())
      << path << " differs from the lists of handlers; write it anew with "
      << "PINTLE_UPDATE_DOCS=1 main_test --gtest_filter='CompatDocumentTest.*'";
}

}  // namespace
}  // namespace pintle::main
