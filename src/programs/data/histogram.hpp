// A histogram of samples per client.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace fedmeta::programs {

/// Throws Error(usage) where `file` is not named *.svg, or one of the four files exists and `force` is not
/// set; Error(own_file) where they cannot be written.
void check_histogram(const std::filesystem::path& file, bool force);

/// Has gnuplot draw FILE.svg, and FILE.png, from FILE.dat and FILE.gp, which stay beside it as those of a
/// report do. Throws Error(system) where gnuplot is not installed, Error(own_file) where it fails or hangs.
void draw_histogram(const std::filesystem::path& file, const std::string& dataset,
                    const std::vector<std::int64_t>& samples_per_client);

}  // namespace fedmeta::programs
