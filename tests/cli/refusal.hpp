// What every refusal of fedmeta_bench has in common.
#pragma once

#include <string>
#include <vector>

namespace fedmeta::test {

/// Runs with the arguments and expects: this exit status, exactly one line "fedmeta_bench: error: WHAT
/// (WHERE): what to do" on standard error, all of `words` in it, no verdict. `ranks` as for run_bench.
void expect_refused(const std::vector<std::string>& arguments, int status,
                    const std::vector<std::string>& words, int ranks = 0);

/// The same alone and on four ranks.
void expect_refused_everywhere(const std::vector<std::string>& arguments, int status,
                               const std::vector<std::string>& words);

}  // namespace fedmeta::test
