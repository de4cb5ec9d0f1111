// Messages, as sent and as received.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pintle::client {

// One queue of one topic on one broker.
struct MessageQueue {
  std::string topic;
  std::string broker_name;
  int32_t queue_id = 0;

  friend auto operator<=>(const MessageQueue&, const MessageQueue&) = default;
};

// A message to send.
struct Message {
  std::string topic{};
  std::string body{};               // any bytes; at most the broker's limit, 4 MiB by default
  std::string tags{};               // one tag, for filters; may be empty
  std::vector<std::string> keys{};  // to find it again; without spaces
  std::map<std::string, std::string>
      properties{};           // yours; names that RocketMQ reserves are refused
  int32_t flag = 0;           // yours, carried along
  int32_t delay_level = 0;    // 1..18: delivered after 1s 5s 10s 30s 1m ... 2h; 0: at once
  bool wait_store_ok = true;  // false: answer before the disk has it even under sync flush
};

// A message received.
struct MessageView {
  MessageQueue queue;
  int64_t queue_offset = 0;
  int64_t log_offset = 0;
  std::string message_id;         // the producer's id (UNIQ_KEY), or the broker's where it has none
  std::string offset_message_id;  // the broker's id
  std::string body;               // decompressed
  std::string tags;
  std::vector<std::string> keys;
  std::map<std::string, std::string> properties;  // all of them, reserved names too
  int32_t flag = 0;
  int64_t born_timestamp_ms = 0;
  int64_t store_timestamp_ms = 0;
  std::string born_host;  // "host:port"
  std::string store_host;
  int32_t reconsume_times = 0;  // how often it has been delivered before

  const std::string& topic() const { return queue.topic; }
};

}  // namespace pintle::client
