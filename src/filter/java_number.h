// Numbers as Java reads them from text. Properties are text, and which of them are numbers decides
// what an expression matches.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pintle::filter {

// Integer.valueOf and Long.valueOf: an optional sign and decimal digits of any script, nothing
// else. nullopt where Java throws.
std::optional<int64_t> ParseJavaInt(std::string_view utf8);
std::optional<int64_t> ParseJavaLong(std::string_view utf8);

// Double.valueOf: blanks around it, NaN, Infinity, hexadecimal ("0x1.8p3") and a type suffix are
// allowed. nullopt where Java throws.
std::optional<double> ParseJavaDouble(std::string_view text);

// Boolean.valueOf: "true" in any case.
bool ParseJavaBoolean(std::string_view text);

// Double.compareTo: a total order, in which -0.0 is below 0.0 and NaN above everything.
int CompareJavaDoubles(double a, double b);

}  // namespace pintle::filter
