// The compact data file gives back what was written, in whole and in part, and refuses what is not one.
#include "record/data_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <limits>

#include "data/expect_error.hpp"
#include "data/temporary_folder.hpp"
#include "record/file_dataset.hpp"
#include "record/file_seal.hpp"
#include "record/h5.hpp"
#include "record/old_form.hpp"

namespace fedmeta::record {
namespace {

namespace fs = std::filesystem;
using data::Client;
using data::Storage;
using test::expect_error;

class DataFile : public testing::Test {
 protected:
  fs::path path(const char* name = "a.h5") const { return folder_.path() / name; }

  void write(const std::vector<Client>& clients, Storage storage, std::int64_t width,
             const data::WordVectors* vectors = nullptr, const std::string& dataset = "femnist") const {
    write_data_file(
        path(), {dataset, "leaf", storage, width, std::ssize(clients)},
        [&](std::int64_t i) { return clients[std::size_t(i)]; }, vectors, true);
  }

  /// Written and read, whole and client by client, they are the same.
  void expect_round_trip(const std::vector<Client>& clients, Storage storage, std::int64_t width) const {
    write(clients, storage, width);
    const auto header = data_file_header(path());
    EXPECT_EQ(header.dataset, "femnist");
    EXPECT_EQ(header.source, "leaf");
    EXPECT_EQ(header.storage, storage);
    EXPECT_EQ(header.width, width);
    ASSERT_EQ(header.clients, std::ssize(clients));
    expect_equal(read_all(path()), clients);
    // Every choice among them: runs of neighbours, gaps between them, none.
    for (std::size_t choice = 0; choice < std::size_t{1} << clients.size(); ++choice) {
      std::vector<Client> chosen;
      for (std::size_t i = 0; i < clients.size(); ++i)
        if (choice >> i & 1) chosen.push_back(clients[i]);
      const auto wanted = [&](const std::string& id) {
        return std::any_of(chosen.begin(), chosen.end(), [&](const Client& c) { return c.id == id; });
      };
      expect_equal(read_data_file(path(), wanted), chosen);
    }
    EXPECT_FALSE(fs::exists(path("a.h5.part")));
  }

  static void expect_equal(const std::vector<Client>& read, const std::vector<Client>& written) {
    ASSERT_EQ(read.size(), written.size());
    for (std::size_t i = 0; i < read.size(); ++i) {
      EXPECT_EQ(read[i].id, written[i].id);
      EXPECT_EQ(read[i].labels, written[i].labels);
      EXPECT_EQ(read[i].features, written[i].features);
    }
  }

  static std::vector<Client> read_all(const fs::path& path) {
    return read_data_file(path, [](const std::string&) { return true; });
  }

  test::TemporaryFolder folder_;
};

TEST_F(DataFile, KeepsBytes) {
  expect_round_trip({{"b", data::Bytes{0, 255, 7, 8}, {61, 0}}, {"a", data::Bytes{1, 2}, {3}}},
                    Storage::bytes, 2);
}

TEST_F(DataFile, KeepsFloats) {
  expect_round_trip({{"\xc3\xa4 b", data::Floats{-0.5F, 1e-30F, 3e30F}, {1}},
                     {"c", data::Floats{1, 2, 3, 4, 5, 6}, {0, 2}}},
                    Storage::floats, 3);
}

TEST_F(DataFile, KeepsIndices) {
  expect_round_trip({{"a", data::Indices{-1, 5}, {39}}, {"b", data::Indices{102, -1, 0, 1}, {0, 1}}},
                    Storage::indices, 2);
}

TEST_F(DataFile, KeepsWindowsOfTextSharedOrNot) {
  expect_round_trip({{"a", data::Windows{{'a', 'b', 'c', 0xE9}, {2, 0, 1}}, {'x', 'y', 0xFF}},
                     {"b", data::Windows{{'d', 'e'}, {0}}, {'f'}}},
                    Storage::windows, 2);
}

TEST_F(DataFile, KeepsClientsWithoutSamples) {
  expect_round_trip({{"none", data::Bytes{}, {}}, {"a", data::Bytes{1, 2}, {3}}, {"end", data::Bytes{}, {}}},
                    Storage::bytes, 2);
}

TEST_F(DataFile, TurnsBytesIntoFloatsWhereTheFileHasThem) {
  write({{"a", data::Bytes{0, 255}, {1}}, {"b", data::Floats{0.25F, 0.5F}, {2}}}, Storage::floats, 2);
  expect_equal(read_all(path()), {{"a", data::Floats{0, 1}, {1}}, {"b", data::Floats{0.25F, 0.5F}, {2}}});
}

TEST_F(DataFile, BringsTheWordsVectors) {
  const data::WordVectors vectors{3, 2, {1, 2, 0, 0, 0, 0}};
  write({{"a", data::Indices{0, 2}, {1}}}, Storage::indices, 2, &vectors);
  const auto read = read_word_vectors(path());
  EXPECT_EQ(read.words, 3);
  EXPECT_EQ(read.width, 2);
  EXPECT_EQ(read.values, vectors.values);
  EXPECT_NO_THROW(read_all(path()));

  write({{"a", data::Indices{0, 3}, {1}}}, Storage::indices, 2, &vectors);
  expect_error(Status::input, [&] { read_all(path()); }, {"token 3", "a.h5"});
}

TEST_F(DataFile, ExplainsItself) {
  write({{"a", data::Bytes{1, 2}, {3}}}, Storage::bytes, 2);
  const auto file = h5::open_file(path());
  for (const auto& name : h5::members(file)) {
    const auto dataset = h5::open_dataset(file, name);
    EXPECT_FALSE(h5::attribute<std::string>(dataset, "units").empty()) << name;
    EXPECT_FALSE(h5::attribute<std::string>(dataset, "description").empty()) << name;
  }
}

TEST_F(DataFile, RefusesWhatIsNone) {
  expect_error(Status::input, [&] { data_file_header(path()); }, {"a.h5"});
  folder_.write("a.h5", "not HDF5");
  expect_error(Status::input, [&] { data_file_header(path()); }, {"a.h5"});
  { h5::create_file(path()); }
  expect_error(Status::input, [&] { data_file_header(path()); }, {"not a data file", "a.h5"});
}

TEST_F(DataFile, RefusesWhatIsCutShort) {
  write({{"a", data::Bytes(2000, 7), std::vector<std::int32_t>(1000, 3)}}, Storage::bytes, 2);
  for (const auto size : {fs::file_size(path()) - 1, fs::file_size(path()) / 2}) {
    fs::resize_file(path(), size);
    expect_error(Status::input, [&] { read_all(path()); }, {"a.h5"});
  }
}

TEST_F(DataFile, OfVersionOneIsReadAsItWas) {
  const std::vector<Client> clients{{"\xc3\xa4 b", data::Floats{-0.5F, 1, 3}, {1}},
                                    {"c", data::Floats{1, 2, 3, 4, 5, 6}, {0, 2}}};
  write(clients, Storage::floats, 3);
  rewrite_in_old_form(path(), "format_version", 1);
  EXPECT_FALSE(has_seal(path()));
  expect_equal(read_all(path()), clients);
  EXPECT_NO_THROW(check_data_file(path(), MayFork::yes));
}

TEST_F(DataFile, IsCheckedAsAWhole) {
  write({{"a", data::Bytes(2000, 7), std::vector<std::int32_t>(1000, 3)}}, Storage::bytes, 2);
  for (const auto may_fork : {MayFork::yes, MayFork::no}) EXPECT_NO_THROW(check_data_file(path(), may_fork));
  const auto flip = [&] {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-60, std::ios::end).put('\x7f');
  };
  flip();
  expect_error(Status::input, [&] { check_data_file(path(), MayFork::no); }, {"checksum is wrong", "a.h5"});
  // Without the seal, the child finds what can be found by reading.
  write({{"a", data::Bytes{1, 2}, {-1}}}, Storage::bytes, 2);
  h5::Handle changed(H5Fopen(path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
  ASSERT_GE(H5Ldelete(changed, "features", H5P_DEFAULT), 0);
  ASSERT_GE(changed.close(), 0);
  expect_error(Status::input, [&] { check_data_file(path(), MayFork::yes); }, {"a.h5:/features"});
}

TEST_F(DataFile, RefusesContradictions) {
  write({{"a", data::Windows{{'a', 'b', 'c'}, {2}}, {'x'}}}, Storage::windows, 2);
  expect_error(Status::input, [&] { read_all(path()); }, {"outside", "window_start"});
  write({{"a", data::Bytes{1, 2}, {-1}}}, Storage::bytes, 2);
  expect_error(Status::input, [&] { read_all(path()); }, {"label"});
  write({{"a", data::Bytes{1, 2}, {3, 4}}}, Storage::bytes, 2);  // a label more than samples
  expect_error(Status::input, [&] { read_all(path()); }, {"features"});
}

TEST_F(DataFile, RefusesAnIdThatIsGivenTwice) {
  write({{"a", data::Bytes{1, 2}, {3}}, {"b", data::Bytes{1, 2}, {3}}, {"a", data::Bytes{5, 6}, {7}}},
        Storage::bytes, 2);
  expect_error(Status::input, [&] { read_all(path()); }, {"two clients have the id a", "a.h5"});
}

TEST_F(DataFile, RefusesNumbersThatAreNotFinite) {
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    write({{"a", data::Floats{1, 2}, {3}}, {"b", data::Floats{1, value}, {3}}}, Storage::floats, 2);
    expect_error(Status::input, [&] { read_all(path()); }, {"NaN or infinite", "features"});
    const data::WordVectors vectors{3, 2, {1, value, 0, 0, 0, 0}};
    write({{"a", data::Indices{0, 2}, {1}}}, Storage::indices, 2, &vectors);
    expect_error(Status::input, [&] { read_word_vectors(path()); }, {"NaN or infinite", "word_vectors"});
  }
}

TEST_F(DataFile, RefusesWhatItsDataSetDoesNotHave) {
  const auto expect_refused = [&](const std::string& dataset, std::initializer_list<std::string> parts) {
    data::DatasetPlan plan;
    plan.dataset = dataset;
    expect_error(
        Status::input, [&] { open_dataset(path(), plan)->read(path()); }, parts);
  };
  auto pixels = data::Floats(784, 0.25F);
  pixels[5] = 1.5F;
  write({{"a", pixels, {3}}}, Storage::floats, 784);
  expect_refused("femnist", {"pixel", "user a"});
  write({{"a", data::Indices(784, 1), {3}}}, Storage::indices, 784);
  expect_refused("femnist", {"stores femnist"});
  write({{"a", data::Indices{0, 1, 2, 3, 4, 5, 103}, {3}}}, Storage::indices, 7, nullptr, "production");
  expect_refused("production", {"no column 103", "user a"});
  write({{"a", data::Indices(25, 0), {1}}}, Storage::indices, 25, nullptr, "sent140");
  expect_refused("sent140", {"lacks its words' vectors"});
  write({{"a", data::Floats(60, 0.5F), {7}}}, Storage::floats, 60, nullptr, "synthetic");
  expect_refused("synthetic", {"label 7", "--generator alpha-beta"});
}

TEST_F(DataFile, KnowsWhatItsMakerPassedOver) {
  write_data_file(
      path(), {"femnist", "leaf", Storage::bytes, 784, 1, "b.json.bz2\nc.JSON"},
      [](std::int64_t) -> Client {
        return {"a", data::Bytes(784), {1}};
      },
      nullptr, false);
  EXPECT_EQ(data_file_header(path()).passed_over, "b.json.bz2\nc.JSON");
  EXPECT_EQ(open_dataset(path(), {})->passed_over_before(), "b.json.bz2\nc.JSON");
}

/// A data file with an array of one number a row put in the place of its own.
class DamagedDataFile : public DataFile {
 protected:
  void SetUp() override {
    write({{"a", data::Bytes{1, 2}, {3}}, {"b", data::Bytes{4, 5}, {6}}}, Storage::bytes, 2);
  }

  template <class T>
  void replace(const char* name, const std::vector<T>& values) {
    replace(name,
            H5Tcopy(std::is_same_v<T, double>    ? H5T_NATIVE_DOUBLE
                    : std::is_same_v<T, int64_t> ? H5T_NATIVE_INT64
                                                 : H5T_NATIVE_INT32),
            {values.size()}, values.data());
  }
  /// Without values, so large as it says.
  void replace_by_claim(const char* name, std::vector<hsize_t> lengths, hid_t type) {
    replace(name, H5Tcopy(type), lengths, nullptr);
  }
  void expect_refused(std::initializer_list<std::string> parts) {
    expect_error(
        Status::input, [&] { read_all(path()); }, parts);
  }

 private:
  void replace(const char* name, hid_t type, std::vector<hsize_t> lengths, const void* values) {
    const h5::Handle file(H5Fopen(path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
    H5Ldelete(file, name, H5P_DEFAULT);
    const h5::Handle own_type(type, H5Tclose);
    const h5::Handle space(H5Screate_simple(int(lengths.size()), lengths.data(), nullptr), H5Sclose);
    const h5::Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    const std::vector<hsize_t> chunk(lengths.size(), 1);
    if (!values) H5Pset_chunk(properties, int(chunk.size()), chunk.data());
    const h5::Handle dataset(H5Dcreate2(file, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT),
                             H5Dclose);
    ASSERT_GE(hid_t(dataset), 0) << name;
    if (values) {
      ASSERT_GE(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), 0);
    }
  }
};

TEST_F(DamagedDataFile, Offsets) {
  using Offsets = std::vector<std::int64_t>;
  constexpr auto huge = std::int64_t{1} << 60;
  for (const Offsets& offsets : {Offsets{0, huge, huge + 1}, Offsets{0, 1, huge}, Offsets{0, -1, 2},
                                 Offsets{1, 1, 2}, Offsets{0, 2, 1}, Offsets{0, 1, 1}, Offsets{0, 1, 3}}) {
    replace("sample_offset", offsets);
    expect_refused({"offsets", "a.h5:/sample_offset"});
  }
  replace("sample_offset", Offsets{0, 2});
  expect_refused({"a.h5:/sample_offset"});
  replace("sample_offset", Offsets{0, 1, 2, 2});
  expect_refused({"a.h5:/sample_offset"});
  replace("sample_offset", Offsets{0, 1, 2});
  EXPECT_EQ(read_all(path()).size(), 2U);
}

/// Not a word of memory or of nodes: the file is what is wrong.
TEST_F(DamagedDataFile, ArraysThatSayTheyAreLargerThanTheFile) {
  constexpr hsize_t huge = hsize_t{1} << 45;
  replace("sample_offset", std::vector<std::int64_t>{0, 1, std::int64_t(huge)});
  replace_by_claim("label", {huge}, H5T_NATIVE_INT32);
  expect_refused({"more values than the file holds", "a.h5:/label"});
  replace_by_claim("client_id", {huge}, H5T_C_S1);
  expect_refused({"a.h5:/client_id"});
}

TEST_F(DamagedDataFile, ArraysOfAnotherTypeOrShape) {
  replace("label", std::vector<double>{3, 6.5});
  expect_refused({"another type", "a.h5:/label"});
  replace("label", std::vector<std::int64_t>{3, (std::int64_t{1} << 32) + 6});  // 6, if it were cut
  expect_refused({"another type", "a.h5:/label"});
  replace("label", std::vector<std::int32_t>{3, 6});
  replace("features", std::vector<std::int32_t>{1, 2});
  expect_refused({"a.h5:/features"});
}

TEST_F(DataFile, OfClientsThatAreNotWantedNothingIsRead) {
  write({{"a", data::Bytes{1, 2}, {3}}, {"bad", data::Bytes{1, 2}, {-1}}, {"c", data::Bytes{5, 6}, {7}}},
        Storage::bytes, 2);
  expect_equal(read_data_file(path(), [](const std::string& id) { return id != "bad"; }),
               {{"a", data::Bytes{1, 2}, {3}}, {"c", data::Bytes{5, 6}, {7}}});
  expect_error(Status::input,
               [&] { read_data_file(path(), [](const std::string& id) { return id != "c"; }); }, {"label"});
}

TEST_F(DataFile, IsNotOverwrittenNorWrittenWhereItCannotBe) {
  const auto make = [](std::int64_t) -> Client { return {"a", data::Bytes{1}, {0}}; };
  const DataFileHeader header{"femnist", "leaf", Storage::bytes, 1, 1};
  write_data_file(path(), header, make, nullptr, false);
  expect_error(Status::usage, [&] { write_data_file(path(), header, make, nullptr, false); }, {"--force"});
  expect_error(Status::own_file, [&] { write_data_file(path() / "b.h5", header, make, nullptr, false); },
               {"a.h5"});
}

TEST_F(DataFile, LeavesNothingWhereAClientCannotBeMade) {
  const auto make = [](std::int64_t) -> Client { throw Error(Status::input, "no such client"); };
  expect_error(Status::input,
               [&] {
                 write_data_file(path(), {"femnist", "leaf", Storage::bytes, 1, 1}, make, nullptr, false);
               },
               {"no such client"});
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(DataFile, IsADataSet) {
  Client client{"a", data::Bytes(3 * 784, 10), {3, 61, 9}};
  write({client}, Storage::bytes, 784);
  data::DatasetPlan plan;
  plan.options["digits"] = plan.options["invert"] = true;
  const auto dataset = open_dataset(path(), plan);
  EXPECT_EQ(dataset->form().classes, 10);
  EXPECT_EQ(dataset->source(path()), "leaf");
  EXPECT_FALSE(dataset->deals_label_shards());
  plan.options["partition"] = "shards";
  EXPECT_TRUE(open_dataset(path(), plan)->deals_label_shards());
  const auto files = dataset->files(path()).read;
  ASSERT_EQ(files.size(), 1U);
  expect_equal(dataset->read(files[0]), {{"a", data::Bytes(2 * 784, 245), {3, 9}}});

  plan.dataset = "synthetic";
  expect_error(Status::usage, [&] { open_dataset(path(), plan); }, {"--dataset synthetic", "femnist"});
  client.labels[1] = 62;
  write({client}, Storage::bytes, 784);
  expect_error(Status::input, [&] { open_dataset(path(), {})->read(path()); }, {"label 62", "user a"});
  write({{"a", data::Bytes{1}, {1}}}, Storage::bytes, 1);
  expect_error(Status::input, [&] { open_dataset(path(), {}); }, {"a.h5", "1 numbers"});
}

/// The names reach titles, tables and messages.
TEST_F(DataFile, OfAnUnknownDataSetOrSourceIsRefused) {
  const Client client{"a", data::Bytes{1, 2}, {3}};
  const auto write_named = [&](const std::string& dataset, const std::string& source) {
    write_data_file(
        path(), {dataset, source, Storage::bytes, 2, 1}, [&](std::int64_t) { return client; }, nullptr, true);
  };
  write_named("../../up", "leaf");
  expect_error(Status::input, [&] { data_file_header(path()); }, {"../../up", "femnist"});
  write_named("femnist", "x\x1b[2J");
  expect_error(Status::input, [&] { data_file_header(path()); }, {"unknown source", "leaf"});
}

}  // namespace
}  // namespace fedmeta::record
