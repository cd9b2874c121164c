// The name of a processor.
#pragma once

#include <istream>
#include <string>

namespace fedmeta::programs {

/// Returns what a text such as /proc/cpuinfo says of the first processor: its model on x86, POWER and others
/// that have names; on ARM, which has numbers, "ARM implementer 0x41, part 0xd0c". "" where it says neither.
std::string cpu_model(std::istream& cpuinfo);

/// Returns that of this machine.
std::string cpu_model();

}  // namespace fedmeta::programs
