#include "record/output_lock.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/file_advice.hpp"
#include "base/host_name.hpp"
#include "record/output_file.hpp"

namespace fedmeta::record {
namespace {

namespace fs = std::filesystem;

/// Who writes an output, as it stands in the lock's file.
struct Owner {
  std::string host = "-";
  long pid = 0;
  std::string begun =
      "-";  ///< of the process, in ticks since the machine's start: process numbers are used again
  std::string job = "-";  ///< of the batch system
};

/// Field 22 of /proc/PID/stat (proc(5)); "-" where there is no such process.
std::string begin_of(long pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  const auto after_name = text.rfind(')');
  if (after_name == std::string::npos) return "-";
  std::istringstream fields(text.substr(after_name + 1));
  std::string field;
  for (int number = 3; number <= 22; ++number) fields >> field;
  return field;
}

Owner this_process() {
  const char* job = std::getenv("SLURM_JOB_ID");
  return {host_name(), static_cast<long>(getpid()), begin_of(getpid()), job && *job ? job : "-"};
}

void write_owner(int descriptor, const Owner& owner) {
  std::ostringstream text;
  text << owner.host << ' ' << owner.pid << ' ' << owner.begun << ' ' << owner.job << '\n';
  const auto line = text.str();
  [[maybe_unused]] const bool emptied = ftruncate(descriptor, 0) == 0;
  [[maybe_unused]] const auto written = pwrite(descriptor, line.data(), line.size(), 0);
}

Owner read_owner(const fs::path& path) {
  Owner owner;
  std::ifstream file(path);
  file >> owner.host >> owner.pid >> owner.begun >> owner.job;
  return owner;
}

/// Whether the writer cannot be at work any more, where no lock of the system tells.
bool is_gone(const Owner& owner) {
  const auto own = this_process();
  if (owner.host == own.host) return begin_of(owner.pid) != owner.begun;
  return owner.job != "-" && owner.job == own.job;  // requeued, on another node
}

[[noreturn]] void fail(const fs::path& path, int reason, const std::string& option) {
  throw Error(Status::own_file, "cannot write file: " + std::generic_category().message(reason),
              path.string(), advice_on_writing(reason, option));
}

[[noreturn]] void refuse(const fs::path& path, const std::string& remedy) {
  const auto owner = read_owner(path);
  throw Error(
      Status::own_file,
      "another program writes this output: process " + std::to_string(owner.pid) + " on " + owner.host,
      path.string(), remedy);
}

/// Whether the name still leads to the open file: whoever held it before may have deleted it since.
bool is_named(int descriptor, const fs::path& path) {
  struct stat open_file = {}, named = {};
  return fstat(descriptor, &open_file) == 0 && stat(path.c_str(), &named) == 0 &&
         open_file.st_ino == named.st_ino && open_file.st_dev == named.st_dev;
}

enum class Locked { yes, no, unknown };

Locked try_lock(int descriptor) {
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return Locked::yes;
  return errno == EWOULDBLOCK ? Locked::no : Locked::unknown;
}

/// Opens the file for one who takes it over, after it was made anew.
int replace(const fs::path& path) {
  const auto aside = path.string() + "." + std::to_string(getpid());
  if (std::rename(path.c_str(), aside.c_str()) == 0) unlink(aside.c_str());
  return open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

/// Returns the descriptor of the file that is held.
int hold(const fs::path& path, const std::string& option) {
  constexpr int attempts = 10;  // others may come and go at the same time
  for (int attempt = 0; attempt < attempts; ++attempt) {
    bool is_new = true;
    int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0 && errno == EEXIST) {
      is_new = false;
      descriptor = open(path.c_str(), O_RDWR | O_CLOEXEC);
      if (descriptor < 0 && errno == ENOENT) continue;
    }
    if (descriptor < 0) fail(path, errno, option);
    const auto locked = try_lock(descriptor);
    if (locked == Locked::yes && is_named(descriptor, path)) return descriptor;
    if (locked == Locked::unknown && is_new) return descriptor;
    close(descriptor);
    if (locked == Locked::no) refuse(path, "wait for it, or choose another " + option);
    if (locked == Locked::yes) continue;
    if (!is_gone(read_owner(path))) refuse(path, "wait for it, or delete this file if it has ended");
    descriptor = replace(path);
    if (descriptor >= 0) return descriptor;
  }
  refuse(path, "wait for it, or choose another " + option);
}

}  // namespace

OutputLock::OutputLock(const fs::path& output, const std::string& option) {
  std::error_code error;
  const auto there = fs::status(output, error);
  if (fs::exists(there) && !fs::is_regular_file(there) && !fs::is_directory(there))
    throw Error(Status::own_file, "output is not a regular file", output.string(),
                "choose another " + option);
  make_parent_folder(output, option);
  // DATA/ and DATA are the same folder.
  const fs::path path = (output.has_filename() ? output : output.parent_path()).string() + ".lock";
  descriptor_ = hold(path, option);
  path_ = path;
  write_owner(descriptor_, this_process());
}

OutputLock::OutputLock(OutputLock&& other) noexcept
    : path_(std::exchange(other.path_, {})), descriptor_(std::exchange(other.descriptor_, -1)) {}

OutputLock& OutputLock::operator=(OutputLock&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

OutputLock::~OutputLock() {
  if (descriptor_ < 0) return;
  if (is_named(descriptor_, path_)) unlink(path_.c_str());
  close(descriptor_);
}

}  // namespace fedmeta::record
