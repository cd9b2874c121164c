// What the programs tell on standard output may be all that a script reads: that it got there is checked.
#pragma once

namespace fedmeta {

/// Makes descriptors 0 to 2 safe to use. To be called first in main. What was closed becomes /dev/null: the
/// next file to be opened, a results file, would get the number, and be written over by what is printed. A
/// reader that goes, such as `head`, no longer ends the process (SIGPIPE), since the file is what counts.
void prepare_standard_streams();

/// Throws Error(own_file) where anything written so far, through stdio or iostreams, did not arrive. A reader
/// that has closed its pipe wants no more: that is no error.
void check_standard_output();

}  // namespace fedmeta
