#include "model/properties.h"

#include <algorithm>

#include "base/java_text.h"
#include "model/property_reader.h"

namespace pintle::model {
std::optional<std::string_view> FindProperty(std::string_view text, std::string_view name) {
  std::optional<std::string_view> found;
  PropertyView entry;
  while (!text.empty()) {
    if (TakeProperty(text, entry) && entry.name == name) found = entry.value;
  }
  return found;
}

Properties Properties::Parse(std::string_view text) {
  Properties out;
  PropertyView entry;
  while (!text.empty()) {
    if (TakeProperty(text, entry)) out.entries_.emplace_back(entry.name, entry.value);
  }
  return out;
}

std::optional<std::string_view> Properties::Get(std::string_view name) const {
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (entry->first == name) return entry->second;
  }
  return std::nullopt;
}

void Properties::Set(std::string_view name, std::string_view value) {
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (entry->first != name) continue;
    entry->second = value;
    return;
  }
  entries_.emplace_back(name, value);
}

void Properties::Remove(std::string_view name) {
  std::erase_if(entries_, [&](const auto& entry) { return entry.first == name; });
}

std::string Properties::ToText() const {
  size_t size = 0;
  for (const auto& [name, value] : entries_) size += name.size() + value.size() + 2;
  std::string text;
  text.reserve(size);
  for (const auto& [name, value] : entries_) {
    text.append(name).push_back(kNameValueSeparator);
    text.append(value).push_back(kPropertySeparator);
  }
  return text;
}

int64_t TagsCode(std::string_view tags) { return JavaHashCode(tags); }

}  // namespace pintle::model
