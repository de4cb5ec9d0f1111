#include "tests/fault/power_disk.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/clock.h"

namespace pintle::testing {

namespace {

constexpr int64_t kPage = 4096;
constexpr int64_t kSector = 512;

}  // namespace

PowerDisk::PowerDisk() { entries_[kRoot].folder = true; }

PowerDisk::Outcome<PowerDisk::Attributes> PowerDisk::AttributesOf(Node node) const {
  const auto found = entries_.find(node);
  if (found == entries_.end()) return std::unexpected(ENOENT);
  const Entry& entry = found->second;
  return Attributes{node, entry.folder, static_cast<int64_t>(entry.now.size()), entry.changed_ns};
}

PowerDisk::Outcome<PowerDisk::Attributes> PowerDisk::Get(Node node) const {
  const std::scoped_lock lock(mutex_);
  return AttributesOf(node);
}

PowerDisk::Outcome<PowerDisk::Attributes> PowerDisk::Find(Node folder,
                                                          const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  const auto found = names_.find({folder, name});
  if (found == names_.end()) return std::unexpected(ENOENT);
  return AttributesOf(found->second);
}

PowerDisk::Outcome<std::vector<PowerDisk::Name>> PowerDisk::List(Node folder) const {
  const std::scoped_lock lock(mutex_);
  std::vector<Name> out;
  for (auto at = names_.lower_bound({folder, ""}); at != names_.end(); ++at) {
    if (at->first.first != folder) break;
    out.push_back({at->first.second, at->second, entries_.at(at->second).folder});
  }
  return out;
}

PowerDisk::Outcome<PowerDisk::Attributes> PowerDisk::Make(Node folder, const std::string& name,
                                                          bool is_folder) {
  const std::scoped_lock lock(mutex_);
  if (names_.contains({folder, name})) return std::unexpected(EEXIST);
  const Node node = next_++;
  Entry& entry = entries_[node];
  entry.folder = is_folder;
  Touch(entry);
  Do({{{folder, name}, node}});
  return AttributesOf(node);
}

int PowerDisk::Remove(Node folder, const std::string& name) {
  const std::scoped_lock lock(mutex_);
  const auto found = names_.find({folder, name});
  if (found == names_.end()) return ENOENT;
  const auto inside = names_.lower_bound({found->second, ""});
  if (inside != names_.end() && inside->first.first == found->second) return ENOTEMPTY;
  Do({{{folder, name}, 0}});
  return 0;
}

int PowerDisk::Rename(Node from, const std::string& name, Node to, const std::string& new_name) {
  const std::scoped_lock lock(mutex_);
  const auto found = names_.find({from, name});
  if (found == names_.end()) return ENOENT;
  const Node node = found->second;
  Do({{{from, name}, 0}, {{to, new_name}, node}});
  return 0;
}

PowerDisk::Outcome<std::string> PowerDisk::Read(Node file, int64_t at, size_t size) const {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(file);
  if (found == entries_.end()) return std::unexpected(ENOENT);
  const std::string& now = found->second.now;
  if (at >= static_cast<int64_t>(now.size())) return std::string();
  return now.substr(static_cast<size_t>(at), size);
}

int PowerDisk::Write(Node file, int64_t at, std::string_view bytes) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(file);
  if (found == entries_.end()) return ENOENT;
  Entry& entry = found->second;
  const auto end = at + static_cast<int64_t>(bytes.size());
  if (static_cast<int64_t>(entry.now.size()) < end) entry.now.resize(static_cast<size_t>(end));
  std::ranges::copy(bytes, entry.now.begin() + at);
  for (int64_t page = at / kPage; page * kPage < end; ++page) entry.unsynced_pages.insert(page);
  Touch(entry);
  return 0;
}

int PowerDisk::Resize(Node file, int64_t size) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(file);
  if (found == entries_.end()) return ENOENT;
  Entry& entry = found->second;
  // What is cut off and comes back is zero.
  const auto before = static_cast<int64_t>(entry.now.size());
  entry.now.resize(static_cast<size_t>(size));
  for (int64_t page = size / kPage; page * kPage < before; ++page)
    entry.unsynced_pages.insert(page);
  Touch(entry);
  return 0;
}

int PowerDisk::Reserve(Node file, int64_t end) {
  const auto now = Get(file);
  if (!now) return now.error();
  return now->size >= end ? 0 : Resize(file, end);
}

int PowerDisk::Sync(Node file_or_folder) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(file_or_folder);
  if (found == entries_.end()) return ENOENT;
  Entry& entry = found->second;
  entry.synced.resize(entry.now.size());
  for (const int64_t page : entry.unsynced_pages) {
    const int64_t begin = std::min<int64_t>(page * kPage, static_cast<int64_t>(entry.now.size()));
    const int64_t end = std::min<int64_t>(begin + kPage, static_cast<int64_t>(entry.now.size()));
    std::copy(entry.now.begin() + begin, entry.now.begin() + end, entry.synced.begin() + begin);
  }
  entry.unsynced_pages.clear();
  if (!entry.folder) return 0;
  const auto touches = [&](const Change& change) {
    return std::ranges::any_of(change,
                               [&](const auto& one) { return one.first.first == file_or_folder; });
  };
  const auto last = std::find_if(unsynced_changes_.rbegin(), unsynced_changes_.rend(), touches);
  const auto end = last.base();
  for (auto change = unsynced_changes_.begin(); change != end; ++change)
    Apply(*change, synced_names_);
  unsynced_changes_.erase(unsynced_changes_.begin(), end);
  return 0;
}

void PowerDisk::Cut(Random& random) {
  const std::scoped_lock lock(mutex_);
  const uint64_t kept = random.Next() % (unsynced_changes_.size() + 1);
  for (uint64_t i = 0; i < kept; ++i) Apply(unsynced_changes_[i], synced_names_);
  unsynced_changes_.clear();
  names_ = synced_names_;
  // A folder whose own name is lost has lost what is in it.
  std::set<Node> reachable{kRoot};
  for (size_t before = 0; before != reachable.size();) {
    before = reachable.size();
    for (const auto& [place, node] : names_)
      if (reachable.contains(place.first)) reachable.insert(node);
  }
  std::erase_if(names_, [&](const auto& name) { return !reachable.contains(name.first.first); });
  synced_names_ = names_;
  std::erase_if(entries_, [&](const auto& entry) { return !reachable.contains(entry.first); });
  const uint64_t odds = random.Next() % 5;  // in four, of a page to be there: 0 none, 4 all
  for (auto& [node, entry] : entries_) LoseUnsynced(entry, odds, random);
}

void PowerDisk::LoseUnsynced(Entry& entry, uint64_t odds, Random& random) {
  std::string image = entry.synced;
  if (random.Next() % 4 < odds) image.resize(entry.now.size());
  for (const int64_t page : entry.unsynced_pages) {
    if (random.Next() % 4 >= odds) continue;
    const int64_t begin = page * kPage;
    const bool torn = random.Next() % 8 == 0;
    const int64_t length =
        torn ? static_cast<int64_t>(random.Next() % (kPage / kSector)) * kSector : kPage;
    const int64_t end = std::min<int64_t>(
        begin + length, static_cast<int64_t>(std::min(entry.now.size(), image.size())));
    if (begin >= end) continue;
    std::copy(entry.now.begin() + begin, entry.now.begin() + end, image.begin() + begin);
  }
  entry.unsynced_pages.clear();
  entry.now = image;
  entry.synced = std::move(image);
}

int64_t PowerDisk::bytes() const {
  const std::scoped_lock lock(mutex_);
  int64_t sum = 0;
  for (const auto& [node, entry] : entries_) sum += static_cast<int64_t>(entry.now.size());
  return sum;
}

void PowerDisk::Do(Change change) {
  Apply(change, names_);
  unsynced_changes_.push_back(std::move(change));
}

void PowerDisk::Apply(const Change& change, Names& names) {
  for (const auto& [place, node] : change) {
    if (node == 0) {
      names.erase(place);
    } else {
      names[place] = node;
    }
  }
}

void PowerDisk::Touch(Entry& entry) const { entry.changed_ns = SystemClock().WallMs() * 1'000'000; }

}  // namespace pintle::testing
