// A results file explains itself: units and description on every dataset, a scale on every axis.
#include <gtest/gtest.h>
#include <hdf5_hl.h>

#include <array>
#include <cstdlib>
#include <set>

#include "record/h5.hpp"
#include "record/results_writer.hpp"
#include "record/synthetic_results.hpp"

namespace fedmeta::record {
namespace {

/// A file with everything a file can hold.
void write_full(const std::filesystem::path& path) {
  const Results results = head();
  ResultsWriter writer(path, false, results.header, results.system, results.data);
  auto rows = run("meta-sgd", 1, std::array{0.5, 0.9}, 0.6, 10, 4);
  for (auto& row : rows.evaluations) row.accuracy_top4 = row.initial_accuracy_client_mean = 0.95;
  for (auto& row : rows.clients) {
    row.accuracy_top4 = 0.95;
    row.flops = 10;
  }
  const Model model{R"([["w",[3]]])", {1, 2, 3}, {4, 5, 6}, {1, 2, 3}, {4, 5, 6}};
  RunWriter out = writer.begin_run(rows.header, 2);
  out.append_rounds(rows.rounds);
  for (const cost::EvaluationRow& row : rows.evaluations) out.append_evaluation(row);
  out.write_curve(std::array{cost::CurveRow{0, 0.5, 0.25}, cost::CurveRow{1, 0.75, 0.5}});
  out.write_self_curve(std::array{cost::SelfCurveRow{0, 0.5, 0.25, 0.75}});
  out.write_target(rows.target.value());
  out.write_clients(rows.clients);
  out.write_phases({{1, 2, 3, 6}, {0, 200, 300, 600}, "rapl"});
  out.finish(&model, "complete");
  writer.set_gemm_end({1e9, 2e9});
  writer.close("complete");
}

std::vector<std::string> datasets_of(const h5::Node& file) {
  std::vector<std::string> names;
  const auto add = [](hid_t, const char* name, const H5O_info_t* info, void* out) -> herr_t {
    if (info->type == H5O_TYPE_DATASET) static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
#if H5_VERSION_GE(1, 12, 0)
  H5Ovisit(file.id, H5_INDEX_NAME, H5_ITER_NATIVE, add, &names, H5O_INFO_BASIC);
#else
  H5Ovisit(file.id, H5_INDEX_NAME, H5_ITER_NATIVE, add, &names);
#endif
  return names;
}

/// Names of the scales on an axis, and that they are as long as the axis.
herr_t collect_scale(hid_t dataset, unsigned axis, hid_t scale, void* out) {
  std::array<char, 256> name{};
  H5Iget_name(scale, name.data(), name.size());
  static_cast<std::set<std::string>*>(out)->insert(name.data());
  std::array<hsize_t, 2> lengths{}, length{};
  H5Sget_simple_extent_dims(h5::Handle(H5Dget_space(dataset), H5Sclose), lengths.data(), nullptr);
  H5Sget_simple_extent_dims(h5::Handle(H5Dget_space(scale), H5Sclose), length.data(), nullptr);
  EXPECT_EQ(lengths[axis], length[0]) << name.data();
  return 0;
}

TEST(SelfDescription, EveryDatasetHasUnitsDescriptionAndScales) {
  const Folder folder;
  write_full(folder.path() / "a.h5");
  const h5::Node file = h5::open_file(folder.path() / "a.h5");
  const std::vector<std::string> names = datasets_of(file);
  EXPECT_GT(names.size(), 40u);
  for (const std::string& name : names) {
    const h5::Node dataset = h5::open_dataset(file, name);
    EXPECT_NE(h5::attribute<std::string>(dataset, "units"), "") << name;
    EXPECT_NE(h5::attribute<std::string>(dataset, "description"), "") << name;
    if (H5DSis_scale(dataset.id) > 0) continue;
    for (unsigned axis = 0; axis < h5::lengths(dataset).size(); ++axis) {
      std::set<std::string> scales;
      H5DSiterate_scales(dataset.id, axis, nullptr, collect_scale, &scales);
      EXPECT_EQ(scales.size(), 1u) << name << " axis " << axis;
    }
  }
}

/// Damage is found by checksums: of chunks, and in the formats of HDF5 1.10 of all that leads to them.
TEST(SelfDescription, EveryValueHasAChecksum) {
  const Folder folder;
  write_full(folder.path() / "a.h5");
  const h5::Node file = h5::open_file(folder.path() / "a.h5");
  for (const std::string& name : datasets_of(file)) {
    const h5::Node dataset = h5::open_dataset(file, name);
    const h5::Handle properties(H5Dget_create_plist(dataset.id), H5Pclose);
    if (H5Dget_storage_size(dataset.id) == 0) continue;  // a length without values
    EXPECT_EQ(H5Pget_layout(properties), H5D_CHUNKED) << name;
    unsigned flags = 0, settings = 0;
    std::size_t count = 0;
    EXPECT_GE(H5Pget_filter_by_id2(properties, H5Z_FILTER_FLETCHER32, &flags, &count, &settings, 0, nullptr,
                                   nullptr),
              0)
        << name;
    H5O_info_t info{};
#if H5_VERSION_GE(1, 12, 0)
    H5O_native_info_t native{};
    ASSERT_GE(H5Oget_native_info(dataset.id, &native, H5O_NATIVE_INFO_HDR), 0);
    EXPECT_EQ(native.hdr.version, 2U) << name;
    static_cast<void>(info);
#else
    ASSERT_GE(H5Oget_info(dataset.id, &info), 0);
    EXPECT_EQ(info.hdr.version, 2U) << name;
#endif
  }
  H5F_info2_t info{};
  ASSERT_GE(H5Fget_info2(file.id, &info), 0);
  EXPECT_EQ(info.super.version, 2U);  // 3 would mark a file that is open, and keep readers out
}

herr_t expect_one_length(hid_t node, const char* name, const H5A_info_t*, void*) {
  const h5::Handle id(H5Aopen(node, name, H5P_DEFAULT), H5Aclose), type(H5Aget_type(id), H5Tclose);
  EXPECT_LE(H5Tis_variable_str(type), 0) << name;
  return 0;
}

TEST(SelfDescription, TextsHaveOneLength) {
  const Folder folder;
  write_full(folder.path() / "a.h5");
  const h5::Node file = h5::open_file(folder.path() / "a.h5");
  auto names = datasets_of(file);
  names.insert(names.end(), {"/", "data", "runs/meta-sgd/seed1", "runs/meta-sgd/seed1/model"});
  for (const std::string& name : names) {
    const h5::Handle node(H5Oopen(file.id, name.c_str(), H5P_DEFAULT), H5Oclose);
    EXPECT_GE(H5Aiterate2(node, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, expect_one_length, nullptr), 0)
        << name;
    if (H5Iget_type(node) != H5I_DATASET) continue;
    const h5::Handle type(H5Dget_type(node), H5Tclose);
    EXPECT_LE(H5Tis_variable_str(type), 0) << name;
  }
}

TEST(SelfDescription, AttributesOfAnyLengthAreReplaced) {
  const Folder folder;
  const h5::Node file = h5::create_file(folder.path() / "a.h5");
  for (const std::string& text : {std::string("running"), std::string("complete"), std::string(),
                                  std::string("x"), std::string(200'000, 'y'), std::string("Zo\xc3\xab")}) {
    h5::set_attribute(file, "status", text);
    EXPECT_EQ(h5::attribute<std::string>(file, "status"), text);
  }
  EXPECT_EQ(h5::attribute_names(file), std::vector<std::string>{"status"});
}

/// One long text would take its length for each of the others.
TEST(SelfDescription, LongTextsTakeLittleSpace) {
  const Folder folder;
  const auto path = folder.path() / "a.h5";
  std::vector<std::string> texts(5'000, "user");
  texts[7] = std::string(10'000, 'z');
  {
    h5::Node file = h5::create_file(path);
    const h5::Node dataset = h5::create_dataset<std::string>(file, {"id", "1", ""},
                                                             {{texts.size()}, false, 0, h5::longest(texts)});
    h5::write<std::string>(dataset, texts);
    h5::close_file(file);
  }
  EXPECT_LT(std::filesystem::file_size(path), 2'000'000U);
  EXPECT_EQ(h5::read<std::string>(h5::open_file(path), "id").values, texts);
}

TEST(SelfDescription, AxesAreTheContracts) {
  const Folder folder;
  write_full(folder.path() / "a.h5");
  const h5::Node file = h5::open_file(folder.path() / "a.h5");
  const std::vector<std::tuple<std::string, unsigned, std::string>> expected{
      {"system/host", 0, "/rank"},
      {"system/gemm_flops_per_second_end", 0, "/rank"},
      {"data/client_id", 0, "/client"},
      {"data/order", 0, "/data/sample"},
      {"runs/meta-sgd/seed1/rounds/clients", 0, "/runs/meta-sgd/seed1/rounds/round"},
      {"runs/meta-sgd/seed1/rounds/clients", 1, "/runs/meta-sgd/seed1/rounds/slot"},
      {"runs/meta-sgd/seed1/rounds/rank_seconds_compute", 1, "/rank"},
      {"runs/meta-sgd/seed1/evaluations/round", 0, "/runs/meta-sgd/seed1/evaluations/evaluation"},
      {"runs/meta-sgd/seed1/evaluations/accuracy_top4", 0, "/runs/meta-sgd/seed1/evaluations/evaluation"},
      {"runs/meta-sgd/seed1/clients/flops", 0, "/runs/meta-sgd/seed1/clients/test_client"},
      {"runs/meta-sgd/seed1/clients/accuracy", 0, "/runs/meta-sgd/seed1/clients/test_client"},
      {"runs/meta-sgd/seed1/personalisation/accuracy", 0, "/runs/meta-sgd/seed1/personalisation/epochs"},
      {"runs/meta-sgd/seed1/self_curve/accuracy_top4", 0, "/runs/meta-sgd/seed1/self_curve/step"},
      {"runs/meta-sgd/seed1/target/round", 0, "/runs/meta-sgd/seed1/target/target"},
      {"runs/meta-sgd/seed1/model/theta", 0, "/runs/meta-sgd/seed1/model/parameter"},
  };
  for (const auto& [name, axis, scale] : expected) {
    std::set<std::string> scales;
    H5DSiterate_scales(h5::open_dataset(file, name).id, axis, nullptr, collect_scale, &scales);
    EXPECT_EQ(scales, std::set<std::string>{scale}) << name;
  }
}

TEST(SelfDescription, ALengthWithoutValuesTakesNoSpace) {
  const Folder folder;
  write_full(folder.path() / "a.h5");
  const h5::Node file = h5::open_file(folder.path() / "a.h5");
  const h5::Node parameter = h5::open_dataset(file, "runs/meta-sgd/seed1/model/parameter");
  EXPECT_EQ(h5::lengths(parameter), std::vector<hsize_t>{3});
  EXPECT_EQ(H5Dget_storage_size(parameter.id), 0u);
}

TEST(SelfDescription, XarrayOpensEveryGroup) {
  const Folder folder;
  write_full(folder.path() / "a.h5");
  const std::string command = std::string(FEDMETA_PYTHON) + " '" + FEDMETA_XARRAY_SCRIPT + "' '" +
                              (folder.path() / "a.h5").string() + "'";
  const int status = std::system(command.c_str());
  if (!WIFEXITED(status) || WEXITSTATUS(status) == 77 || WEXITSTATUS(status) == 127)
    GTEST_SKIP() << "SKIPPED: no Python with xarray, h5netcdf, netCDF4 and h5py (set FEDMETA_PYTHON)";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace fedmeta::record
