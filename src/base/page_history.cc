#include "base/page_history.h"

#include <algorithm>

namespace pintle {
namespace {

// A long run without a sync would otherwise keep every version of the page being appended to.
constexpr size_t kVersionsKept = 8;

constexpr HistoryPage kZeros{};

const HistoryPage& Content(const HistoryPageRef& page) { return page == nullptr ? kZeros : *page; }

size_t PagesOf(int64_t size) {
  return (static_cast<size_t>(size) + kHistoryPageSize - 1) / kHistoryPageSize;
}

// Word by word and unseen by the thread sanitizer: stores to mapped memory race with the system's
// own writing of pages too, and are no error of the program that is tested.
__attribute__((no_sanitize("thread"))) bool SamePage(const std::byte* live,
                                                     const HistoryPage& known) {
  const auto* a = reinterpret_cast<const volatile uint64_t*>(live);
  const auto* b = reinterpret_cast<const volatile uint64_t*>(known.data());
  for (size_t i = 0; i < kHistoryPageSize / sizeof(uint64_t); ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

__attribute__((no_sanitize("thread"))) HistoryPageRef CopyPage(const std::byte* live) {
  auto page = std::make_shared<HistoryPage>();
  const auto* from = reinterpret_cast<const volatile uint64_t*>(live);
  auto* to = reinterpret_cast<volatile uint64_t*>(page->data());
  for (size_t i = 0; i < kHistoryPageSize / sizeof(uint64_t); ++i) to[i] = from[i];
  return page;
}

HistoryPageRef ZeroFrom(const HistoryPageRef& page, size_t begin) {
  if (page == nullptr || begin == 0) return nullptr;
  if (begin >= kHistoryPageSize) return page;
  auto cut = std::make_shared<HistoryPage>(*page);
  std::fill(cut->begin() + static_cast<ptrdiff_t>(begin), cut->end(), std::byte{});
  return cut;
}

HistoryPageRef MixSectors(const HistoryPageRef& a, const HistoryPageRef& b, Random& random) {
  auto torn = std::make_shared<HistoryPage>(Content(a));
  for (size_t at = 0; at < kHistoryPageSize; at += kSectorSize) {
    if (random.OneIn(2)) std::copy_n(Content(b).begin() + at, kSectorSize, torn->begin() + at);
  }
  return torn;
}

}  // namespace

PageHistory::PageHistory(FileImage durable)
    : durable_(std::move(durable.pages)), sizes_{durable.size} {}

FileImage PageHistory::ImageOf(const std::byte* live, int64_t size) {
  FileImage image;
  image.size = size;
  for (size_t page = 0; page < PagesOf(size); ++page) {
    const std::byte* at = live + page * kHistoryPageSize;
    image.pages.push_back(SamePage(at, kZeros) ? nullptr : CopyPage(at));
  }
  return image;
}

HistoryPageRef PageHistory::Newest(size_t page) const {
  if (const auto it = noted_.find(page); it != noted_.end()) return it->second.back().page;
  if (const auto it = taken_clean_.find(page); it != taken_clean_.end()) return it->second;
  return page < durable_.size() ? durable_[page] : nullptr;
}

void PageHistory::Note(size_t page, HistoryPageRef content) {
  std::vector<Version>& versions = noted_[page];
  if (versions.size() == kVersionsKept) versions.erase(versions.begin());
  versions.push_back({std::move(content), sizes_.size() - 1});
  taken_clean_.erase(page);
}

std::vector<PageHistory::Run> PageHistory::Record(const std::byte* live, size_t first,
                                                  size_t last) {
  std::vector<Run> changed;
  for (size_t page = first; page < last; ++page) {
    const std::byte* at = live + page * kHistoryPageSize;
    if (SamePage(at, Content(Newest(page)))) continue;
    Note(page, CopyPage(at));
    if (changed.empty() || changed.back().first + changed.back().count != page)
      changed.push_back({page, 0});
    ++changed.back().count;
  }
  return changed;
}

void PageHistory::RecordSize(int64_t size) {
  const int64_t old = sizes_.back();
  if (size == old) return;
  sizes_.push_back(size);
  if (size > old) return;
  // The cut pages are known to be zero now: the same bytes written again later are a new version.
  for (size_t page = static_cast<size_t>(size) / kHistoryPageSize; page < PagesOf(old); ++page) {
    const HistoryPageRef newest = Newest(page);
    const size_t begin = page * kHistoryPageSize;
    const size_t keep = static_cast<size_t>(size) > begin ? static_cast<size_t>(size) - begin : 0;
    if (newest != nullptr && keep < kHistoryPageSize) Note(page, ZeroFrom(newest, keep));
  }
}

// From which byte of the page the size changes (after_epoch, to_epoch] have cut it.
size_t PageHistory::CutFrom(size_t page, size_t after_epoch, size_t to_epoch) const {
  size_t from = kHistoryPageSize;
  const size_t begin = page * kHistoryPageSize;
  for (size_t epoch = after_epoch + 1; epoch <= to_epoch; ++epoch) {
    if (sizes_[epoch] >= sizes_[epoch - 1]) continue;
    const auto size = static_cast<size_t>(sizes_[epoch]);
    from = std::min(from, size > begin ? size - begin : 0);
  }
  return from;
}

void PageHistory::CommitSizes() {
  const size_t last = sizes_.size() - 1;
  if (last == 0) return;
  for (size_t page = 0; page < durable_.size(); ++page)
    durable_[page] = ZeroFrom(durable_[page], CutFrom(page, 0, last));
  for (auto& [page, versions] : noted_) {
    for (Version& version : versions)
      version = {ZeroFrom(version.page, CutFrom(page, version.epoch, last)), 0};
  }
  sizes_ = {sizes_.back()};
}

void PageHistory::CommitPage(size_t page) {
  const auto it = noted_.find(page);
  if (it == noted_.end()) return;
  if (page >= durable_.size()) durable_.resize(page + 1);
  durable_[page] = it->second.back().page;
  noted_.erase(it);
}

void PageHistory::Sync() {
  CommitSizes();
  while (!noted_.empty()) CommitPage(noted_.begin()->first);
}

void PageHistory::SyncPages(size_t first, size_t last) {
  CommitSizes();
  for (auto it = noted_.lower_bound(first); it != noted_.end() && it->first < last;) {
    const size_t page = it->first;
    ++it;
    CommitPage(page);
  }
}

void PageHistory::FailSync(Random& random) {
  // The size is metadata, which the system goes on trying to write: it stays pending, but for the
  // pages' sake no order between it and them is kept.
  if (random.OneIn(2)) CommitSizes();
  while (!noted_.empty()) {
    const size_t page = noted_.begin()->first;
    if (random.OneIn(2)) {
      CommitPage(page);
    } else {
      taken_clean_[page] = noted_.begin()->second.back().page;
      noted_.erase(noted_.begin());
    }
  }
}

HistoryPageRef PageHistory::CrashPage(size_t page, size_t epoch, Random& random,
                                      const CrashChances& chances) const {
  const HistoryPageRef durable = page < durable_.size() ? durable_[page] : nullptr;
  std::vector<HistoryPageRef> possible{ZeroFrom(durable, CutFrom(page, 0, epoch))};
  if (const auto it = noted_.find(page); it != noted_.end()) {
    for (const Version& version : it->second) {
      // A truncation that did not happen, and this was written after it.
      if (version.epoch > epoch && CutFrom(page, epoch, version.epoch) < kHistoryPageSize) break;
      possible.push_back(ZeroFrom(version.page, CutFrom(page, version.epoch, epoch)));
    }
  }
  if (possible.size() == 1) return possible.front();
  const auto pick = [&]() -> const HistoryPageRef& {
    if (chances.keep >= 1) return possible.back();
    if (random.Unit() >= chances.keep) return possible.front();
    // The newest is the likeliest, as a system writes a page seldom.
    return random.OneIn(4) ? possible[1 + random.Below(possible.size() - 1)] : possible.back();
  };
  const HistoryPageRef& found = pick();
  if (!chances.tears || !random.OneIn(4)) return found;
  return MixSectors(found, pick(), random);
}

FileImage PageHistory::Crash(Random& random, const CrashChances& chances) const {
  const size_t last = sizes_.size() - 1;
  size_t epoch = 0;
  if (chances.keep > 0) epoch = random.Unit() < chances.keep ? last : random.Below(last + 1);
  FileImage image;
  image.size = sizes_[epoch];
  const size_t count =
      std::min(PagesOf(image.size),
               std::max(durable_.size(), noted_.empty() ? size_t{0} : noted_.rbegin()->first + 1));
  for (size_t page = 0; page < count; ++page)
    image.pages.push_back(CrashPage(page, epoch, random, chances));
  // The end of the last page is not part of the file.
  const size_t tail = static_cast<size_t>(image.size) % kHistoryPageSize;
  if (tail != 0 && image.pages.size() == PagesOf(image.size))
    image.pages.back() = ZeroFrom(image.pages.back(), tail);
  return image;
}

}  // namespace pintle
