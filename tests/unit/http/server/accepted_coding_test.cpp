#include "http/server/accepted_coding.hpp"

#include <gtest/gtest.h>

namespace sambung::serving::accepted_coding_test {
namespace {

// Of each value a field of its own.
std::string_view chosen(std::vector<std::string_view> const& values, bool gzip = true, bool brotli = true) {
  request_head head;
  for (auto const value : values) head.fields.push_back({"Accept-Encoding", value});
  coding_choice there;
  there.gzip = gzip;
  there.brotli = brotli;
  return name_of_coding(accepted_coding(head, there));
}

TEST(AcceptedCoding, IsTheSmallestOfThoseThatTheClientLikesMost) {
  EXPECT_EQ(chosen({"gzip, deflate, br, zstd"}), "br");
  EXPECT_EQ(chosen({"gzip"}), "gzip");
  EXPECT_EQ(chosen({"x-gzip"}), "gzip");
  EXPECT_EQ(chosen({"GZip;Q=0.5"}), "gzip");
  EXPECT_EQ(chosen({"*"}), "br");
  EXPECT_EQ(chosen({"gzip, br"}, true, false), "gzip");
  EXPECT_EQ(chosen({"gzip, br"}, false, false), "");
  EXPECT_EQ(chosen({"gzip", "br"}), "br");
}

TEST(AcceptedCoding, FollowsWeights) {
  EXPECT_EQ(chosen({"br;q=0.5, gzip;q=0.9"}), "gzip");
  EXPECT_EQ(chosen({"br;q=0, gzip"}), "gzip");
  EXPECT_EQ(chosen({"br ; q=0.001"}), "br");
  EXPECT_EQ(chosen({"*;q=0"}), "");
  EXPECT_EQ(chosen({"*;q=0.5, br;q=0"}), "gzip");
  EXPECT_EQ(chosen({"identity, gzip;q=0.5, br;q=0.5"}), "");
  EXPECT_EQ(chosen({"identity;q=0.5, gzip;q=0.5"}), "gzip");
}

TEST(AcceptedCoding, IsNoneWhereNothingIsSaidOrNothingIsLiked) {
  EXPECT_EQ(chosen({}), "");
  EXPECT_EQ(chosen({""}), "");
  EXPECT_EQ(chosen({"identity;q=0"}), "");
  EXPECT_EQ(chosen({"gzip;q=0, br;q=0.000, *;q=0"}), "");
  EXPECT_EQ(chosen({"deflate, zstd"}), "");
}

TEST(AcceptedCoding, TakesNothingFromWhatIsMalformed) {
  for (auto const* value : {"br;q=2", "br;q=1.001", "br;q=0.0001", "br;q=", "br;q=-1", "br;q=1x", "br;level=9", "b r",
                            ",,,;;;", "br=1", "\"br\"", "br;q=0.5;q=1"})
    EXPECT_EQ(chosen({value}), "") << value;
}

}  // namespace
}  // namespace sambung::serving::accepted_coding_test
