// A histogram of the clients' numbers of samples.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace fedmeta::programs {

/// Throws Error(usage) if `file` is not named *.svg, or one of the four files exists and `force` is not set;
/// Error(own_file) if they cannot be written.
void check_histogram(const std::filesystem::path& file, bool force);

/// Makes gnuplot draw FILE.svg and FILE.png from FILE.dat and FILE.gp, which are kept, as those of a report
/// are. Throws Error(system) if gnuplot is not installed, Error(own_file) if it fails or hangs.
void draw_histogram(const std::filesystem::path& file, const std::string& dataset,
                    const std::vector<std::int64_t>& samples_per_client);

}  // namespace fedmeta::programs
