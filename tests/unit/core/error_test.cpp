#include <sambung/core/error.hpp>

#include <gtest/gtest.h>

#include <set>

namespace sambung::error_test {
namespace {

TEST(ErrorTable, HasOneCompleteRowForEachCode) {
  std::set<std::string_view> names;
  std::set<std::string_view> classes;
  for (auto const& row : errc_table()) {
    EXPECT_EQ(&info(row.code), &row);
    EXPECT_EQ(to_string(row.code), row.name);
    EXPECT_TRUE(names.insert(row.name).second);
    EXPECT_GE(row.http_status, 400);
    EXPECT_LT(row.http_status, 600);
    EXPECT_FALSE(row.orpc_code.empty());
    EXPECT_TRUE(row.openai_type.ends_with("_error"));
    EXPECT_TRUE(row.class_name.ends_with("Error"));
    EXPECT_TRUE(classes.insert(row.class_name).second);
  }
  EXPECT_EQ(info(errc::cancelled).class_name, "OperationCancelledError");
  EXPECT_EQ(names.size(), 16U);
}

TEST(Result, ThrowsItsFailureAsAnError) {
  result<int> const outcome = failure(errc::not_found, "no such chat");

  try {
    outcome.value();
    FAIL();
  } catch (error const& e) {
    EXPECT_EQ(e.code(), errc::not_found);
    EXPECT_STREQ(e.what(), "no such chat");
    EXPECT_EQ(e.why(), outcome.error());
  }
}

}  // namespace
}  // namespace sambung::error_test
