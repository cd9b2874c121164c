// How much the program says on standard error.
#pragma once

namespace fedmeta {

enum class LogLevel {
  error,    ///< why it ended
  warning,  ///< and what a user must know although it continues
  info,     ///< and how long the parts of a run took
  debug,    ///< and what every rank begins
};

void set_log_level(LogLevel level);
LogLevel log_level();

}  // namespace fedmeta
