#include "main/toml_file.h"

#include <toml++/toml.h>

#include <algorithm>

namespace pintle::main {

namespace {

int LineOf(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

Result<std::string> ScalarText(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
  if (const auto* toggle = node.as_boolean()) return std::string(toggle->get() ? "true" : "false");
  return Malformed("line {}: a value is text, a whole number, true, false or a list of texts",
                   LineOf(node));
}

Status Flatten(const toml::table& table, const std::string& prefix, std::vector<TomlEntry>& out) {
  for (const auto& [name, node] : table) {
    std::string key = prefix + std::string(name.str());
    if (const toml::table* inner = node.as_table()) {
      PINTLE_TRY(Flatten(*inner, key + ".", out));
      continue;
    }
    std::string value;
    if (const toml::array* items = node.as_array()) {
      for (const toml::node& item : *items) {
        PINTLE_ASSIGN(const std::string text, ScalarText(item));
        value += (value.empty() ? "" : ";") + text;
      }
    } else {
      PINTLE_ASSIGN(value, ScalarText(node));
    }
    out.push_back({.key = std::move(key), .value = std::move(value), .line = LineOf(node)});
  }
  return {};
}

}  // namespace

Result<std::vector<TomlEntry>> ParseToml(std::string_view text) {
  toml::table table;
  // The library reports by exception; it ends here.
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return Malformed("line {}: {}", error.source().begin.line, error.description());
  }
  std::vector<TomlEntry> entries;
  PINTLE_TRY(Flatten(table, "", entries));
  // The library sorts by name; errors are better told in the order of the file.
  std::ranges::stable_sort(entries, {}, &TomlEntry::line);
  return entries;
}

}  // namespace pintle::main
