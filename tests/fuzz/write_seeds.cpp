// write_seeds FOLDER: seeds.hpp, for the fuzzers.

#include <cstdio>
#include <exception>

#include "fuzz/seeds.hpp"

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fputs("usage: write_seeds FOLDER\n", stderr);
    return 2;
  }
  fedmeta::fuzz::write_seeds(argv[1]);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "write_seeds: %s\n", error.what());
  return 1;
}
