// Writes one frame's head and header, in either encoding, into memory that is large enough.
#pragma once

#include <cstddef>
#include <string_view>

#include "remoting/command.h"

namespace pintle::remoting {

//   const size_t bound = HeaderWriter::Bound(fields, text_bytes);
//   HeaderWriter writer(memory of `bound` bytes, head, remark);
//   writer.AddField("topic", "orders");
//   const size_t written = writer.Finish(body.size());   // the body follows
//
// The views given are used at once, but for `remark`: until Finish().
class HeaderWriter {
 public:
  // Bytes that a frame head and header take at most: with `fields` fields, and `text_bytes` of
  // names, values and remark.
  static size_t Bound(size_t fields, size_t text_bytes);

  HeaderWriter(std::byte* out, const CommandHead& head, std::string_view remark);
  HeaderWriter(const HeaderWriter&) = delete;
  HeaderWriter& operator=(const HeaderWriter&) = delete;

  void AddField(std::string_view name, std::string_view value);
  // The same for a name, or a name and a value, without anything that JSON escapes: those of field
  // tables, numbers.
  void AddNamed(std::string_view plain_name, std::string_view value);
  void AddPlain(std::string_view plain_name, std::string_view plain_value);
  // Without it, and without a field, the header says nothing of fields.
  void BeginFields();
  // Ends the header; `body_bytes` follow it. Returns the bytes written.
  size_t Finish(size_t body_bytes);

 private:
  void AddBinary(std::string_view name, std::string_view value);
  void BeginField();

  char* const begin_;
  char* next_;
  const CommandHead head_;
  const std::string_view remark_;
  char* fields_at_ = nullptr;  // binary: where the length of all fields stands
  bool has_fields_ = false;
  bool has_one_ = false;
};

}  // namespace pintle::remoting
