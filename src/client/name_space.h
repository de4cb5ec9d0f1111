// Names of topics and groups within a namespace: "NAMESPACE%NAME" to brokers, NAME to the user.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pintle/message.h"

namespace pintle::client {

// As RocketMQ's clients do it: topics that the broker itself keeps are in no namespace, and the
// namespace of a retry or dead letter topic stands behind its prefix.
//
// Threads: const after construction.
class NameSpace {
 public:
  // Empty: names stay as they are.
  explicit NameSpace(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  bool empty() const { return name_.empty(); }

  // A name that is wrapped already stays as it is.
  std::string Wrap(std::string_view name) const;
  // A name of another namespace stays as it is.
  std::string Unwrap(std::string_view name) const;

  MessageQueue Wrap(MessageQueue queue) const;
  std::vector<MessageQueue> Wrap(std::vector<MessageQueue> queues) const;
  MessageQueue Unwrap(MessageQueue queue) const;
  std::vector<MessageQueue> Unwrap(std::vector<MessageQueue> queues) const;

 private:
  const std::string name_;
};

}  // namespace pintle::client
