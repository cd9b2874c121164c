#include "base/log_level.hpp"

namespace fedmeta {
namespace {

LogLevel current = LogLevel::warning;

}  // namespace

void set_log_level(LogLevel level) {
  current = level;
}

LogLevel log_level() {
  return current;
}

}  // namespace fedmeta
