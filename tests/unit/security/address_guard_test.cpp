#include "core/ip_network.hpp"

#include <sambung/core/error.hpp>
#include <sambung/security/address_guard.hpp>

#include <gtest/gtest.h>

namespace sambung::address_guard_test {
namespace {

boost::asio::ip::address address(std::string const& text) { return boost::asio::ip::make_address(text); }

TEST(AddressGuard, LetsPublicAddressesPass) {
  address_guard const guard;
  for (auto const* text :
       {"1.1.1.1",         "8.8.8.8",         "9.255.255.255",   "11.0.0.0",        "100.63.255.255", "100.128.0.0",
        "126.255.255.255", "128.0.0.0",       "168.63.129.15",   "169.253.255.255", "169.255.0.0",    "172.15.255.255",
        "172.32.0.0",      "192.0.1.0",       "192.167.255.255", "192.169.0.0",     "198.17.255.255", "198.20.0.0",
        "223.255.255.255", "2606:4700::1111", "2001:200::1",     "2a00:1450::1",    "2003::1",        "3ffe::1"}) {
    EXPECT_TRUE(is_public(address(text))) << text;
    EXPECT_TRUE(guard("example.com", text)) << text;
  }
}

TEST(AddressGuard, RefusesEveryOtherKind) {
  address_guard const guard;
  for (auto const* text : {"0.0.0.0",
                           "0.255.255.255",
                           "10.0.0.0",
                           "10.255.255.255",
                           "100.64.0.0",
                           "100.100.100.200",
                           "100.127.255.255",
                           "127.0.0.0",
                           "127.0.0.1",
                           "127.255.255.255",
                           "168.63.129.16",
                           "169.254.169.254",
                           "172.16.0.0",
                           "172.31.255.255",
                           "192.0.0.192",
                           "192.0.2.1",
                           "192.88.99.1",
                           "192.168.0.1",
                           "198.18.0.1",
                           "198.19.255.255",
                           "198.51.100.1",
                           "203.0.113.1",
                           "224.0.0.1",
                           "239.255.255.255",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::7f00:1",
                           "::ffff:127.0.0.1",
                           "::ffff:8.8.8.8",
                           "::ffff:0:8.8.8.8",
                           "64:ff9b::7f00:1",
                           "64:ff9b::808:808",
                           "64:ff9b:1::1",
                           "100::1",
                           "1fff::1",
                           "2001::1",
                           "2001:0:7f00:1::",
                           "2001:10::1",
                           "2001:db8::1",
                           "2002:7f00:1::",
                           "3fff::1",
                           "4000::1",
                           "5f00::1",
                           "fc00::1",
                           "fd00:ec2::254",
                           "fe80::1",
                           "fec0::1",
                           "ff02::1"}) {
    EXPECT_FALSE(is_public(address(text))) << text;
    EXPECT_FALSE(guard("example.com", text)) << text;
  }
}

TEST(AddressGuard, RefusesWhatIsNoAddress) {
  address_guard const guard;
  for (auto const* text : {"", "8.8.8", "8.8.8.8.", "0x8080808", "134744072", "8.8.8.010", "[2606:4700::1111]"})
    EXPECT_FALSE(guard("example.com", text)) << text;
  EXPECT_FALSE(guard("example.com", std::string_view("8.8.8.8\0.evil", 13)));
  EXPECT_FALSE(ip_network::parse(std::string_view("8.8.8.8\0x", 9)));
}

TEST(AddressGuard, AllowsTheOperatorsHostsWhateverTheirAddress) {
  address_guard guard;
  guard.allow_host("Models.Internal.").allow_host("localhost");

  EXPECT_TRUE(guard("models.internal", "10.0.0.1"));
  EXPECT_TRUE(guard("MODELS.internal.", "::1"));
  EXPECT_TRUE(guard("localhost", "127.0.0.1"));
  EXPECT_FALSE(guard("evil.models.internal", "10.0.0.1"));
  EXPECT_FALSE(guard("models.internal.evil.example", "10.0.0.1"));
  EXPECT_FALSE(guard("internal", "10.0.0.1"));
}

TEST(AddressGuard, AllowsOfNat64WhatItAllowsOfIpv4) {
  address_guard guard;
  guard.allow_network("64:ff9b::/96");
  EXPECT_TRUE(guard("a", "64:ff9b::808:808"));
  for (auto const* text :
       {"64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::", "64:ff9b:0:0:1::808:808"})
    EXPECT_FALSE(guard("a", text)) << text;

  guard.allow_network("10.1.0.0/16");
  EXPECT_TRUE(guard("a", "64:ff9b::10.1.2.3"));
  EXPECT_FALSE(guard("a", "64:ff9b::10.2.2.3"));
  EXPECT_TRUE(guard.allow_host("b")("b", "64:ff9b::7f00:1"));
}

TEST(AddressGuard, AllowsTheOperatorsNetworks) {
  address_guard guard;
  guard.allow_network("10.1.0.0/16").allow_network("fd12::/16");

  EXPECT_TRUE(guard("a", "10.1.255.1"));
  EXPECT_FALSE(guard("a", "10.2.0.1"));
  EXPECT_TRUE(guard("a", "fd12::1"));
  EXPECT_FALSE(guard("a", "fd13::1"));
  for (auto const* wrong : {"", "10.1.2.3/16", "10.0.0.0/33", "localhost", "10.0.0.0/", "fd00::/129"})
    EXPECT_THROW(guard.allow_network(wrong), error) << wrong;
}

TEST(AddressGuard, CopiesAreIndependent) {
  address_guard open;
  address_guard const before = open;
  open.allow_host("localhost");

  EXPECT_TRUE(open("localhost", "127.0.0.1"));
  EXPECT_FALSE(before("localhost", "127.0.0.1"));
}

}  // namespace
}  // namespace sambung::address_guard_test
