#include "http/server/entity_tag.hpp"

#include <gtest/gtest.h>

namespace sambung::serving::entity_tag_test {
namespace {

TEST(EntityTag, IsFoundAmongThoseOfARequest) {
  EXPECT_TRUE(names_tag("\"a:1\"", "\"a:1\""));
  EXPECT_TRUE(names_tag("\"b\", W/\"a:1\"", "\"a:1\""));
  EXPECT_TRUE(names_tag("*", "\"a:1\""));
  for (auto const* others : {"", ",", "\"a:2\"", "a:1", "\"a:1", "\"a:1\"x"})
    EXPECT_FALSE(names_tag(others, "\"a:1\"")) << others;
}

}  // namespace
}  // namespace sambung::serving::entity_tag_test
