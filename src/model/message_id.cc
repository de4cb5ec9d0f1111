#include "model/message_id.h"

#include "base/bytes.h"
#include "base/local_time.h"

namespace pintle::model {
namespace {

constexpr size_t kIdLengthV4 = 32;
constexpr size_t kIdLengthV6 = 56;

// The eight digits of `value` at once, most significant first: every message gets an id.
char* PutHex(char* out, uint32_t value) {
  uint64_t digits = value;
  digits = (digits & 0xFFFF0000) << 16 | (digits & 0xFFFF);
  digits = (digits & 0x0000FF000000FF00) << 8 | (digits & 0x000000FF000000FF);
  digits = (digits & 0x00F000F000F000F0) << 4 | (digits & 0x000F000F000F000F);
  const uint64_t letters = (digits + 0x0606060606060606) >> 4 & 0x0101010101010101;
  StoreBig(reinterpret_cast<std::byte*>(out),
           digits + 0x3030303030303030 + letters * ('A' - '9' - 1));
  return out + 8;
}

char* PutHex(char* out, uint64_t value) {
  return PutHex(PutHex(out, static_cast<uint32_t>(value >> 32)), static_cast<uint32_t>(value));
}

char* PutHex(char* out, uint16_t value) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  for (int shift = 12; shift >= 0; shift -= 4) *out++ = kDigits[value >> shift & 0xF];
  return out;
}

char* PutHex(char* out, const Host& host) {
  for (size_t i = 0; i < host.address_size; i += 4)
    out = PutHex(out, LoadBig<uint32_t>(reinterpret_cast<const std::byte*>(&host.address[i])));
  return out;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// Reads `bytes` bytes of hex off the front of `text`; false at anything that is not hex.
bool TakeHex(std::string_view& text, size_t bytes, uint64_t& value) {
  value = 0;
  for (size_t i = 0; i < bytes * 2; ++i) {
    const int digit = HexDigit(text[i]);
    if (digit < 0) return false;
    value = value << 4 | static_cast<uint64_t>(digit);
  }
  text.remove_prefix(bytes * 2);
  return true;
}

}  // namespace

std::string OffsetMessageId::ToString() const {
  char text[kIdLengthV6];
  return {text, Format(text)};
}

size_t OffsetMessageId::Format(char* out) const {
  char* end = PutHex(out, store_host);
  end = PutHex(end, static_cast<uint32_t>(store_host.port));
  end = PutHex(end, static_cast<uint64_t>(offset.value()));
  return static_cast<size_t>(end - out);
}

Result<OffsetMessageId> OffsetMessageId::Parse(std::string_view text) {
  if (text.size() != kIdLengthV4 && text.size() != kIdLengthV6) {
    return Fail(ErrorCode::kInvalidArgument,
                "a message id of {} characters; an offset id has 32 or 56", text.size());
  }
  OffsetMessageId id;
  id.store_host.address_size = text.size() == kIdLengthV4 ? 4 : 16;
  uint64_t value = 0;
  bool ok = true;
  for (size_t i = 0; ok && i < id.store_host.address_size; ++i) {
    ok = TakeHex(text, 1, value);
    id.store_host.address[i] = static_cast<uint8_t>(value);
  }
  ok = ok && TakeHex(text, 4, value);
  id.store_host.port = static_cast<int32_t>(value);
  ok = ok && TakeHex(text, 8, value);
  id.offset = LogOffset(static_cast<int64_t>(value));
  if (!ok) return Fail(ErrorCode::kInvalidArgument, "a message id that is not hexadecimal");
  return id;
}

UniqKeySource::UniqKeySource(Host host, int32_t process_id, int32_t instance_hash) {
  char text[kIdLengthV6];
  char* end = PutHex(text, host);
  end = PutHex(end, static_cast<uint16_t>(process_id));
  end = PutHex(end, static_cast<uint32_t>(instance_hash));
  prefix_.assign(text, end);
}

std::string UniqKeySource::Next(int64_t wall_ms) {
  char text[kIdLengthV6];
  return {text, Format(wall_ms, text)};
}

size_t UniqKeySource::Format(int64_t wall_ms, char* out) {
  char* end = out + prefix_.copy(out, prefix_.size());
  end = PutHex(end, static_cast<uint32_t>(SinceMonthStart(wall_ms)));
  end = PutHex(end, static_cast<uint16_t>(counter_.fetch_add(1, std::memory_order_relaxed)));
  return static_cast<size_t>(end - out);
}

int32_t UniqKeySource::SinceMonthStart(int64_t wall_ms) {
  constexpr int64_t kLongestDayMs = 25 * 3600 * 1000;  // a day of 25 hours ends summer time
  constexpr int64_t kShortestMonthMs = int64_t{28} * 24 * 3600 * 1000 - 3600 * 1000;
  int64_t start = month_start_ms_.load(std::memory_order_relaxed);
  // Within 27 days of a known start the month cannot have changed; past that, ask again each time.
  if (wall_ms < start || wall_ms - start >= kShortestMonthMs - kLongestDayMs) {
    // Local time, as the clients that show a key's time read it back.
    start = LocalMonthStartMs(wall_ms);
    month_start_ms_.store(start, std::memory_order_relaxed);
  }
  return static_cast<int32_t>(wall_ms - start);
}

}  // namespace pintle::model
