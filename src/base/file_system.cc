#include "base/file_system.h"

namespace pintle {
namespace {

Status WriteNew(FileSystem& fs, const std::string& path, std::string_view contents) {
  PINTLE_ASSIGN(auto file, fs.Open(path, OpenMode::kTruncate));
  PINTLE_TRY(file->WriteAt(0, AsBytes(contents)));
  return file->Sync();
}

// A new file beside `path`, synced and renamed over it. The folder is the caller's to sync.
Status Replace(FileSystem& fs, const std::string& path, std::string_view contents) {
  const std::string fresh = path + ".tmp";
  Status done = WriteNew(fs, fresh, contents);
  if (done) done = fs.Rename(fresh, path);
  // On a full disk the half-written file would keep what little space there is. That it cannot be
  // removed changes nothing in what the caller learns: the write failed.
  if (!done) static_cast<void>(fs.Remove(fresh));
  return done;
}

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Status WriteFileAtomically(FileSystem& fs, const std::string& path, std::string_view contents,
                           bool keep_backup) {
  if (keep_backup) {
    // Copied, not renamed away: `path` names a whole text at every moment.
    auto old = ReadWholeFile(fs, path);
    if (old) {
      PINTLE_TRY(Replace(fs, path + ".bak", *old));
    } else if (old.error().code != ErrorCode::kNotFound) {
      return std::unexpected(std::move(old).error());
    }
  }
  PINTLE_TRY(Replace(fs, path, contents));
  return fs.SyncDirectory(FolderOf(path));
}

Result<std::string> ReadWholeFile(FileSystem& fs, const std::string& path, int64_t limit_bytes) {
  PINTLE_ASSIGN(auto file, fs.Open(path, OpenMode::kRead));
  PINTLE_ASSIGN(const int64_t size, file->Size());
  if (size > limit_bytes)
    return Fail(ErrorCode::kInvalidArgument, "the file has {} bytes, at most {} are read", size,
                limit_bytes);
  std::string text(static_cast<size_t>(size), '\0');
  PINTLE_ASSIGN(const size_t read,
                file->ReadAt(0, {reinterpret_cast<std::byte*>(text.data()), text.size()}));
  text.resize(read);
  return text;
}

std::string JoinPath(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.empty() && !path.ends_with('/')) path += '/';
  path += name;
  return path;
}

}  // namespace pintle
