// The commands of fedmeta_data, which inspects and converts data sets, and generates stand-ins.
#pragma once

namespace fedmeta::programs {

/// Parses the command line and runs its command. Returns the exit status. Throws Error.
int run_data_command(int argc, const char* const* argv);

}  // namespace fedmeta::programs
