// Permissions of the application's own: from the engine's options to whoever acts.
#include "support/desk.hpp"

#include <sambung/rpc/registry.hpp>

#include <gtest/gtest.h>

namespace sambung::own_permissions_test {

using namespace sambung::tests;

constexpr auto ticket_read = own_permission(0);
constexpr auto ticket_close = own_permission(1);

namespace {

desk_options with_tickets() {
  desk_options options;
  options.permissions.add(ticket_read, "ticket_read", {member_role::owner, member_role::member, member_role::viewer});
  options.permissions.add(ticket_close, "ticket_close", {member_role::owner});
  return options;
}

class OwnPermissions : public ::testing::Test {
 protected:
  // What a caller with this token is.
  identity bearer(std::string const& secret) { return sync_wait(d.engine->auth().authenticate(secret)); }
  std::string token_for(permission_set scopes) {
    return sync_wait(d.engine->api_tokens().create(d.tenant, d.user, "t", token_options(scopes))).secret;
  }

  desk d{with_tickets()};
};

TEST_F(OwnPermissions, AreThoseOfTheRoleInAWorkspace) {
  auto const bob = d.add_user("bob", member_role::viewer);

  EXPECT_TRUE(d.as(d.user).who().may(ticket_close));
  EXPECT_FALSE(d.as(d.user, member_role::admin).who().may(ticket_read));
  EXPECT_TRUE(d.as(bob, member_role::viewer).who().may(ticket_read));
  EXPECT_FALSE(d.as(bob, member_role::viewer).who().may(ticket_close));
  auto const looked_up = sync_wait(d.engine->workspace(d.tenant, bob));
  EXPECT_TRUE(looked_up.who().may(ticket_read));
  EXPECT_FALSE(looked_up.who().may(ticket_close));
}

TEST_F(OwnPermissions, AreNobodysOutsideAWorkspace) {
  auto const owner = principal::trusted(d.tenant, d.user, member_role::owner);
  desk without;

  EXPECT_FALSE(owner.may(ticket_read));
  EXPECT_FALSE(without.as(without.user).who().may(ticket_read));
  EXPECT_FALSE(d.account(d.user).who().may(ticket_read));
}

TEST_F(OwnPermissions, FollowWhoeverActsInAnotherRole) {
  auto const as_owner = d.as(d.user).who();
  principal const lower(as_owner.tenant(), as_owner.user(), member_role::viewer, authentication::trusted);
  tenant_place const place(d.tenant, member_role::owner);
  auto const self = d.engine->account(identity::trusted(d.user, place)).who();

  EXPECT_FALSE(d.engine->workspace(lower).who().may(ticket_close));
  EXPECT_TRUE(self.may(ticket_close));
  EXPECT_TRUE(self.acting()->may(ticket_close));
}

TEST_F(OwnPermissions, AreScopesOfTokens) {
  auto const reader = bearer(token_for({permission::chat_read, ticket_read}));
  auto const everything = bearer(token_for(permission_set::all()));
  auto const chatty = bearer(token_for({permission::chat_read}));

  EXPECT_TRUE(d.engine->account(reader).who().may(ticket_read));
  EXPECT_FALSE(d.engine->account(reader).who().may(ticket_close));
  EXPECT_TRUE(d.engine->workspace(*reader.acting()).who().may(ticket_read));
  EXPECT_FALSE(d.engine->workspace(*reader.acting()).who().may(ticket_close));
  EXPECT_TRUE(d.engine->account(everything).who().may(ticket_close));
  EXPECT_FALSE(d.engine->account(chatty).who().may(ticket_read));
}

TEST_F(OwnPermissions, AreGivenToATokenByWhoHasThem) {
  auto const own = d.as(d.user, member_role::member).api_tokens();
  token_options const reading({ticket_read});
  token_options const closing({ticket_close});
  token_options const unknown({own_permission(7)});

  auto const made = sync_wait(own.create("reading", reading));
  EXPECT_EQ(made.record.scopes, std::vector<std::string>{"ticket_read"});
  EXPECT_EQ(code_of(own.create("closing", closing)), errc::permission_denied);
  EXPECT_EQ(code_of(d.engine->api_tokens().create(d.tenant, d.user, "unknown", unknown)), errc::invalid_argument);
}

task<nothing> done(workspace, nothing) { co_return nothing(); }

TEST_F(OwnPermissions, AreWhatAProcedureMayNeed) {
  procedure_registry registry(d.engine->permissions());
  registry.call<nothing, nothing>("ticket.close", ticket_close, "Closes it.", done);
  auto const outcome_for = [&](member_role role) {
    call_context from(d.as(d.user, role));
    procedure_input in(from, boost::json::object());
    return sync_wait(as_result(registry.call(*registry.find("ticket.close"), std::move(in))));
  };

  EXPECT_TRUE(outcome_for(member_role::owner));
  auto const refused = outcome_for(member_role::member);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::permission_denied);
  EXPECT_EQ(refused.error().message, "this role may not call ticket.close, which needs ticket_close");
}

}  // namespace
}  // namespace sambung::own_permissions_test
