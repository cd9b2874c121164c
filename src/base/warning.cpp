#include "base/warning.hpp"

#include <cstdio>

#include "base/log_level.hpp"
#include "base/terminal_text.hpp"

namespace fedmeta {

void report_warning(const char* program, const std::string& what, const std::string& where,
                    const std::string& remedy) {
  if (log_level() < LogLevel::warning) return;
  const std::string line = what + " (" + where + "): " + remedy;
  std::fprintf(stderr, "%s: warning: %s\n", program, terminal_text(line).c_str());
}

}  // namespace fedmeta
