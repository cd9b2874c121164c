// The name of this machine.
#pragma once

#include <string>

namespace fedmeta {

std::string host_name();

}  // namespace fedmeta
