// The program's version, for --version, the banner and the results file. Link room_version.
#pragma once

namespace fedmeta {

/// Returns the project's version, such as "0.1.0".
const char* version();

/// Returns the commit it was built from, such as "1a2b3c4d5e6f", followed by "-dirty" if files differed from
/// it; "unknown" outside a git checkout.
const char* git_commit();

}  // namespace fedmeta
