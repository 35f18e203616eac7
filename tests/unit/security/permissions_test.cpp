// The table of roles and permissions.
#include <sambung/security/permissions.hpp>

#include <gtest/gtest.h>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>

namespace sambung::permissions_test {
namespace {

TEST(Permissions, AreAllHeldByAnOwner) {
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<permission>>(
      [](auto one) { EXPECT_TRUE(allows(member_role::owner, one.value)) << one.name; });
}

TEST(Permissions, AreRefusedToEverybodyWhenTheTableDoesNotListThem) {
  EXPECT_FALSE(allows(member_role::owner, static_cast<permission>(31)));
}

}  // namespace
}  // namespace sambung::permissions_test
