#include "tests/system/pintle_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "tests/paths.h"

namespace pintle::testing {

namespace {

// No start takes as long, also of a sanitizer's build on a busy machine; one that hangs must not
// hang the tests.
constexpr int kReadyMs = 180'000;

// Reads all that comes until the end of the stream.
void Drain(int& fd, std::string& into) {
  char buffer[4096];
  ssize_t n = 0;
  while (fd >= 0 && (n = read(fd, buffer, sizeof buffer)) > 0)
    into.append(buffer, static_cast<size_t>(n));
  if (fd >= 0) close(fd);
  fd = -1;
}

// The whole line of `text` that begins with `begin`; empty when there is none yet.
std::string WholeLine(std::string_view text, std::string_view begin) {
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return "";
    if (text.starts_with(begin)) return std::string(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return "";
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  char name[] = "/tmp/pintle-test-XXXXXX";
  path_ = mkdtemp(name);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

PintleProcess::PintleProcess(std::vector<std::string> arguments, const std::string& program) {
  int out[2];
  EXPECT_EQ(pipe2(out, O_CLOEXEC), 0);
  // A file: nobody reads the errors while the process runs, and a pipe would fill up.
  err_ = memfd_create("errors", MFD_CLOEXEC);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, err_, STDERR_FILENO);

  std::string binary = program.empty() ? BinaryPath() : BuildDir() + "/" + program;
  std::vector<char*> argv = {binary.data()};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const int error = posix_spawn(&pid_, binary.c_str(), &files, nullptr, argv.data(), environ);
  EXPECT_EQ(error, 0) << binary << ": " << std::strerror(error);
  if (error != 0) pid_ = -1;
  posix_spawn_file_actions_destroy(&files);
  close(out[1]);
  out_ = out[0];
}

PintleProcess::~PintleProcess() {
  if (pid_ > 0) {
    Signal(SIGKILL);
    Wait();
  }
}

std::string PintleProcess::AwaitReady() {
  char buffer[4096];
  while ((ready_ = WholeLine(output_, "ready")).empty()) {
    pollfd wanted{.fd = out_, .events = POLLIN, .revents = 0};
    if (poll(&wanted, 1, kReadyMs) == 0) {
      ADD_FAILURE() << "not ready within " << kReadyMs / 1000 << " s; killed";
      Signal(SIGKILL);
    }
    const ssize_t n = read(out_, buffer, sizeof buffer);
    if (n <= 0) break;
    output_.append(buffer, static_cast<size_t>(n));
  }
  return ready_;
}

std::string PintleProcess::AddressOf(const std::string& part) const {
  const size_t at = ready_.find(part + "=");
  if (at == std::string::npos) return "";
  const size_t begin = at + part.size() + 1;
  return ready_.substr(begin, ready_.find(' ', begin) - begin);
}

// A process that did not start, or has ended, is nobody: -1 would be everybody.
void PintleProcess::Signal(int signal) {
  if (pid_ > 0) kill(pid_, signal);
}

int PintleProcess::Wait() {
  if (pid_ <= 0) return -1;
  Drain(out_, output_);
  int status = 0;
  EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
  pid_ = -1;
  lseek(err_, 0, SEEK_SET);
  Drain(err_, errors_);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::vector<std::string> ServerArguments(const std::string& command, const std::string& folder) {
  return {command,
          "--data-dir",
          folder,
          "--set",
          "namesrv.listen=127.0.0.1:0",
          "--set",
          "broker.listen=127.0.0.1:0",
          "--set",
          "store.segment_bytes=16MiB"};
}

}  // namespace pintle::testing
