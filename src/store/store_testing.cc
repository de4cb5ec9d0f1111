#include "store/store_testing.h"

#include <gtest/gtest.h>

#include <ostream>

#include "model/properties.h"
#include "model/record.h"

namespace pintle::store {
namespace {

std::string PropertiesOf(const TestMessage& message) {
  model::Properties properties;
  if (!message.tag.empty()) properties.Set(model::property::kTags, message.tag);
  if (!message.keys.empty()) properties.Set(model::property::kKeys, message.keys);
  if (!message.uniq_key.empty()) properties.Set(model::property::kUniqKey, message.uniq_key);
  return properties.ToText();
}

// `properties` is borrowed by the result.
Result<NewMessage> ToNewMessage(MessageStore& store, const TestMessage& message,
                                const std::string& properties) {
  NewMessage out;
  PINTLE_ASSIGN(out.queue, store.OpenQueue(message.topic, message.queue_id));
  out.parts.topic = message.topic;
  out.parts.queue_id = message.queue_id;
  out.parts.sys_flag = message.sys_flag;
  out.parts.born_timestamp = 1;
  out.parts.body = AsBytes(message.body);
  out.parts.properties[0] = properties;
  out.tags_code = model::TagsCode(message.tag);
  out.uniq_key = message.uniq_key;
  out.keys = message.keys;
  return out;
}

}  // namespace

StoreOptions SmallStoreOptions() {
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

Result<Appended> Send(MessageStore& store, const TestMessage& message) {
  const std::string properties = PropertiesOf(message);
  PINTLE_ASSIGN(const NewMessage out, ToNewMessage(store, message, properties));
  return store.Append(out);
}

Result<std::vector<Appended>> SendBatch(MessageStore& store, const std::vector<TestMessage>& all) {
  std::vector<std::string> properties;
  for (const TestMessage& message : all) properties.push_back(PropertiesOf(message));
  std::vector<NewMessage> out;
  for (size_t i = 0; i < all.size(); ++i) {
    PINTLE_ASSIGN(const NewMessage one, ToNewMessage(store, all[i], properties[i]));
    out.push_back(one);
  }
  return store.AppendBatch(out);
}

void PrintTo(const StoredMessage& message, std::ostream* out) {
  *out << fmt::format("{}@{} '{:.12}'", message.queue_offset, message.offset, message.body);
}

std::vector<StoredMessage> Messages(const ReadResult& result) {
  std::vector<StoredMessage> out;
  for (const LogSlice& slice : result.slices) {
    for (ByteView rest = slice.bytes; !rest.empty();) {
      const auto record = model::DecodeRecord(rest, true);
      if (!record) {
        ADD_FAILURE() << record.error().message;
        return out;
      }
      out.push_back({record->queue_offset, record->log_offset, std::string(AsText(record->body))});
      rest = rest.subspan(static_cast<size_t>(record->size));
    }
  }
  return out;
}

std::vector<StoredMessage> ReadQueue(MessageStore& store, std::string_view topic,
                                     int32_t queue_id) {
  std::vector<StoredMessage> out;
  QueueOffset next = store.MinOffset(topic, queue_id);
  const QueueOffset max = store.MaxOffset(topic, queue_id);
  while (next < max) {
    const ReadResult result = store.Read(topic, queue_id, next, ReadLimits(), nullptr);
    for (auto& message : Messages(result)) out.push_back(std::move(message));
    if (result.next <= next) {
      ADD_FAILURE() << "a read at " << next.value() << " of " << max.value() << " stands still";
      break;
    }
    next = result.next;
  }
  return out;
}

StoreContents ReadStore(MessageStore& store) {
  StoreContents out;
  for (const auto& [topic, ids] : store.Topics()) {
    for (const int32_t id : ids) {
      auto messages = ReadQueue(store, topic, id);
      if (!messages.empty()) out[{topic, id}] = std::move(messages);
    }
  }
  return out;
}

std::string Difference(const StoreContents& a, const StoreContents& b) {
  std::string out;
  const auto describe = [&out](const std::vector<StoredMessage>& messages) {
    for (const auto& message : messages) {
      out += fmt::format(" {}@{}:'{:.8}'", message.queue_offset, message.offset, message.body);
    }
  };
  StoreContents all = a;
  all.insert(b.begin(), b.end());
  for (const auto& [queue, ignored] : all) {
    const auto in_a = a.find(queue);
    const auto in_b = b.find(queue);
    if (in_a != a.end() && in_b != b.end() && in_a->second == in_b->second) continue;
    out += fmt::format("{} {}:", queue.first, queue.second);
    if (in_a != a.end()) describe(in_a->second);
    out += " / ";
    if (in_b != b.end()) describe(in_b->second);
    out += "\n";
  }
  return out;
}

std::unique_ptr<DiskMessageStore> OpenStore(FileSystem& fs, const Clock& clock,
                                            const StoreOptions& options) {
  auto store = DiskMessageStore::Open(fs, clock, options);
  if (!store) {
    ADD_FAILURE() << store.error().message;
    return nullptr;
  }
  return *std::move(store);
}

}  // namespace pintle::store
