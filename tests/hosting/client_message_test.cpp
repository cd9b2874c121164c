#include "hosting/client_message.hpp"

#include <gtest/gtest.h>

namespace fedmeta::hosting {
namespace {

TEST(ClientMessage, ComesBackAsItWas) {
  const std::vector<data::Client> sent{
      {"f0001_41", std::vector<std::uint8_t>{0, 255, 7, 8}, {61, 0}},
      {"", std::vector<float>{0.1F, -2.5F, 3e-39F}, {5}},
      {std::string("a\0b c\n", 6), std::vector<std::uint8_t>{}, {}},
      {"none", std::vector<float>{}, {}},
  };
  comm::Bytes message;
  for (const auto& client : sent) pack(client, message);
  const auto received = unpack(message);
  ASSERT_EQ(received.size(), sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    EXPECT_EQ(received[i].id, sent[i].id);
    EXPECT_EQ(received[i].labels, sent[i].labels);
    EXPECT_EQ(received[i].features, sent[i].features);
  }
}

TEST(ClientMessage, AnEmptyOneHasNoClients) {
  EXPECT_TRUE(unpack({}).empty());
}

}  // namespace
}  // namespace fedmeta::hosting
