#include "programs/bench/cpu_model.hpp"

#include <fstream>
#include <map>

namespace fedmeta::programs {
namespace {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

}  // namespace

std::string cpu_model(std::istream& cpuinfo) {
  std::map<std::string, std::string> values;  // the first of each key
  for (std::string line; std::getline(cpuinfo, line);)
    if (const auto colon = line.find(':'); colon != std::string::npos)
      values.emplace(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  for (const char* key : {"model name", "cpu model", "cpu"})  // x86, MIPS, POWER
    if (!values[key].empty()) return values[key];
  if (values["CPU part"].empty()) return "";
  return "ARM implementer " + values["CPU implementer"] + ", part " + values["CPU part"];
}

std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  return cpu_model(file);
}

}  // namespace fedmeta::programs
