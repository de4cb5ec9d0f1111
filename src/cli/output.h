// Tables for people.
#pragma once

#include <string>
#include <vector>

namespace pintle::cli {

// Columns as wide as their widest cell, two spaces apart, the header first. On standard output.
void PrintTable(const std::vector<std::string>& header,
                const std::vector<std::vector<std::string>>& rows);

// "2026-11-23 04:05:06.789" in local time; "-" for 0.
std::string TimeText(int64_t wall_ms);

}  // namespace pintle::cli
