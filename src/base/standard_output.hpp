// What the programs tell on standard output may be all that a script reads: that it got there is checked.
#pragma once

namespace fedmeta {

/// Throws Error(own_file) where anything written so far, through stdio or iostreams, did not arrive.
void check_standard_output();

}  // namespace fedmeta
