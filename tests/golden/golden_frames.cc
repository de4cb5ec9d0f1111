#include "tests/golden/golden_frames.h"

#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/paths.h"

namespace pintle::testing {
namespace {

std::string Contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The columns: file, code, name, direction, encoding, language and version, status, what.
std::vector<GoldenFrame> ReadFrames() {
  std::vector<GoldenFrame> frames;
  std::ifstream index(GoldenFramesDir() + "/INDEX.tsv");
  std::string line;
  std::getline(index, line);
  while (std::getline(index, line)) {
    std::vector<std::string> columns;
    std::istringstream in(line);
    for (std::string column; std::getline(in, column, '\t');) columns.push_back(column);
    columns.resize(8);
    frames.push_back({.file = columns[0],
                      .code = std::stoi(columns[1]),
                      .direction = columns[3],
                      .encoding = columns[4],
                      .language = columns[5].substr(0, columns[5].find(' ')),
                      .status = columns[6],
                      .bytes = Contents(GoldenFramesDir() + "/" + columns[0])});
  }
  return frames;
}

}  // namespace

std::string GoldenFramesDir() { return SourceDir() + "/tests/golden/frames"; }

const std::vector<GoldenFrame>& GoldenFrames() {
  static const auto* const frames = new std::vector<GoldenFrame>(ReadFrames());
  return *frames;
}

}  // namespace pintle::testing
