// What fedmeta_data does: looks at data sets, makes stand-ins.
#pragma once

namespace fedmeta::programs {

/// Parses the command line and carries out its command; returns the exit status. Throws Error.
int run_data_command(int argc, const char* const* argv);

}  // namespace fedmeta::programs
