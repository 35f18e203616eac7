// A database from before addresses were compared by case folding and IDNA.
#include "support/people.hpp"

#include <sambung/records/invitation.hpp>

#include <gtest/gtest.h>

namespace sambung::address_renewal_test {
namespace {

using namespace tests;

// As an earlier version stored the address: whatever way it was typed, but for the capitals of ASCII.
void respell(desk& d, user_id who, std::string email) {
  sync_wait(d.system_records<user>().write(update<user>(who).set(&user::email, std::move(email)))).value();
}

// The same database, once an engine has started on it again.
std::unique_ptr<desk> next_start(std::unique_ptr<desk> before) {
  desk_options options;
  options.storage = before->storage;
  before.reset();
  return std::make_unique<desk>(std::move(options));
}

std::string email_of(desk& d, user_id who) { return sync_wait(d.engine->users().get(who)).email.value(); }

user_id signing_in_as(desk& d, std::string email) {
  auto auth = d.engine->auth();
  return sync_wait(auth.sign_in(std::move(email), secret(right_password))).user.id;
}

std::size_t collisions_noted(desk& d) {
  return static_cast<std::size_t>(
      std::ranges::count(d.all_of<audit_entry>(), "user.addressCollides", &audit_entry::action));
}

TEST(AddressRenewal, FindsPeopleByTheSpellingsOfBefore) {
  auto d = std::make_unique<desk>();
  auto const zoe = add_person(*d, "zoe");
  respell(*d, zoe, "zo\u00cb@b\u00fccher.example");

  d = next_start(std::move(d));

  EXPECT_EQ(email_of(*d, zoe), "zo\u00eb@b\u00fccher.example");
  for (auto const* spelling :
       {"zo\u00eb@b\u00fccher.example", "ZO\u00cb@B\u00dcCHER.example", "zoe\u0308@b\u00fccher.example"})
    EXPECT_EQ(signing_in_as(*d, spelling), zoe) << spelling;
  EXPECT_EQ(collisions_noted(*d), 0U);
}

TEST(AddressRenewal, LocksNobodyOutWhereTwoReadTheSame) {
  auto d = std::make_unique<desk>();
  auto const older = add_person(*d, "zoe");
  auto const newer = add_person(*d, "other");
  respell(*d, older, "zo\u00cb@acme.example");
  respell(*d, newer, "zoe\u0308@acme.example");

  d = next_start(std::move(d));
  d = next_start(std::move(d));

  EXPECT_EQ(signing_in_as(*d, "zo\u00eb@acme.example"), older);
  EXPECT_EQ(signing_in_as(*d, "ZO\u00cb@acme.example"), older);
  EXPECT_EQ(signing_in_as(*d, "zoe\u0308@ACME.example"), newer) << "their own spelling";
  EXPECT_EQ(code_of(d->engine->users().create(d->tenant, "ZOE\u0308@acme.example")), errc::already_exists);
  EXPECT_EQ(collisions_noted(*d), 1U) << "told once";
  auto const found = sync_wait(d->engine->users().renew_addresses());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kept, older);
  EXPECT_EQ(found[0].other, newer);
  EXPECT_EQ(found[0].address, "zo\u00eb@acme.example");
}

TEST(AddressRenewal, KeepsInvitationsUsable) {
  auto d = std::make_unique<desk>();
  auto const home = sync_wait(d->engine->tenants().create("elsewhere"));
  auto const bob = sync_wait(d->engine->users().create(home.id, "bj\u00f6rn@elsewhere.example")).id;
  auto const made = sync_wait(d->as(d->user).invitations().create("bj\u00f6rn@elsewhere.example"));
  sync_wait(
      d->system_records<invitation>().write(
          update<invitation>(made.record.id).set(&invitation::email, std::string("bj\u00d6rn@elsewhere.example"))))
      .value();

  d = next_start(std::move(d));

  auto const joined = sync_wait(d->account(bob).accept_invitation(std::string(made.secret.view())));
  EXPECT_EQ(joined.tenant.id, d->tenant);
}

TEST(AddressRenewal, ReadsEverybodyOnceForADatabase) {
  auto d = std::make_unique<desk>();
  auto const zoe = add_person(*d, "zoe");
  respell(*d, zoe, "zo\u00cb@acme.example");
  d = next_start(std::move(d));
  ASSERT_EQ(email_of(*d, zoe), "zo\u00eb@acme.example");
  respell(*d, zoe, "zo\u00cb@acme.example");

  d = next_start(std::move(d));

  EXPECT_EQ(email_of(*d, zoe), "zo\u00cb@acme.example");
  EXPECT_EQ(signing_in_as(*d, "ZO\u00cb@acme.example"), zoe);
}

}  // namespace
}  // namespace sambung::address_renewal_test
