// The `pintle` binary, or another program of this build, as a child process.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace pintle::testing {

// A folder below /tmp that goes away with it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Threads: one thread, the owner. Killed when it is still there at the end.
class PintleProcess {
 public:
  // Starts the binary of this build with these arguments, or the program below its build folder.
  explicit PintleProcess(std::vector<std::string> arguments, const std::string& program = {});
  ~PintleProcess();
  PintleProcess(const PintleProcess&) = delete;
  PintleProcess& operator=(const PintleProcess&) = delete;

  // Reads standard output until a line begins with `ready`, and returns that line; empty when the
  // output ends before. A process that does not get there within three minutes is killed.
  std::string AwaitReady();
  // "127.0.0.1:1234" out of the ready line, of "namesrv" or "broker".
  std::string AddressOf(const std::string& part) const;

  void Signal(int signal);
  // Until it ends: its exit code, or minus the signal that ended it. Reads the rest of its output.
  int Wait();

  pid_t pid() const { return pid_; }
  const std::string& output() const { return output_; }
  const std::string& errors() const { return errors_; }  // after Wait()

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
  std::string output_;
  std::string errors_;
  std::string ready_;
};

// Arguments of a server on 127.0.0.1 whose ports the system chooses, with its data in `folder`.
std::vector<std::string> ServerArguments(const std::string& command, const std::string& folder);

}  // namespace pintle::testing
