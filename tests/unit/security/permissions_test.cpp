// The table of roles and permissions.
#include <sambung/core/error.hpp>
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

constexpr auto ticket_read = own_permission(0);
constexpr auto ticket_close = own_permission(31);

permission_table tickets() {
  permission_table own;
  own.add(ticket_read, "ticket_read", {member_role::owner, member_role::member});
  own.add(ticket_close, "ticket_close", {member_role::owner});
  return own;
}

TEST(OwnPermissions, AreHeldByTheRolesOfTheirRow) {
  auto const own = tickets();

  EXPECT_EQ(own.of(member_role::owner), permission_set({ticket_read, ticket_close}));
  EXPECT_EQ(own.of(member_role::member), permission_set({ticket_read}));
  EXPECT_EQ(own.of(member_role::viewer), permission_set());
  EXPECT_FALSE(allows(member_role::owner, ticket_read));
}

TEST(OwnPermissions, HaveNamesBesideSambungs) {
  auto const own = tickets();
  std::vector<std::string> const names{"chat_read", "ticket_read", "ticket_close"};

  EXPECT_EQ(to_names(permission_set({ticket_close, permission::chat_read, ticket_read}), own), names);
  EXPECT_EQ(parse_permissions(names, own), permission_set({permission::chat_read, ticket_read, ticket_close}));
  EXPECT_EQ(parse_permissions({"ticket_open"}, own), std::nullopt);
  EXPECT_EQ(parse_permissions(names), std::nullopt);
  EXPECT_TRUE(parse_permissions({"all"})->has(ticket_close));
  EXPECT_EQ(name_of(ticket_close, own), "ticket_close");
  EXPECT_EQ(name_of(ticket_close), "");
}

TEST(OwnPermissions, AreRefusedWhenTheyCouldBeTakenForAnother) {
  auto own = tickets();
  constexpr auto next = own_permission(1);

  EXPECT_THROW(own.add(permission::chat_read, "ticket_move", {}), error);
  EXPECT_THROW(own.add(ticket_close, "ticket_move", {}), error);
  for (auto const* name : {"", "ticket_close", "chat_read", "all", "Ticket", "1st", "ticket move", "ticket.move"})
    EXPECT_THROW(own.add(next, name, {}), error) << name;
  EXPECT_THROW(own.add(next, std::string(51, 'x'), {}), error);
  EXPECT_NO_THROW(own.add(next, std::string(50, 'x'), {}));
}

}  // namespace
}  // namespace sambung::permissions_test
