#include "remoting/reply.h"

namespace pintle::remoting {

CommandHead AnswerHead(const CommandHead& request, ResponseCode code) {
  CommandHead head;
  head.code = static_cast<int32_t>(code);
  // Go clients read no other language name in an answer than this and their own.
  head.language = Language::kJava;
  head.version = kOurVersion;
  head.opaque = request.opaque;
  head.flag = kFlagResponse;
  head.encoding = request.encoding;
  return head;
}

void AppendCommand(net::Output& out, const CommandHead& head, std::string_view remark,
                   const FieldList& fields, ByteView body) {
  size_t text = remark.size();
  for (const auto& [name, value] : fields) text += name.size() + value.size();
  const size_t bound = HeaderWriter::Bound(fields.size(), text);
  ByteSpan memory = out.Reserve(bound);
  HeaderWriter writer(memory.data(), head, remark);
  for (const auto& [name, value] : fields) writer.AddField(name, value);
  out.Unreserve(bound - writer.Finish(body.size()));
  if (!body.empty()) out.Append(body);
}

namespace detail {

void AppendTooLarge(net::Output& out, const CommandHead& request, size_t bytes) {
  AppendReply(out, request,
              Reply<NoFields>(ResponseCode::kSystemError,
                              fmt::format("the answer takes up to {} bytes; a frame has {} at most",
                                          bytes, kFrameSizeMax)));
}

void AppendBody(net::Output& out, const Body& body) {
  if (!body.owned.empty()) out.Append(body.owned);
  static const std::shared_ptr<const void> kNone;
  const std::shared_ptr<const void>* pin = &kNone;
  for (const PinnedBytes& piece : body.pinned) {
    if (piece.pin != nullptr) pin = &piece.pin;
    out.AppendPinned(piece.bytes, *pin);
  }
}

}  // namespace detail

}  // namespace pintle::remoting
