// The answer to a request, as a handler gives it, and how it becomes a frame.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/recycled_memory.h"
#include "net/connection.h"
#include "remoting/codes.h"
#include "remoting/command.h"
#include "remoting/fields.h"
#include "remoting/header_writer.h"

namespace pintle::remoting {

// Bytes of an answer's body: owned text, or pinned stretches of the log that are written from where
// they are. A stretch without a pin is held by that of the last one before it which has one.
struct PinnedBytes {
  ByteView bytes;
  std::shared_ptr<const void> pin;
};
struct Body {
  std::string owned;
  RecycledVector<PinnedBytes> pinned;  // after `owned`

  size_t size() const {
    size_t bytes = owned.size();
    for (const PinnedBytes& piece : pinned) bytes += piece.bytes.size();
    return bytes;
  }
};

template <typename Response>
struct Reply {
  ResponseCode code = ResponseCode::kSuccess;
  std::string remark;
  Response fields{};
  Body body;
  FieldList extra;          // loose fields, after those of the table
  bool with_fields = true;  // false: an error without a header

  Reply() = default;
  Reply(Response f) : fields(std::move(f)) {}  // NOLINT: a bare response is a success
  // The error's code maps through ResponseCodeOf(); its message is the remark.
  Reply(const Error& error)  // NOLINT: an error is an answer
      : code(ResponseCodeOf(error.code)), remark(error.message), with_fields(false) {}
  Reply(const std::unexpected<Error>& error) : Reply(error.error()) {}  // NOLINT: PINTLE_TRY's form
  Reply(ResponseCode c, std::string why) : code(c), remark(std::move(why)), with_fields(false) {}
};

// The head of the answer to `request`: its encoding and opaque, our language and version.
CommandHead AnswerHead(const CommandHead& request, ResponseCode code);

namespace detail {

void AppendBody(net::Output& out, const Body& body);
// Instead of an answer that no client would take.
void AppendTooLarge(net::Output& out, const CommandHead& request, size_t bytes);

// The fields of a table into a header. Names of tables are plain.
struct TableSink {
  HeaderWriter& writer;
  void operator()(std::string_view name, std::string_view value) { writer.AddNamed(name, value); }
  void Plain(std::string_view name, std::string_view value) { writer.AddPlain(name, value); }
};

}  // namespace detail

// Appends the whole frame of the answer to `request`. One larger than a frame may be becomes
// SYSTEM_ERROR: whoever answers with messages keeps them below the limit.
template <typename Response>
void AppendReply(net::Output& out, const CommandHead& request, const Reply<Response>& reply) {
  size_t text = reply.remark.size();
  if (reply.with_fields) text += FieldsTextBound(reply.fields);
  for (const auto& [name, value] : reply.extra) text += name.size() + value.size();
  const size_t bound =
      HeaderWriter::Bound(detail::kFieldCount<Response> + reply.extra.size(), text);

  const size_t body_bytes = reply.body.size();
  if (bound + body_bytes > kFrameSizeMax) [[unlikely]]
    return detail::AppendTooLarge(out, request, bound + body_bytes);

  ByteSpan memory = out.Reserve(bound);
  HeaderWriter writer(memory.data(), AnswerHead(request, reply.code), reply.remark);
  if (reply.with_fields) VisitFields(reply.fields, detail::TableSink{writer});
  for (const auto& [name, value] : reply.extra) writer.AddField(name, value);
  out.Unreserve(bound - writer.Finish(body_bytes));
  if (body_bytes > 0) detail::AppendBody(out, reply.body);
}

// A request or an answer that is put together at run time.
void AppendCommand(net::Output& out, const CommandHead& head, std::string_view remark,
                   const FieldList& fields, ByteView body);

}  // namespace pintle::remoting
