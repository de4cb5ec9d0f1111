// A disk in memory that knows what it would still hold after a power cut.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"

namespace pintle::testing {

// Files and folders by number, as FUSE wants them. Contents are durable when their file was synced,
// names when their folder was: syncing a file does not make its name durable. Names go to the disk
// in the order of their changes, as file systems with a journal keep them: syncing a folder makes
// durable what was done before, elsewhere too.
//
// Threads: any thread.
class PowerDisk {
 public:
  using Node = uint64_t;
  static constexpr Node kRoot = 1;
  template <typename T>
  using Outcome = std::expected<T, int>;  // the error is an errno

  struct Attributes {
    Node node = 0;
    bool folder = false;
    int64_t size = 0;
    int64_t changed_ns = 0;
  };
  struct Name {
    std::string name;
    Node node = 0;
    bool folder = false;
  };

  PowerDisk();

  Outcome<Attributes> Get(Node node) const;
  Outcome<Attributes> Find(Node folder, const std::string& name) const;
  Outcome<std::vector<Name>> List(Node folder) const;
  // A new file or folder. EEXIST: the name is taken.
  Outcome<Attributes> Make(Node folder, const std::string& name, bool is_folder);
  // Of a file, or of an empty folder. What is open can be used on.
  int Remove(Node folder, const std::string& name);
  int Rename(Node from, const std::string& name, Node to, const std::string& new_name);

  Outcome<std::string> Read(Node file, int64_t at, size_t size) const;
  int Write(Node file, int64_t at, std::string_view bytes);
  int Resize(Node file, int64_t size);
  // Makes the file as long as `end` at least.
  int Reserve(Node file, int64_t end);
  int Sync(Node file_or_folder);

  // The power comes back: all that was synced is there, and of the rest whatever had got to the
  // disk by chance, in pages of 4 KiB, the last of them torn at a multiple of 512 bytes. Nothing
  // may be open.
  void Cut(Random& random);

  int64_t bytes() const;

 private:
  struct Entry {
    bool folder = false;
    std::string now;
    std::string synced;
    std::set<int64_t> unsynced_pages;
    int64_t changed_ns = 0;
  };
  using Names = std::map<std::pair<Node, std::string>, Node>;
  // One change that is there as a whole or not at all. Node 0: the name goes.
  using Change = std::vector<std::pair<Names::key_type, Node>>;

  Outcome<Attributes> AttributesOf(Node node) const;
  void Do(Change change);
  static void Apply(const Change& change, Names& names);
  static void LoseUnsynced(Entry& entry, uint64_t odds, Random& random);
  void Touch(Entry& entry) const;

  mutable std::mutex mutex_;
  std::map<Node, Entry> entries_;
  Names names_;
  Names synced_names_;
  std::vector<Change> unsynced_changes_;
  Node next_ = kRoot + 1;
};

}  // namespace pintle::testing
