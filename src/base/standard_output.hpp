// Checks of standard output: it may be all that a script reads, so it must arrive.
#pragma once

namespace fedmeta {

/// Makes descriptors 0 to 2 safe to use. Call it first in main. Closed descriptors become /dev/null:
/// otherwise the next file that is opened, such as a results file, would get that number and be overwritten
/// by printed text. A reader that exits early, such as `head`, no longer ends the process (SIGPIPE), because
/// the results file matters more.
void prepare_standard_streams();

/// Throws Error(own_file) if anything written so far, through stdio or iostreams, did not arrive. A reader
/// that has closed its pipe is not an error.
void check_standard_output();

}  // namespace fedmeta
