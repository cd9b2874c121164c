#include "base/file_advice.hpp"

#include <cerrno>

namespace fedmeta {

std::string advice_on_writing(int reason, const std::string& option) {
  const std::string elsewhere = "or choose another " + option;
  switch (reason) {
    case ENOSPC:
      return "free space on this file system, " + elsewhere;
    case EDQUOT:
      return "delete files, your quota on this file system is used up, " + elsewhere;
    case EFBIG:
      return "raise the limit on the size of files (ulimit -f), " + elsewhere;
    case EACCES:
    case EPERM:
      return "ask for the permission, " + elsewhere;
    case EROFS:
      return "choose another " + option + ", this file system can only be read";
    case ENAMETOOLONG:
      return "choose a shorter name for " + option;
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
      return "check the folders of the path, " + elsewhere;
    case EMFILE:
    case ENFILE:
      return "raise the limit on open files (ulimit -n)";
    // Another process holds the lock, or the file system has no locks (NFS without its daemon, Lustre).
    case EAGAIN:
      return "wait for the program that has this file open, " + elsewhere;
    case ENOLCK:
    case ENOSYS:
    case EOPNOTSUPP:
      return "set HDF5_USE_FILE_LOCKING=FALSE, this file system has no locks, " + elsewhere;
    case EIO:
    case ESTALE:
      return "check the disk or the file server, " + elsewhere;
    default:
      return "check free space and permissions, " + elsewhere;
  }
}

std::string advice_on_reading(int reason) {
  switch (reason) {
    case EACCES:
    case EPERM:
      return "ask for the permission to read it";
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
    case ENAMETOOLONG:
      return "check the path";
    case EMFILE:
    case ENFILE:
      return "raise the limit on open files (ulimit -n)";
    case EAGAIN:
      return "wait for the program that is writing this file";
    case ENOLCK:
    case ENOSYS:
    case EOPNOTSUPP:
      return "set HDF5_USE_FILE_LOCKING=FALSE, this file system has no locks";
    case EIO:
    case ESTALE:
      return "check the disk or the file server";
    default:
      return "";
  }
}

}  // namespace fedmeta
