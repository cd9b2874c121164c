// Which program this is: for --version, the banner and the results file. Link fedmeta_version.
#pragma once

namespace fedmeta {

/// The project's version, such as "0.1.0".
const char* version();

/// The commit it was built from, such as "1a2b3c4d5e6f", with "-dirty" where files differed from it;
/// "unknown" outside a git checkout.
const char* git_commit();

}  // namespace fedmeta
