// A checkpoint is whole or it is refused, and the one before it is never touched.
#include "record/checkpoint.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>

#include "base/error.hpp"
#include "record/synthetic_results.hpp"

namespace fedmeta::record {
namespace {

namespace fs = std::filesystem;

void write_one(const fs::path& output, std::int64_t round) {
  CheckpointWriter checkpoint(output);
  const std::array<float, 6> phi{1, 2, 3, 4, 5, 6};
  checkpoint.add("round", round);
  checkpoint.add("seconds", 0.1);
  checkpoint.add("reasons", std::string("one\ntwo"));
  checkpoint.add("phi", ValueType::f32, {2, 3}, std::as_bytes(std::span(phi)));
  checkpoint.publish();
}

/// What is said where the checkpoint of an output is read.
std::string refusal(const fs::path& output) {
  try {
    CheckpointReader reader(output);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::own_file);
    return error.what();
  }
}

class Checkpoint : public testing::Test {
 protected:
  void change_byte(std::uint64_t at, const fs::path& path) const {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    char byte = 0;
    file.seekg(static_cast<std::streamoff>(at)).read(&byte, 1);
    byte = static_cast<char>(byte ^ 1);
    file.seekp(static_cast<std::streamoff>(at)).write(&byte, 1);
  }

  Folder folder_;
  fs::path output_ = folder_.path() / "a.h5";
  fs::path path_ = checkpoint_of(output_), previous_ = previous_checkpoint_of(output_);
};

TEST_F(Checkpoint, GivesBackWhatItHolds) {
  write_one(output_, 7);
  const CheckpointReader reader(output_);
  EXPECT_EQ(reader.values().size(), 4U);
  EXPECT_EQ(reader.number("round"), 7);
  EXPECT_EQ(reader.real("seconds"), 0.1);
  EXPECT_EQ(reader.text("reasons"), "one\ntwo");
  EXPECT_EQ(reader.values().at("phi").shape, (std::vector<std::int64_t>{2, 3}));
  std::array<float, 6> phi{};
  const auto bytes = reader.bytes("phi");
  ASSERT_EQ(bytes.size(), sizeof phi);
  std::memcpy(phi.data(), bytes.data(), bytes.size());
  EXPECT_EQ(phi[5], 6);
  EXPECT_THROW(reader.number("phi"), Error) << "of another type";
  EXPECT_THROW(reader.number("rounds"), Error);
}

TEST_F(Checkpoint, KeepsTheOneBefore) {
  write_one(output_, 1);
  EXPECT_FALSE(fs::exists(previous_));
  write_one(output_, 2);
  EXPECT_EQ(CheckpointReader(output_).number("round"), 2);
  fs::rename(previous_, path_);
  EXPECT_EQ(CheckpointReader(output_).number("round"), 1);
}

TEST_F(Checkpoint, ThatIsNotFinishedLeavesNothing) {
  write_one(output_, 1);
  {
    CheckpointWriter unfinished(output_);
    unfinished.add("round", std::int64_t{2});
  }
  EXPECT_EQ(CheckpointReader(output_).number("round"), 1);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 1);
}

TEST_F(Checkpoint, IsRemovedWithTheOneBefore) {
  write_one(output_, 1);
  write_one(output_, 2);
  std::ofstream(output_.string() + ".ckpt.new") << "of a killed program";
  remove_checkpoints(output_);
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(Checkpoint, WithAnyByteChangedIsRefused) {
  write_one(output_, 1);
  write_one(output_, 2);
  for (std::uint64_t at = 0; at < fs::file_size(path_); ++at) {
    change_byte(at, path_);
    const auto said = refusal(output_);
    EXPECT_NE(said.find(path_.string()), std::string::npos) << "byte " << at << ": " << said;
    EXPECT_NE(said.find("mv " + previous_.string()), std::string::npos) << said;
    change_byte(at, path_);
  }
  EXPECT_EQ(refusal(output_), "");
}

TEST_F(Checkpoint, CutAnywhereIsRefused) {
  write_one(output_, 1);
  for (auto size = fs::file_size(path_); size-- > 0;) {
    fs::resize_file(path_, size);
    EXPECT_NE(refusal(output_).find("delete it"), std::string::npos) << size << " bytes";
  }
}

TEST_F(Checkpoint, OfALaterVersionSaysSo) {
  write_one(output_, 1);
  change_byte(std::strlen("fedmeta checkpoint\n") + 1, path_);
  EXPECT_NE(refusal(output_).find("has the format 257, this program knows 1"), std::string::npos)
      << refusal(output_);
}

TEST_F(Checkpoint, ThatCannotBeWrittenSaysWhy) {
  try {
    CheckpointWriter("/proc/nowhere/a.h5");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::own_file);
    EXPECT_NE(std::string(error.what()).find("/proc/nowhere/a.h5.ckpt.new"), std::string::npos);
  }
}

}  // namespace
}  // namespace fedmeta::record
