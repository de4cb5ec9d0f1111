#include "broker/address.h"

#include <gtest/gtest.h>

#include <vector>

namespace pintle::broker {
namespace {

const std::vector<std::string> kMachine = {"10.1.2.3", "fd00::1"};

TEST(AddressTest, AWildcardAdvertisesTheMachinesFirstAddress) {
  const auto address = ChooseAddress({"0.0.0.0", 10911}, "", kMachine);
  ASSERT_TRUE(address);
  EXPECT_EQ(address->advertised.ToString(), "10.1.2.3:10911");
  EXPECT_EQ(address->host.ToString(), "10.1.2.3:10911");
}

TEST(AddressTest, ListeningOnTheLoopbackAdvertisesIt) {
  const auto address = ChooseAddress({"127.0.0.1", 4711}, "", kMachine);
  ASSERT_TRUE(address);
  EXPECT_EQ(address->advertised.ToString(), "127.0.0.1:4711");
}

TEST(AddressTest, AMachineWithoutANetworkAdvertisesTheLoopback) {
  const auto address = ChooseAddress({"0.0.0.0", 10911}, "", {});
  ASSERT_TRUE(address);
  EXPECT_EQ(address->advertised.ToString(), "127.0.0.1:10911");
}

TEST(AddressTest, WhatIsConfiguredWins) {
  const auto whole = ChooseAddress({"127.0.0.1", 10911}, "192.0.2.7:30911", kMachine);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->advertised.ToString(), "192.0.2.7:30911");
  EXPECT_EQ(whole->host.ToString(), "192.0.2.7:30911");

  const auto without_port = ChooseAddress({"0.0.0.0", 10911}, "192.0.2.7", kMachine);
  ASSERT_TRUE(without_port);
  EXPECT_EQ(without_port->advertised.ToString(), "192.0.2.7:10911");
}

TEST(AddressTest, ANameIsAdvertisedAndIdsHoldAnAddress) {
  const auto address = ChooseAddress({"0.0.0.0", 10911}, "broker.example", kMachine);
  ASSERT_TRUE(address);
  EXPECT_EQ(address->advertised.ToString(), "broker.example:10911");
  EXPECT_EQ(address->host.ToString(), "10.1.2.3:10911");
}

}  // namespace
}  // namespace pintle::broker
