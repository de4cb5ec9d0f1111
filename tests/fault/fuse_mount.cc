#include "tests/fault/fuse_mount.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#ifdef PINTLE_TEST_FUSE
#define FUSE_USE_VERSION 312
#include <fuse_lowlevel.h>
#endif

namespace pintle::testing {

void FuseMount::Set(Device device) {
  const std::scoped_lock lock(mutex_);
  device_ = device;
  changed_.notify_all();
}

template <typename CanEnd>
Device FuseMount::Await(CanEnd can_end) {
  std::unique_lock lock(mutex_);
  ++waiting_;
  changed_.wait(lock, [&] { return can_end(device_); });
  --waiting_;
  return device_;
}

int FuseMount::AwaitSync() {
  const Device device =
      Await([](Device now) { return now != Device::kHung && now != Device::kStuck; });
  return device == Device::kWell ? 0 : EIO;
}

int FuseMount::AwaitWrite() {
  const Device device = Await([](Device now) { return now != Device::kStuck; });
  return device == Device::kWell || device == Device::kHung ? 0 : EIO;
}

int FuseMount::CheckChange() const {
  const std::scoped_lock lock(mutex_);
  return device_ == Device::kFailing || device_ == Device::kOff ? EIO : 0;
}

int FuseMount::CheckPower() const {
  const std::scoped_lock lock(mutex_);
  return device_ == Device::kOff ? EIO : 0;
}

int FuseMount::waiting() const {
  const std::scoped_lock lock(mutex_);
  return waiting_;
}

#ifdef PINTLE_TEST_FUSE

namespace {

using Node = PowerDisk::Node;

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr uint64_t kBlock = 4096;
constexpr uint64_t kBlocks = 1 << 18;  // a disk of 1 GiB
// The kernel may keep what it knows: nobody but it changes anything.
constexpr double kForEver = 1e6;

FuseMount& MountOf(fuse_req_t request) {
  return *static_cast<FuseMount*>(fuse_req_userdata(request));
}

struct stat StatOf(const PowerDisk::Attributes& from) {
  struct stat out{};
  out.st_ino = from.node;
  out.st_mode = from.folder ? S_IFDIR | 0755 : S_IFREG | 0644;
  out.st_nlink = from.folder ? 2 : 1;
  out.st_size = from.size;
  out.st_blocks = (from.size + 511) / 512;
  out.st_blksize = kBlock;
  out.st_mtim = {from.changed_ns / kNsPerSecond, from.changed_ns % kNsPerSecond};
  out.st_ctim = out.st_mtim;
  return out;
}

fuse_entry_param EntryOf(const PowerDisk::Attributes& from) {
  fuse_entry_param out{};
  out.ino = from.node;
  out.attr = StatOf(from);
  out.attr_timeout = kForEver;
  out.entry_timeout = kForEver;
  return out;
}

// True when it has answered with an error already.
bool Refused(fuse_req_t request, int error) {
  if (error != 0) fuse_reply_err(request, error);
  return error != 0;
}
bool CannotRead(fuse_req_t request) { return Refused(request, MountOf(request).CheckPower()); }
bool CannotChange(fuse_req_t request) { return Refused(request, MountOf(request).CheckChange()); }

void ReplyEntry(fuse_req_t request, const PowerDisk::Outcome<PowerDisk::Attributes>& made) {
  if (Refused(request, made ? 0 : made.error())) return;
  const fuse_entry_param entry = EntryOf(*made);
  fuse_reply_entry(request, &entry);
}

void Lookup(fuse_req_t request, fuse_ino_t folder, const char* name) {
  if (!CannotRead(request)) ReplyEntry(request, MountOf(request).disk().Find(folder, name));
}

void GetAttributes(fuse_req_t request, fuse_ino_t node, fuse_file_info* /*file*/) {
  if (CannotRead(request)) return;
  const auto found = MountOf(request).disk().Get(node);
  if (Refused(request, found ? 0 : found.error())) return;
  const struct stat attributes = StatOf(*found);
  fuse_reply_attr(request, &attributes, kForEver);
}

void SetAttributes(fuse_req_t request, fuse_ino_t node, struct stat* wanted, int which,
                   fuse_file_info* file) {
  if (CannotChange(request)) return;
  const bool resize = (which & FUSE_SET_ATTR_SIZE) != 0;
  if (resize && Refused(request, MountOf(request).disk().Resize(node, wanted->st_size))) return;
  GetAttributes(request, node, file);
}

void MakeFolder(fuse_req_t request, fuse_ino_t folder, const char* name, mode_t /*mode*/) {
  if (!CannotChange(request)) ReplyEntry(request, MountOf(request).disk().Make(folder, name, true));
}

void Create(fuse_req_t request, fuse_ino_t folder, const char* name, mode_t /*mode*/,
            fuse_file_info* file) {
  if (CannotChange(request)) return;
  const auto made = MountOf(request).disk().Make(folder, name, false);
  if (Refused(request, made ? 0 : made.error())) return;
  const fuse_entry_param entry = EntryOf(*made);
  file->keep_cache = 1;
  fuse_reply_create(request, &entry, file);
}

void Remove(fuse_req_t request, fuse_ino_t folder, const char* name) {
  if (!CannotChange(request)) fuse_reply_err(request, MountOf(request).disk().Remove(folder, name));
}

void Rename(fuse_req_t request, fuse_ino_t from, const char* name, fuse_ino_t to,
            const char* new_name, unsigned flags) {
  if (CannotChange(request)) return;
  if (Refused(request, flags == 0 ? 0 : EINVAL)) return;
  fuse_reply_err(request, MountOf(request).disk().Rename(from, name, to, new_name));
}

void Open(fuse_req_t request, fuse_ino_t node, fuse_file_info* file) {
  if (CannotRead(request)) return;
  if ((file->flags & O_TRUNC) != 0 && Refused(request, MountOf(request).disk().Resize(node, 0)))
    return;
  file->keep_cache = 1;
  fuse_reply_open(request, file);
}

void Read(fuse_req_t request, fuse_ino_t node, size_t size, off_t at, fuse_file_info* /*file*/) {
  if (CannotRead(request)) return;
  const auto bytes = MountOf(request).disk().Read(node, at, size);
  if (Refused(request, bytes ? 0 : bytes.error())) return;
  fuse_reply_buf(request, bytes->data(), bytes->size());
}

void Write(fuse_req_t request, fuse_ino_t node, const char* bytes, size_t size, off_t at,
           fuse_file_info* /*file*/) {
  if (Refused(request, MountOf(request).AwaitWrite())) return;
  if (Refused(request, MountOf(request).disk().Write(node, at, {bytes, size}))) return;
  fuse_reply_write(request, size);
}

void Sync(fuse_req_t request, fuse_ino_t node, int /*data_only*/, fuse_file_info* /*file*/) {
  if (!Refused(request, MountOf(request).AwaitSync()))
    fuse_reply_err(request, MountOf(request).disk().Sync(node));
}

void Reserve(fuse_req_t request, fuse_ino_t node, int mode, off_t at, off_t length,
             fuse_file_info* /*file*/) {
  if (Refused(request, mode == 0 ? 0 : EOPNOTSUPP) || CannotChange(request)) return;
  fuse_reply_err(request, MountOf(request).disk().Reserve(node, at + length));
}

void ReadFolder(fuse_req_t request, fuse_ino_t node, size_t size, off_t at,
                fuse_file_info* /*file*/) {
  if (CannotRead(request)) return;
  const auto names = MountOf(request).disk().List(node);
  if (Refused(request, names ? 0 : names.error())) return;
  std::string out;
  for (auto i = static_cast<size_t>(at); i < names->size(); ++i) {
    const PowerDisk::Name& name = (*names)[i];
    struct stat attributes{};
    attributes.st_ino = name.node;
    attributes.st_mode = name.folder ? S_IFDIR : S_IFREG;
    const size_t before = out.size();
    const size_t needed = fuse_add_direntry(request, nullptr, 0, name.name.c_str(), nullptr, 0);
    if (before + needed > size) break;
    out.resize(before + needed);
    fuse_add_direntry(request, out.data() + before, needed, name.name.c_str(), &attributes,
                      static_cast<off_t>(i + 1));
  }
  fuse_reply_buf(request, out.data(), out.size());
}

void Space(fuse_req_t request, fuse_ino_t /*node*/) {
  struct statvfs out{};
  out.f_bsize = out.f_frsize = kBlock;
  out.f_blocks = kBlocks;
  const auto used = static_cast<uint64_t>(MountOf(request).disk().bytes()) / kBlock;
  out.f_bfree = out.f_bavail = used < kBlocks ? kBlocks - used : 0;
  out.f_files = out.f_ffree = out.f_favail = 1 << 20;
  out.f_namemax = 255;
  fuse_reply_statfs(request, &out);
}

fuse_lowlevel_ops Operations() {
  fuse_lowlevel_ops out{};
  out.lookup = Lookup;
  out.getattr = GetAttributes;
  out.setattr = SetAttributes;
  out.mkdir = MakeFolder;
  out.create = Create;
  out.unlink = Remove;
  out.rmdir = Remove;
  out.rename = Rename;
  out.open = Open;
  out.read = Read;
  out.write = Write;
  out.fsync = Sync;
  out.fsyncdir = Sync;
  out.fallocate = Reserve;
  out.readdir = ReadFolder;
  out.statfs = Space;
  return out;
}

}  // namespace

std::expected<std::unique_ptr<FuseMount>, std::string> FuseMount::Mount(PowerDisk& disk,
                                                                        const std::string& folder) {
  if (access("/dev/fuse", R_OK | W_OK) != 0)
    return std::unexpected(std::string("/dev/fuse cannot be used: ") + std::strerror(errno));
  std::unique_ptr<FuseMount> out(new FuseMount(disk, folder));
  char name[] = "power-disk";
  char* arguments[] = {name, nullptr};
  fuse_args args = FUSE_ARGS_INIT(1, arguments);
  const fuse_lowlevel_ops operations = Operations();
  out->session_ = fuse_session_new(&args, &operations, sizeof operations, out.get());
  if (out->session_ == nullptr) return std::unexpected("no FUSE session");
  if (fuse_session_mount(out->session_, folder.c_str()) != 0) {
    fuse_session_destroy(std::exchange(out->session_, nullptr));
    return std::unexpected("mounting is not allowed here");
  }
  out->loop_ = std::thread([session = out->session_] {
    fuse_loop_config* config = fuse_loop_cfg_create();
    fuse_loop_cfg_set_max_threads(config, 64);
    fuse_session_loop_mt(session, config);
    fuse_loop_cfg_destroy(config);
  });
  return out;
}

FuseMount::~FuseMount() {
  if (session_ == nullptr) return;
  {
    const std::scoped_lock lock(mutex_);
    if (device_ == Device::kHung || device_ == Device::kStuck) device_ = Device::kOff;
    changed_.notify_all();
  }
  // What the kernel still wants to write is answered by the loop, which ends when the mount is gone.
  for (int tries = 0; umount2(folder_.c_str(), 0) != 0 && errno == EBUSY; ++tries) {
    if (tries == 100) {
      umount2(folder_.c_str(), MNT_DETACH);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  fuse_session_exit(session_);
  loop_.join();
  fuse_session_destroy(session_);
}

#else  // built without libfuse

std::expected<std::unique_ptr<FuseMount>, std::string> FuseMount::Mount(PowerDisk& /*disk*/,
                                                                        const std::string&) {
  return std::unexpected("built without libfuse3");
}

FuseMount::~FuseMount() = default;

#endif

}  // namespace pintle::testing
