// Clients on a device of little memory: the CPU, with a copy that is counted.
#include "data/resident/resident_clients.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "base/error.hpp"

namespace fedmeta::data {
namespace {

constexpr std::int64_t width = 4, samples = 3;
constexpr std::int64_t client_bytes = samples * (width + 4);  // bytes, and labels in 32 bits

/// Clients 0 .. n-1, of which number i has the value i everywhere; and a device that holds some of them.
class Device {
 public:
  explicit Device(std::size_t clients) : features_(clients), labels_(clients) {
    for (std::size_t i = 0; i < clients; ++i) {
      features_[i].assign(samples * width, static_cast<std::byte>(i));
      labels_[i].assign(samples, static_cast<std::int32_t>(i));
    }
  }
  ResidentClients with_room_for(std::int64_t clients) {
    std::vector<HostClient> host;
    for (std::size_t i = 0; i < features_.size(); ++i)
      host.push_back({features_[i].data(), labels_[i].data(), samples, 1, Storage::bytes});
    const SampleForm form{"femnist", {width}, width, 10};
    const auto copy = [this](const at::Tensor& tensor) {
      if (failures > 0 && failures-- > 0) TORCH_CHECK_WITH(OutOfMemoryError, false, "no memory");
      if (tensor.scalar_type() == at::kInt) ++copies;
      return tensor.clone();
    };
    return {form, host, {copy, clients * client_bytes}};
  }

  int copies = 0;    ///< clients that were copied
  int failures = 0;  ///< so many copies of a tensor will fail next

 private:
  std::vector<std::vector<std::byte>> features_;
  std::vector<std::vector<std::int32_t>> labels_;
};

/// Asks for the client, looks at it and lets it go. Returns whether it had to be copied.
bool copied(Device& device, ResidentClients& clients, std::size_t index) {
  const auto before = device.copies;
  const auto task = clients.task(index);
  const auto value = static_cast<double>(index);
  EXPECT_TRUE(at::equal(task.all.x, at::full({samples, width}, value, at::kFloat).div_(255)));
  EXPECT_TRUE(at::equal(task.all.y, at::full({samples}, value, at::kLong)));
  EXPECT_EQ(task.support().rows(), 1);
  return device.copies > before;
}

TEST(ResidentClients, AreCopiedOnceWhileThereIsRoom) {
  Device device(3);
  auto clients = device.with_room_for(3);
  for (const std::size_t index : {0, 1, 2}) EXPECT_TRUE(copied(device, clients, index));
  for (const std::size_t index : {2, 0, 1}) EXPECT_FALSE(copied(device, clients, index));
  EXPECT_EQ(clients.bytes(), 3 * client_bytes);
}

TEST(ResidentClients, LeaveInTheOrderOfTheirLastUse) {
  Device device(4);
  auto clients = device.with_room_for(3);
  for (const std::size_t index : {0, 1, 2}) copied(device, clients, index);
  copied(device, clients, 0);  // so that 1 is the next to leave
  EXPECT_TRUE(copied(device, clients, 3));
  EXPECT_EQ(clients.bytes(), 3 * client_bytes);
  for (const std::size_t index : {0, 2, 3}) EXPECT_FALSE(copied(device, clients, index)) << index;
  EXPECT_TRUE(copied(device, clients, 1));
  EXPECT_TRUE(copied(device, clients, 0));  // in whose place 1 came
}

TEST(ResidentClients, InComputationStay) {
  Device device(5);
  auto clients = device.with_room_for(2);
  const auto in_use = clients.task(0);
  for (const std::size_t index : {1, 2, 3, 4}) EXPECT_TRUE(copied(device, clients, index));
  EXPECT_FALSE(copied(device, clients, 0));
  EXPECT_EQ(clients.bytes(), 2 * client_bytes);
}

/// What is computed together is there together, whatever the limit; afterwards the limit holds again.
TEST(ResidentClients, OfAGroupBeyondTheLimitAreAllThere) {
  Device device(5);
  auto clients = device.with_room_for(2);
  {
    std::vector<Task> group;
    for (const std::size_t index : {0, 1, 2, 3}) group.push_back(clients.task(index));
    EXPECT_EQ(clients.bytes(), 4 * client_bytes);
    for (std::size_t index = 0; index < group.size(); ++index)
      EXPECT_FALSE(copied(device, clients, index)) << index;
  }
  EXPECT_TRUE(copied(device, clients, 4));
  EXPECT_EQ(clients.bytes(), 2 * client_bytes);
  EXPECT_FALSE(copied(device, clients, 3));
}

TEST(ResidentClients, LargerThanTheLimitAreThereWhileTheyAreUsed) {
  Device device(2);
  auto clients = device.with_room_for(0);
  EXPECT_TRUE(copied(device, clients, 0));
  EXPECT_TRUE(copied(device, clients, 1));
  EXPECT_EQ(clients.bytes(), client_bytes);
}

TEST(ResidentClients, LeaveWhereTheDeviceHasLessThanTheLimit) {
  Device device(4);
  auto clients = device.with_room_for(4);
  const auto in_use = clients.task(0);
  for (const std::size_t index : {1, 2}) copied(device, clients, index);
  device.failures = 1;
  EXPECT_TRUE(copied(device, clients, 3));
  EXPECT_EQ(clients.bytes(), 2 * client_bytes);
  EXPECT_FALSE(copied(device, clients, 0));
  EXPECT_TRUE(copied(device, clients, 1));
}

TEST(ResidentClients, ThatDoNotFitEvenAloneAreAnErrorWithARemedy) {
  Device device(3);
  auto clients = device.with_room_for(3);
  copied(device, clients, 0);
  device.failures = 2;
  try {
    clients.task(1);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::system);
    EXPECT_NE(std::string(error.what()).find("no memory left"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("--max-samples"), std::string::npos) << error.what();
  }
  EXPECT_EQ(clients.bytes(), 0);
  EXPECT_TRUE(copied(device, clients, 1));  // nothing is left half done
}

TEST(ResidentClients, OnTheCpuAreNotCopied) {
  const std::vector<float> features(samples * width, 0.5F);
  const std::vector<std::int32_t> labels(samples, 1);
  ResidentClients clients(
      {"synthetic", {width}, width, 2},
      {{reinterpret_cast<const std::byte*>(features.data()), labels.data(), samples, 1, Storage::floats}},
      on_device(at::kCPU, 0));
  EXPECT_EQ(clients.task(0).all.x.data_ptr<float>(), features.data());
  EXPECT_EQ(on_device(at::kCPU, 0).limit, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(on_device(at::Device(at::kCUDA, 0), 7).limit, 7);
}

TEST(ResidentClients, OfTextsKeepTheTextAndWhereSamplesBegin) {
  constexpr std::int32_t starts[] = {2, 0};
  constexpr std::byte text[] = {std::byte{5}, std::byte{6}, std::byte{7}, std::byte{8}};
  std::vector<std::byte> features(sizeof starts + sizeof text);
  std::memcpy(features.data(), starts, sizeof starts);
  std::memcpy(features.data() + sizeof starts, text, sizeof text);
  const std::vector<std::int32_t> labels{1, 0};
  ResidentClients clients({"shakespeare", {2}, 2, 9, Input::tokens, 9},
                          {{features.data(), labels.data(), 2, 1, Storage::windows, sizeof text}},
                          {[](const at::Tensor& tensor) { return tensor.clone(); }, 0});
  EXPECT_TRUE(at::equal(clients.task(0).all.x, at::tensor({7, 8, 5, 6}, at::kLong).view({2, 2})));
  EXPECT_EQ(clients.bytes(), static_cast<std::int64_t>(sizeof starts + sizeof text) + 2 * 4);
}

}  // namespace
}  // namespace fedmeta::data
