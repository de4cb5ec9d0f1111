// A store's files, damaged: opened by recovery, read, searched, written to and closed. Whatever is
// in them, that ends, within bounds, and without a crash.
//
// The input is a list of changes to the files of a small store, six bytes and up each:
//   file 1 | change 1 | place 2 | length 2 | bytes, for those changes that take some
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/clock.h"
#include "base/crc32.h"
#include "base/memory_file_system.h"
#include "model/record.h"
#include "store/consume_queue.h"
#include "store/message_store.h"

namespace {

using namespace pintle;         // NOLINT
using namespace pintle::store;  // NOLINT

using Image = std::map<std::string, std::string>;

StoreOptions Options() {
  StoreOptions options;
  options.path = "store";
  options.segment_bytes = 4096;
  options.queue_file_entries = 16;
  options.index_slots = 16;
  options.index_entries = 32;
  options.pretouch_bytes = 0;
  options.disk_free_bytes_min = 0;
  options.checkpoint_interval_ms = 0;
  options.background_threads = false;
  return options;
}

void Send(MessageStore& store, std::string_view topic, int32_t queue_id, std::string_view body) {
  const auto queue = store.OpenQueue(topic, queue_id);
  if (!queue) return;
  NewMessage message;
  message.queue = *queue;
  message.parts.topic = topic;
  message.parts.queue_id = queue_id;
  message.parts.body = AsBytes(body);
  message.parts.properties[0] = "TAGS\1a\2KEYS\1key\2";
  message.keys = "key";
  (void)store.Append(message);
}

void Collect(FileSystem& fs, const std::string& folder, Image& image) {
  const auto entries = fs.List(folder);
  PINTLE_CHECK(entries.has_value(), "no folder {}", folder);
  for (const DirEntry& entry : *entries) {
    const std::string path = JoinPath(folder, entry.name);
    if (entry.is_directory) {
      Collect(fs, path, image);
    } else if (entry.name != "lock") {
      image[path] = *ReadWholeFile(fs, path);
    }
  }
}

// What a killed process leaves, with a recovery point in the middle, and several files of each kind.
Image MakeImage() {
  MemoryFileSystem fs{{.track_crashes = false}};
  ManualClock clock;
  auto store = *MessageStore::Open(fs, clock, Options());
  for (int i = 0; i < 60; ++i) {
    clock.Advance(1'000);
    Send(*store, i % 3 == 0 ? "a" : "b", i % 2, std::string(static_cast<size_t>(100 + i), 'x'));
    if (i == 40) store->RunUpkeep();
  }
  Image image;
  Collect(fs, "store", image);
  return image;
}

class Input {
 public:
  Input(const uint8_t* data, size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  bool empty() const { return rest_.empty(); }
  uint32_t Number(size_t bytes) {
    uint32_t value = 0;
    for (const char c : Take(bytes)) value = value << 8 | static_cast<uint8_t>(c);
    return value;
  }
  std::string_view Take(size_t bytes) {
    const std::string_view out = rest_.substr(0, bytes);
    rest_.remove_prefix(out.size());
    return out;
  }

 private:
  std::string_view rest_;
};

void Change(Image& image, Input& input) {
  auto file = std::next(image.begin(), static_cast<ptrdiff_t>(input.Number(1) % image.size()));
  const uint32_t change = input.Number(1) % 8;
  std::string& bytes = file->second;
  const size_t at = bytes.empty() ? 0 : input.Number(2) % bytes.size();
  const size_t length = std::min<size_t>(input.Number(2), bytes.size() - at);
  switch (change) {
    case 0:
    case 1: {
      const std::string_view with = input.Take(std::min<size_t>(length, 64));
      bytes.replace(at, with.size(), with);
      break;
    }
    case 2:
      std::fill_n(bytes.begin() + static_cast<ptrdiff_t>(at), length, '\0');
      break;
    case 3:
      bytes.resize(at);
      break;
    case 4:
      bytes.insert(at, std::string(length, '\xFF'));
      break;
    case 5:
      if (image.size() > 1) image.erase(file);
      break;
    case 6: {
      // Another file's bytes in this one's place.
      const auto other = std::next(image.begin(), static_cast<ptrdiff_t>(length % image.size()));
      if (other != file) bytes = std::string(other->second);
      break;
    }
    default: {
      // A neighbour by name: a segment or queue file further on.
      std::string path = file->first;
      path.back() = static_cast<char>('0' + at % 10);
      const std::string copy = bytes;
      image[path] = copy;
      break;
    }
  }
}

void ReadAll(MessageStore& store) {
  for (const auto& [topic, ids] : store.Topics()) {
    for (const int32_t id : ids) {
      QueueOffset next = store.MinOffset(topic, id);
      const QueueOffset max = store.MaxOffset(topic, id);
      (void)store.OffsetByTime(topic, id, 1'700'000'020'000, Boundary::kLower);
      for (int reads = 0; next < max && reads < 100; ++reads) {
        const ReadResult result = store.Read(topic, id, next, ReadLimits(), nullptr);
        for (const LogSlice& slice : result.slices) (void)Crc32(slice.bytes);
        PINTLE_CHECK(result.next > next || result.status != ReadStatus::kFound,
                     "a read at {} stands still", next);
        if (result.next <= next) break;
        next = result.next;
      }
    }
  }
  for (const LogSlice& slice : store.Query("a", "key", 32, 0, INT64_MAX).records)
    (void)Crc32(slice.bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Image kImage = MakeImage();
  if (size > 4096) return 0;
  Image image = kImage;
  Input input(data, size);
  while (!input.empty()) Change(image, input);

  MemoryFileSystem fs{{.track_crashes = false, .capacity_bytes = 64 << 20}};
  for (const auto& [path, bytes] : image) {
    (void)fs.CreateDirectories(path.substr(0, path.rfind('/')));
    auto file = fs.Open(path, OpenMode::kCreate);
    if (file) (void)(*file)->WriteAt(0, AsBytes(bytes));
  }
  ManualClock clock;
  clock.Advance(1'000'000);
  for (int starts = 0; starts < 2; ++starts) {
    auto store = MessageStore::Open(fs, clock, Options());
    // Refusing a store is an answer.
    if (!store) return 0;
    ReadAll(**store);
    Send(**store, "a", 0, "after");
    (*store)->RunUpkeep();
    ReadAll(**store);
    (void)(*store)->Close();
  }
  return 0;
}
