// Whatever bytes stand in a spool's files, opening and reading them ends, within their bounds, and
// leaves a spool that takes messages.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"
#include "base/crc32.h"
#include "base/memory_file_system.h"
#include "client/spool.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pintle;          // NOLINT: a fuzz target's own file
  using namespace pintle::client;  // NOLINT
  const ByteView bytes{reinterpret_cast<const std::byte*>(data), size};
  (void)DecodeSpoolEntry(bytes);

  MemoryFileSystem fs({.track_crashes = false});
  PINTLE_CHECK(fs.CreateDirectories("/s"));
  // Two files: an entry that is whole by its CRC, whatever its record is, and behind it what may be
  // anything; and a second one where the first's whole entry ends.
  const size_t cut = size == 0 ? 0 : data[0] * size / 256;
  std::vector<std::byte> first(16);
  first.insert(first.end(), bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(cut));
  StoreBig(first.data(), static_cast<uint32_t>(cut));
  StoreBig(first.data() + 8, int64_t{1});
  StoreBig(first.data() + 4, Crc32(ByteView(first).subspan(8)));
  if (size % 2 == 1) first.insert(first.end(), bytes.begin(), bytes.end());
  auto file = fs.Open("/s/00000000000000000000.spool", OpenMode::kCreate);
  PINTLE_CHECK(file && (*file)->WriteAt(0, first));
  file = fs.Open("/s/00000000000000000001.spool", OpenMode::kCreate);
  PINTLE_CHECK(file && (*file)->WriteAt(0, bytes.subspan(cut)));
  SpoolSpace space{.bytes_max = 1 << 20};
  auto spool = Spool::Open(fs, "/s", space);
  PINTLE_CHECK(spool.has_value());
  for (int64_t at = (*spool)->empty() ? 0 : (*spool)->begin();
       !(*spool)->empty() && at < (*spool)->end();) {
    const auto batch = (*spool)->Read(at, 10, "broker");
    PINTLE_CHECK(batch.has_value());
    if (batch->next <= at) break;
    at = batch->next;
  }
  const int64_t end = (*spool)->empty() ? 7 : (*spool)->end();
  MessageView message;
  message.queue.topic = "t";
  message.body = "b";
  message.queue_offset = end;
  if (end < INT64_MAX) PINTLE_CHECK((*spool)->Append(end, {&message, 1}, end + 1));
  PINTLE_CHECK((*spool)->Clear());
  PINTLE_CHECK(space.bytes == 0, "{} bytes are counted of an empty spool", space.bytes);
  return 0;
}
