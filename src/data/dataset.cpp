#include "data/dataset.hpp"

#include "base/error.hpp"

namespace fedmeta::data {
namespace {

[[noreturn]] void fail_without_stand_in(const std::string& dataset) {
  throw Error(Status::usage, "this data set has no stand-in", "--dataset " + dataset, "give --data PATH");
}

}  // namespace

DataFiles Dataset::files(const std::filesystem::path& path) const {
  return shard_files(path);
}

std::string Dataset::source(const std::filesystem::path&) const {
  return "leaf";
}

std::int64_t Dataset::generated_clients() const {
  fail_without_stand_in(form().dataset);
}

std::string Dataset::generated_id(std::int64_t) const {
  fail_without_stand_in(form().dataset);
}

Client Dataset::generate(std::int64_t) const {
  fail_without_stand_in(form().dataset);
}

ClientSize Dataset::generated_size(std::int64_t) const {
  fail_without_stand_in(form().dataset);
}

}  // namespace fedmeta::data
