// A complete file has a checksum of all its bytes: whatever is damaged is noticed before the HDF5 library
// sees it.
#include "record/file_seal.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iterator>

#include "record/h5.hpp"
#include "record/results_reader.hpp"
#include "record/results_writer.hpp"
#include "record/synthetic_results.hpp"

namespace fedmeta::record {
namespace {

namespace fs = std::filesystem;

/// XXH3's own value of nothing, and that of all bytes, which is not the seal's.
TEST(FileSum, IsXxh3OfAllBytes) {
  const Folder folder;
  const auto path = folder.path() / "empty";
  std::ofstream(path, std::ios::binary) << "";
  EXPECT_EQ(file_sum(path), "2d06800538d394c2");
  std::ofstream(path, std::ios::binary) << "x";
  const auto before = file_sum(path);
  seal(path);
  EXPECT_NE(file_sum(path), before);
  try {
    file_sum(folder.path() / "none");
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::own_file);
  }
}

class Seal : public testing::Test {
 protected:
  void SetUp() override {
    Results results = head();
    results.runs = {run("maml", 1, std::array{0.5, 0.9}, .75, 10, 8)};
    write(path_, results);
  }

  std::string bytes() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void put(const std::string& bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }

  void expect_damaged(const std::string& part) const {
    try {
      read_results(path_);
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::own_file);
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  }

  Folder folder_;
  fs::path path_ = folder_.path() / "a.h5";
};

TEST_F(Seal, IsALineOfTextAtTheEnd) {
  EXPECT_TRUE(has_seal(path_));
  const auto text = bytes().substr(bytes().size() - 36);
  EXPECT_TRUE(text.starts_with("\nfedmeta seal XXH3 ")) << text;
  EXPECT_TRUE(text.ends_with("\n")) << text;
  EXPECT_NO_THROW(check_seal(path_, Status::own_file));
}

TEST_F(Seal, FindsEveryBitThatIsFlipped) {
  const auto whole = bytes();
  for (std::size_t at = 0; at < whole.size(); at += 97) {
    auto damaged = whole;
    damaged[at] ^= char(1 << at % 8);
    put(damaged);
    expect_damaged("a.h5");
  }
}

TEST_F(Seal, FindsZerosAndFilesThatAreCutShort) {
  const auto whole = bytes();
  auto damaged = whole;
  std::fill_n(damaged.begin() + std::ssize(whole) / 4, whole.size() / 4, '\0');
  put(damaged);
  expect_damaged("its checksum is wrong");
  damaged = whole;
  std::fill_n(damaged.end() - 30, 30, '\0');
  put(damaged);
  expect_damaged("its checksum is gone");
  for (const std::size_t size : {whole.size() - 1, whole.size() - 37, whole.size() / 2, std::size_t{10}}) {
    put(whole.substr(0, size));
    SCOPED_TRACE(size);
    expect_damaged("a.h5");
  }
}

/// Who changes a file knows what he does.
TEST_F(Seal, IsGoneWhenAProgramChangesTheFile) {
  {
    const h5::Node file{h5::Handle(H5Fopen(path_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose), "a.h5"};
    h5::set_attribute<std::string>(file, "note", "of mine");
  }
  EXPECT_FALSE(has_seal(path_));
  EXPECT_EQ(read_results(path_).runs.size(), 1U);
}

TEST_F(Seal, IsNotOfFilesThatAreNotComplete) {
  const Results results = head();
  { ResultsWriter unfinished(folder_.path() / "b.h5", false, results.header, results.system, results.data); }
  EXPECT_FALSE(has_seal(folder_.path() / "b.h5.part"));
  EXPECT_FALSE(has_seal("/nowhere"));
  EXPECT_NO_THROW(check_seal("/nowhere", Status::own_file));
}

}  // namespace
}  // namespace fedmeta::record
