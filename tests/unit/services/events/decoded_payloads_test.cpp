#include "services/events/decoded_payloads.hpp"

#include <gtest/gtest.h>

namespace sambung::decoded_payloads_test {
namespace {

std::shared_ptr<std::string const> told(std::string name) {
  return std::make_shared<std::string const>(R"({"type":"told","name":")" + std::move(name) + R"(","body":1})");
}

TEST(DecodedPayloads, AreDecodedOnceForAllWhoFollow) {
  decoded_payloads decoded;
  auto const first = told("first");
  auto const second = told("second");

  auto const event = decoded.event_of(first);

  ASSERT_TRUE(event);
  EXPECT_EQ(std::get<event_told>(*event).name, "first");
  EXPECT_EQ(std::get<event_told>(*decoded.event_of(second)).name, "second");
  EXPECT_EQ(decoded.event_of(first), event);
}

TEST(DecodedPayloads, KeepsTheLastOnesAlone) {
  decoded_payloads decoded;
  std::weak_ptr<desk_event const> const oldest = decoded.event_of(told("oldest"));

  for (int i = 0; i < 100; ++i) decoded.event_of(told(std::to_string(i)));

  EXPECT_TRUE(oldest.expired());
}

TEST(DecodedPayloads, AreNothingWhereTheyAreNoEvent) {
  decoded_payloads decoded;
  EXPECT_FALSE(decoded.event_of(std::make_shared<std::string const>("{")));
}

}  // namespace
}  // namespace sambung::decoded_payloads_test
