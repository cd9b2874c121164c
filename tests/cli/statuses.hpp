// The exit statuses of the programs, as the numbers that scripts see.
#pragma once

namespace fedmeta::test {

constexpr int usage = 2, bad_input = 3, own_file = 4, interrupted = 75;

}  // namespace fedmeta::test
