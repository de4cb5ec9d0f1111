#include "base/entry_journal.h"

#include <algorithm>
#include <set>
#include <utility>

namespace pintle {
namespace {

using Name = std::pair<const MemoryNode*, std::string_view>;

MemoryEntries& EntriesIn(EntryJournal::Outcome& outcome, const MemoryNode& folder) {
  return outcome.try_emplace(&folder, folder.durable_entries).first->second;
}

const MemoryEntries& EntriesOf(const EntryJournal::Outcome& outcome, const MemoryNode& folder) {
  const auto it = outcome.find(&folder);
  return it == outcome.end() ? folder.durable_entries : it->second;
}

bool Holds(const EntryJournal::Outcome& outcome, const MemoryNode& outer, const MemoryNode& inner) {
  if (&outer == &inner) return true;
  return std::ranges::any_of(EntriesOf(outcome, outer), [&](const auto& entry) {
    return entry.second->is_directory && Holds(outcome, *entry.second, inner);
  });
}

}  // namespace

void EntryJournal::Note(Change change) {
  if (keeps_) changes_.push_back(std::move(change));
}

void EntryJournal::Link(MemoryNodeRef folder, std::string name, MemoryNodeRef node) {
  Note({nullptr, {}, std::move(folder), std::move(name), std::move(node)});
}

void EntryJournal::Unlink(MemoryNodeRef folder, std::string name, MemoryNodeRef node) {
  Note({std::move(folder), std::move(name), nullptr, {}, std::move(node)});
}

void EntryJournal::Rename(MemoryNodeRef from_folder, std::string from, MemoryNodeRef to_folder,
                          std::string to, MemoryNodeRef node) {
  Note({std::move(from_folder), std::move(from), std::move(to_folder), std::move(to),
        std::move(node)});
}

void EntryJournal::Sync(const MemoryNode& folder) {
  // Backward, so that a chosen change pulls in the earlier ones of its names.
  std::set<Name> names;
  std::vector<bool> chosen(changes_.size());
  for (size_t i = changes_.size(); i-- > 0;) {
    const Change& change = changes_[i];
    const Name from(change.from_folder.get(), change.from);
    const Name to(change.to_folder.get(), change.to);
    chosen[i] =
        from.first == &folder || to.first == &folder || names.contains(from) || names.contains(to);
    if (!chosen[i]) continue;
    if (from.first != nullptr) names.insert(from);
    if (to.first != nullptr) names.insert(to);
  }
  std::vector<Change> left;
  std::vector<MemoryNodeRef> removed;
  for (size_t i = 0; i < changes_.size(); ++i) {
    Change& change = changes_[i];
    if (!chosen[i]) {
      left.push_back(std::move(change));
      continue;
    }
    MakeDurable(change);
    if (change.to_folder == nullptr && change.node->is_directory) removed.push_back(change.node);
  }
  changes_ = std::move(left);
  for (const MemoryNodeRef& node : removed) ForgetBelow(*node);
}

void EntryJournal::MakeDurable(const Change& change) {
  if (change.from_folder != nullptr) change.from_folder->durable_entries.erase(change.from);
  if (change.to_folder != nullptr) change.to_folder->durable_entries[change.to] = change.node;
}

void EntryJournal::SyncAll() {
  for (const Change& change : std::exchange(changes_, {})) MakeDurable(change);
}

// A folder that is durably gone takes along whatever was still to be done in it.
void EntryJournal::ForgetBelow(const MemoryNode& removed) {
  std::vector<MemoryNodeRef> deeper;
  std::erase_if(changes_, [&](const Change& change) {
    if (change.from_folder.get() != &removed || change.to_folder != nullptr) return false;
    if (change.node->is_directory) deeper.push_back(change.node);
    return true;
  });
  for (const MemoryNodeRef& node : deeper) ForgetBelow(*node);
}

void EntryJournal::Apply(const Change& change, Outcome& outcome) {
  // A change whose ground another, lost one has not prepared is lost too.
  if (change.from_folder != nullptr) {
    const MemoryEntries& from = EntriesOf(outcome, *change.from_folder);
    const auto it = from.find(change.from);
    if (it == from.end() || it->second != change.node) return;
  }
  if (change.to_folder == nullptr) {
    if (!EntriesOf(outcome, *change.node).empty()) return;
    EntriesIn(outcome, *change.from_folder).erase(change.from);
    return;
  }
  const MemoryEntries& to = EntriesOf(outcome, *change.to_folder);
  const auto replaced = to.find(change.to);
  if (replaced != to.end()) {
    const bool is_link = change.from_folder == nullptr;
    if (is_link || !EntriesOf(outcome, *replaced->second).empty()) return;
  }
  if (change.node->is_directory && Holds(outcome, *change.node, *change.to_folder)) return;
  if (change.from_folder != nullptr) EntriesIn(outcome, *change.from_folder).erase(change.from);
  EntriesIn(outcome, *change.to_folder)[change.to] = change.node;
}

EntryJournal::Outcome EntryJournal::Crash(Random& random, double keep, bool in_order) const {
  size_t end = keep > 0 ? changes_.size() : 0;
  if (in_order && random.Unit() >= keep) end = random.Below(end + 1);
  Outcome outcome;
  for (size_t i = 0; i < end; ++i) {
    if (in_order || random.Unit() < keep) Apply(changes_[i], outcome);
  }
  return outcome;
}

}  // namespace pintle
