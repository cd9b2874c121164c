#pragma once

#include <string>

namespace fedmeta::report {

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace fedmeta::report
