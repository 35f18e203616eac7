// Signing in and signing up.
#include "support/people.hpp"
#include "support/watched_storage.hpp"

#include <sambung/limiter/account_limit.hpp>
#include <sambung/records/invitation.hpp>
#include <sambung/security/token.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <future>

namespace sambung::auth_test {
namespace {

using namespace tests;
using std::chrono::days;
using std::chrono::hours;

task<signed_in> sign_in(desk& d, std::string email, std::string_view typed = right_password) {
  auto auth = d.engine->auth();
  co_return co_await auth.sign_in(std::move(email), secret(typed));
}

task<signed_in> sign_up(desk& d, sign_up_request request) {
  auto auth = d.engine->auth();
  co_return co_await auth.sign_up(std::move(request));
}

sign_up_request request_of(std::string email, std::string_view typed = right_password) {
  return sign_up_request(std::move(email), secret(typed), "Somebody");
}

identity authenticated(desk& d, std::string_view credential) {
  return sync_wait(d.engine->auth().authenticate(credential));
}

desk_options policy(sign_up_policy which) {
  desk_options options;
  options.auth.sign_up = which;
  return options;
}

TEST(SignIn, GivesASessionThatSaysWhoItIs) {
  desk d;
  auto const grace = add_person(d, "grace");
  auto auth = d.engine->auth();

  auto const in =
      sync_wait(auth.sign_in("Grace@ACME.example", secret(right_password), request_origin("192.0.2.7", "A browser")));
  auto const who = authenticated(d, in.token.view());

  EXPECT_EQ(in.user.id, grace);
  EXPECT_EQ(who.user(), grace);
  EXPECT_EQ(who.how(), authentication::session);
  EXPECT_EQ(who.session(), in.session.id);
  EXPECT_EQ(who.place()->tenant, d.tenant);
  EXPECT_EQ(who.place()->role, member_role::owner);
  EXPECT_TRUE(who.may(permission::account));
  EXPECT_EQ(in.session.address, "192.0.2.7");
  EXPECT_EQ(in.session.user_agent, "A browser");
  EXPECT_EQ(in.session.expires_at - in.session.created_at, days(7));
}

// Calls that came from outside, where an account may be tried once in an hour from one network, three times from all of
// them together, and twice from a device that is known.
struct outside {
  request_origin from(std::string address, std::string device = {}) const {
    request_origin origin(std::move(address));
    origin.device = std::move(device);
    origin.attempts = limits;
    return origin;
  }

  std::shared_ptr<account_limit const> limits = std::make_shared<account_limit const>(
      local_limiter(system_clock()),
      account_rates(rate_limit(1.0 / 3600, 1), rate_limit(1.0 / 3600, 3), rate_limit(1.0 / 3600, 2)));
};

request_origin bounded_origin() { return outside().from("192.0.2.7"); }

TEST(SignIn, TakesAnAttemptAtTheAccountItself) {
  desk d;
  add_person(d, "grace");
  auto const from = bounded_origin();
  auto auth = d.engine->auth();
  auto const attempt = [&](std::string email) {
    return failure_of(auth.sign_in(std::move(email), secret("wrong password"), from)).code;
  };

  EXPECT_EQ(attempt("grace@acme.example"), errc::unauthenticated);
  EXPECT_EQ(attempt(" GRACE@acme.example"), errc::rate_limited);
  EXPECT_EQ(attempt("nobody@acme.example"), errc::unauthenticated);
}

TEST(SignIn, IsNotKeptFromItsOwnerByAStrangersGuesses) {
  desk d;
  add_person(d, "grace");
  auto auth = d.engine->auth();
  outside const world;
  auto const attempt = [&](request_origin from, std::string_view typed) {
    return code_of(auth.sign_in("grace@acme.example", secret(typed), std::move(from)));
  };

  EXPECT_EQ(attempt(world.from("203.0.113.1"), "a guess"), errc::unauthenticated);
  EXPECT_EQ(attempt(world.from("203.0.113.1"), "a guess"), errc::rate_limited);
  EXPECT_EQ(attempt(world.from("::ffff:203.0.113.1"), right_password), errc::rate_limited);

  EXPECT_EQ(attempt(world.from("192.0.2.7"), right_password), std::nullopt);
}

TEST(SignIn, FromAKnownDeviceIsCountedByItself) {
  desk d;
  add_person(d, "grace");
  add_person(d, "linus");
  auto auth = d.engine->auth();
  outside const world;
  auto const attempt = [&](std::string who, request_origin from, std::string_view typed) {
    return code_of(auth.sign_in(who + "@acme.example", secret(typed), std::move(from)));
  };
  auto const device =
      sync_wait(auth.sign_in("grace@acme.example", secret(right_password), world.from("192.0.2.7"))).device;
  auto const both =
      sync_wait(auth.sign_in("linus@acme.example", secret(right_password), world.from("192.0.2.7", device))).device;

  // From everywhere, and from where she is herself.
  for (auto const* address : {"203.0.113.1", "203.0.113.2"})
    EXPECT_EQ(attempt("grace", world.from(address), "a guess"), errc::unauthenticated);
  EXPECT_EQ(attempt("grace", world.from("203.0.113.3"), right_password), errc::rate_limited);
  EXPECT_EQ(attempt("nobody", world.from("192.0.2.7", both), "a guess"), errc::unauthenticated);
  EXPECT_EQ(attempt("nobody", world.from("192.0.2.7", both), "a guess"), errc::rate_limited);

  EXPECT_EQ(attempt("grace", world.from("192.0.2.7", both), right_password), std::nullopt);
  EXPECT_EQ(attempt("grace", world.from("192.0.2.7", both), "a guess"), errc::unauthenticated);
  EXPECT_EQ(attempt("grace", world.from("192.0.2.7", both), right_password), errc::rate_limited);
  EXPECT_EQ(attempt("linus", world.from("192.0.2.7", both), right_password), std::nullopt);
}

TEST(SignIn, EndsTheSessionThatCameAlong) {
  desk d;
  add_person(d, "grace");
  add_person(d, "linus");
  auto const graces = sync_wait(sign_in(d, "grace@acme.example"));
  authenticated(d, graces.token.view());
  auto const pair = sync_wait(d.engine->auth().issue_tokens(graces.session.id));
  request_origin with_session("192.0.2.7");
  with_session.session = graces.session.id;
  auto auth = d.engine->auth();

  EXPECT_EQ(code_of(auth.sign_in("linus@acme.example", secret("a wrong one"), with_session)), errc::unauthenticated);
  EXPECT_EQ(authenticated(d, graces.token.view()).session(), graces.session.id);
  auto const linus = sync_wait(auth.sign_in("linus@acme.example", secret(right_password), with_session));

  EXPECT_EQ(code_of(auth.authenticate(graces.token.view())), errc::unauthenticated);
  EXPECT_EQ(code_of(auth.refresh(std::string(pair.refresh.view()))), errc::unauthenticated);
  EXPECT_EQ(authenticated(d, linus.token.view()).session(), linus.session.id);
  with_session.session = graces.session.id;  // which is over
  EXPECT_EQ(code_of(auth.sign_in("linus@acme.example", secret(right_password), with_session)), std::nullopt);
}

TEST(SignUp, EndsTheSessionThatCameAlong) {
  desk d(policy(sign_up_policy::open));
  add_person(d, "grace");
  auto const graces = sync_wait(sign_in(d, "grace@acme.example"));
  request_origin with_session("192.0.2.7");
  with_session.session = graces.session.id;
  auto auth = d.engine->auth();

  EXPECT_EQ(code_of(auth.sign_up(request_of("grace@acme.example"), with_session)), errc::already_exists);
  EXPECT_EQ(code_of(auth.authenticate(graces.token.view())), std::nullopt);
  sync_wait(auth.sign_up(request_of("new@acme.example"), with_session));

  EXPECT_EQ(code_of(auth.authenticate(graces.token.view())), errc::unauthenticated);
}

TEST(SignUp, IsNoneTheWorseWhereTheSessionThatCameAlongEndsMeanwhile) {
  auto const store = std::make_shared<watched_storage>(fresh_storage());
  auto options = policy(sign_up_policy::open);
  options.storage = store;
  desk d(options);
  add_person(d, "grace");
  auto const graces = sync_wait(sign_in(d, "grace@acme.example"));
  request_origin with_session("192.0.2.7");
  with_session.session = graces.session.id;
  auto auth = d.engine->auth();
  store->after_read_of("sessions", [&]() -> task<void> { co_await auth.sign_out(graces.session.id); });

  auto const in = sync_wait(auth.sign_up(request_of("new@acme.example"), with_session));

  EXPECT_EQ(authenticated(d, in.token.view()).user(), in.user.id);
  EXPECT_EQ(code_of(auth.authenticate(graces.token.view())), errc::unauthenticated);
}

TEST(SignUp, IsDescribedWithWhatMayBeLeftOut) {
  std::vector<std::string> needed;
  for (auto const& f : description_of<sign_up_request>().fields)
    if (f.required) needed.push_back(f.name);

  EXPECT_EQ(needed, (std::vector<std::string>{"email", "password"}));
}

// What is noted of wrong passwords, oldest first.
std::vector<audit_entry> failures(desk& d) {
  auto all = all_stored<audit_entry>(d);
  std::erase_if(all, [](audit_entry const& one) { return !one.action.ends_with(".failed"); });
  std::ranges::reverse(all);
  return all;
}

TEST(SignIn, ThatFailsIsInTheAuditLog) {
  desk d;
  auto const grace = add_person(d, "grace");
  auto auth = d.engine->auth();

  EXPECT_EQ(code_of(auth.sign_in("grace@acme.example", secret("a guess"), request_origin("203.0.113.1"))),
            errc::unauthenticated);

  ASSERT_TRUE(eventually([&] { return failures(d).size() == 1; }));
  auto const entry = failures(d).front();
  EXPECT_EQ(entry.action, "auth.signIn.failed");
  EXPECT_EQ(entry.subject, to_string(grace));
  EXPECT_EQ(entry.tenant_id, d.tenant);  // so that its owner reads it
  EXPECT_EQ(entry.actor_id, std::nullopt);
  EXPECT_EQ(entry.authenticated_by, "");
  EXPECT_EQ(entry.address, "203.0.113.1");
}

TEST(SignIn, ThatFailsAThousandTimesFillsNoLog) {
  desk_options options;
  options.auth.audited_failures = 20;
  auto const time = std::make_shared<testing::manual_clock>();
  options.clock = time;
  desk d(options);
  std::vector<std::string> people;
  for (int i = 0; i < 40; ++i) {
    people.push_back("person" + std::to_string(i));
    add_person(d, people.back());
  }
  auto auth = d.engine->auth();

  for (int i = 0; i < 1'000; ++i) {
    auto const who = i % 4 == 0 ? "nobody" + std::to_string(i) : people[static_cast<std::size_t>(i) % people.size()];
    EXPECT_EQ(code_of(auth.sign_in(who + "@acme.example", secret("a guess"))), errc::unauthenticated);
  }
  EXPECT_TRUE(eventually([&] { return failures(d).size() == 20; }));

  // Those that had no entry of their own are told later, each account's in one, by no more than twenty in an hour.
  std::int64_t told = 0;
  EXPECT_TRUE(eventually([&] {
    time->advance(std::chrono::minutes(1));
    told = 0;
    for (auto const& one : failures(d)) told += one.detail.empty() ? 1 : std::stoll(one.detail);
    return told >= 1'000;
  }));
  EXPECT_EQ(told, 1'000);
  EXPECT_LE(failures(d).size(), 20U + 2 * (people.size() + 1));
}

TEST(SignUp, TakesAnAttemptAtTheAccountItself) {
  desk d(policy(sign_up_policy::closed));
  auto const from = bounded_origin();
  auto auth = d.engine->auth();

  EXPECT_EQ(failure_of(auth.sign_up(request_of("new@acme.example"), from)).code, errc::permission_denied);
  EXPECT_EQ(failure_of(auth.sign_up(request_of("new@acme.example"), from)).code, errc::rate_limited);
}

TEST(SignIn, KnowsEverySpellingOfAnAddress) {
  desk d(policy(sign_up_policy::open));
  auto const zoe = sync_wait(sign_up(d, request_of("zo\u00eb@b\u00fccher.example"))).user;

  for (auto const* spelling :
       {"ZO\u00cb@B\u00dcCHER.EXAMPLE", "zoe\u0308@bu\u0308cher.example", "Zo\u00eb@xn--bcher-kva.example"}) {
    EXPECT_EQ(sync_wait(sign_in(d, spelling)).user.id, zoe.id) << spelling;
    EXPECT_EQ(sync_wait(d.engine->users().find(spelling)).id, zoe.id) << spelling;
    EXPECT_EQ(failure_of(sign_up(d, request_of(spelling))).code, errc::already_exists) << spelling;
  }
  EXPECT_EQ(failure_of(sign_in(d, "zoe@b\u00fccher.example")).code, errc::unauthenticated);
}

TEST(SignIn, CountsAttemptsAtAllSpellingsOfAnAddressTogether) {
  desk d;
  auto const from = bounded_origin();
  auto auth = d.engine->auth();

  EXPECT_EQ(failure_of(auth.sign_in("zo\u00eb@b\u00fccher.example", secret("wrong password"), from)).code,
            errc::unauthenticated);
  for (auto const* spelling :
       {"ZO\u00cb@B\u00dcCHER.EXAMPLE", "zoe\u0308@bu\u0308cher.example", "zo\u00eb@xn--bcher-kva.example"})
    EXPECT_EQ(failure_of(auth.sign_in(spelling, secret("wrong password"), from)).code, errc::rate_limited) << spelling;
}

TEST(SignIn, AnswersAlikeWhateverIsWrong) {
  desk d;
  add_person(d, "grace");
  d.add_user("linus");  // has no password
  set_state(d, add_person(d, "mallory"), user_state::suspended);
  set_state(d, add_person(d, "oscar"), user_state::deleting);
  auto const expected = failure_of(sign_in(d, "grace@acme.example", "wrong password"));

  EXPECT_EQ(expected.code, errc::unauthenticated);
  for (std::string const& address :
       {std::string("nobody@acme.example"), std::string("linus@acme.example"), std::string("mallory@acme.example"),
        std::string("oscar@acme.example"), std::string("not an address"), std::string(), std::string("\xff@\xfe"),
        std::string("a\0b@c", 5), std::string(100'000, 'a') + "@b"})
    EXPECT_EQ(failure_of(sign_in(d, address)), expected) << address.substr(0, 40);
  for (std::string const& typed :
       {std::string(), std::string("short"), std::string(73, 'x'), std::string(1'000'000, 'x'),
        std::string("correct\0horse", 13), std::string("\xff\xfe 12345678")})
    EXPECT_EQ(failure_of(sign_in(d, "grace@acme.example", typed)), expected) << typed.substr(0, 40);
}

TEST(SignIn, RefusesEverybodyAlikeWhileTooManyWait) {
  desk_options options;
  options.auth.max_waiting_passwords = 0;
  desk d(std::move(options));
  add_person(d, "grace");

  auto const known = failure_of(sign_in(d, "grace@acme.example"));

  EXPECT_EQ(known.code, errc::unavailable);
  EXPECT_EQ(failure_of(sign_in(d, "nobody@acme.example")), known);
  EXPECT_EQ(failure_of(sign_in(d, "not an address")), known);
}

TEST(SignIn, TakesAPasswordInEveryFormOfTheSameText) {
  desk d;
  add_person(d, "grace", "caf\u00e9 au lait");

  EXPECT_NO_THROW(sync_wait(sign_in(d, "grace@acme.example", "cafe\u0301 au lait")));
}

TEST(SignIn, HashesAnOutdatedHashAgain) {
  desk d;
  auto const grace = d.add_user("grace");
  give_password(d, grace, right_password, min_password_cost + 1);
  auto const before = sync_wait(stored<password>(d).get(grace)).value();

  EXPECT_EQ(code_of(sign_in(d, "grace@acme.example", "wrong password")), errc::unauthenticated);
  EXPECT_EQ(sync_wait(stored<password>(d).get(grace)).value().hash, before.hash);
  sync_wait(sign_in(d, "grace@acme.example"));
  auto const after = sync_wait(stored<password>(d).get(grace)).value();

  EXPECT_TRUE(after.hash.starts_with("$2b$04$")) << after.hash;
  EXPECT_EQ(after.revision, before.revision);
  EXPECT_NO_THROW(sync_wait(sign_in(d, "grace@acme.example")));
}

TEST(SignIn, StoresNeitherPasswordNorToken) {
  desk d;
  add_person(d, "grace");

  auto const in = sync_wait(sign_in(d, "grace@acme.example"));

  auto const row = sync_wait(stored<session>(d).get(in.session.id)).value();
  EXPECT_EQ(row.hash, token_hash(in.token.view()));
  for (auto const& one : all_stored<audit_entry>(d)) EXPECT_EQ(one.detail.find(in.token.view()), std::string::npos);
  for (auto const& one : all_stored<password>(d)) EXPECT_EQ(one.hash.find(right_password), std::string::npos);
}

TEST(SignIn, GivesANewSessionEachTime) {
  desk d;
  add_person(d, "grace");

  auto const first = sync_wait(sign_in(d, "grace@acme.example"));
  auto const second = sync_wait(sign_in(d, "grace@acme.example"));

  EXPECT_NE(first.token.view(), second.token.view());
  EXPECT_NE(first.session.id, second.session.id);
}

TEST(SignIn, GoesBackToTheTenantOfLastTime) {
  desk d;
  auto const grace = add_person(d, "grace");
  auto const globex = add_tenant(d, grace, "globex");
  auto const first = sync_wait(sign_in(d, "grace@acme.example"));
  sync_wait(stored<session>(d).write(update<session>(first.session.id).set(&session::tenant_id, globex))).value();

  auto const second = sync_wait(sign_in(d, "grace@acme.example"));
  set_state(d, globex, tenant_state::suspended);
  auto const third = sync_wait(sign_in(d, "grace@acme.example"));

  EXPECT_EQ(first.session.tenant_id, d.tenant);
  EXPECT_EQ(second.session.tenant_id, globex);
  EXPECT_EQ(third.session.tenant_id, d.tenant);
}

TEST(SignIn, OfAMemberOfNoTenantHasNoPlace) {
  desk d;
  auto const grace = add_person(d, "grace");
  sync_wait(stored<membership>(d).write(erase<membership>(membership_of(d, d.tenant, grace).id))).value();

  auto const in = sync_wait(sign_in(d, "grace@acme.example"));
  auto const who = authenticated(d, in.token.view());

  EXPECT_FALSE(who.place());
  EXPECT_FALSE(who.acting());
  EXPECT_TRUE(who.may(permission::account));
  EXPECT_FALSE(who.may(permission::chat_read));
}

TEST(SignIn, KeepsTheNewestHundredSessions) {
  desk d;
  auto const grace = add_person(d, "grace");
  auto const first = sync_wait(sign_in(d, "grace@acme.example"));
  auto const second = sync_wait(sign_in(d, "grace@acme.example"));
  authenticated(d, first.token.view());

  for (int i = 0; i < 99; ++i) sync_wait(sign_in(d, "grace@acme.example"));

  EXPECT_EQ(code_of(d.engine->auth().authenticate(first.token.view())), errc::unauthenticated);
  EXPECT_EQ(authenticated(d, second.token.view()).user(), grace);
  EXPECT_EQ(all_stored<session>(d).size(), 100U);
}

TEST(SignIn, KeepsAHundredSessionsHoweverManySignInAtOnce) {
  desk_options shared;
  shared.deployment = deployment::shared;
  desk here(shared);
  desk there(shared);
  auto const grace = add_person(here, "grace");
  for (int i = 0; i < 90; ++i) here.add_session(grace);

  auto const outcomes =
      at_once(40, [&](std::size_t i) { return sign_in(i % 2 == 0 ? here : there, "grace@acme.example"); });

  EXPECT_EQ(successes(outcomes), outcomes.size());
  EXPECT_EQ(all_stored<session>(here).size(), 100U);
}

TEST(SignIn, CutsWhatTheClientSaysAboutItself) {
  desk d;
  add_person(d, "grace");
  auto auth = d.engine->auth();
  request_origin const from(std::string(70, '1'), std::string(511, 'x') + "\u00e9\xff");

  auto const in = sync_wait(auth.sign_in("grace@acme.example", secret(right_password), from));

  EXPECT_EQ(in.session.address, std::string(64, '1'));
  EXPECT_EQ(in.session.user_agent, std::string(511, 'x'));
}

TEST(SignIn, MakesWhatCannotBeShownAQuestionMark) {
  desk d;
  add_person(d, "grace");
  auto auth = d.engine->auth();

  auto const in = sync_wait(auth.sign_in("grace@acme.example", secret(right_password),
                                         request_origin("::1",
                                                        "bad\xff"
                                                        "agent")));

  EXPECT_EQ(in.session.user_agent, "bad?agent");
}

TEST(SignIn, IsInTheAuditLog) {
  desk d;
  auto const grace = add_person(d, "grace");
  auto auth = d.engine->auth();

  auto const in =
      sync_wait(auth.sign_in("grace@acme.example", secret(right_password), request_origin("192.0.2.7", "A browser")));

  auto const entry = all_stored<audit_entry>(d).front();
  EXPECT_EQ(entry.action, "auth.signIn");
  EXPECT_EQ(entry.actor_id, grace);
  EXPECT_EQ(entry.tenant_id, d.tenant);
  EXPECT_EQ(entry.subject, to_string(in.session.id));
  EXPECT_EQ(entry.address, "192.0.2.7");
}

TEST(SignUp, MakesTheFirstUserAnOwnerOfTheOldestTenant) {
  desk d;  // its user has no password
  sync_wait(d.engine->tenants().create("globex"));

  auto const in = sync_wait(sign_up(d, request_of("Grace@acme.example")));

  auto const who = authenticated(d, in.token.view());
  EXPECT_EQ(in.user.email, "grace@acme.example");
  EXPECT_EQ(in.user.name, "Somebody");
  EXPECT_EQ(who.place()->tenant, d.tenant);
  EXPECT_EQ(who.place()->role, member_role::owner);
  EXPECT_EQ(audited_actions(d).front(), "auth.signUp");
  EXPECT_NO_THROW(sync_wait(sign_in(d, "grace@acme.example")));
}

TEST(SignUp, MakesATenantForTheFirstUserWhereThereIsNone) {
  boost::asio::thread_pool io(1);
  engine_options options;
  options.auth.password_cost = min_password_cost;
  engine fresh(io.get_executor(), options);
  sync_wait(fresh.start());
  auto auth = fresh.auth();

  auto const in = sync_wait(auth.sign_up(request_of("grace@acme.example")));

  EXPECT_EQ(sync_wait(fresh.tenants().find("default")).id, in.session.tenant_id);
  sync_wait(fresh.shutdown());
}

TEST(SignUp, IsOverAfterTheFirst) {
  desk d;
  EXPECT_EQ(sync_wait(d.engine->auth().sign_up_now()), sign_up_policy::first_user);
  sync_wait(sign_up(d, request_of("grace@acme.example")));
  EXPECT_EQ(sync_wait(d.engine->auth().sign_up_now()), sign_up_policy::closed);

  auto const known = failure_of(sign_up(d, request_of("grace@acme.example")));

  EXPECT_EQ(known.code, errc::permission_denied);
  EXPECT_EQ(failure_of(sign_up(d, request_of("nobody@acme.example"))), known);
  EXPECT_EQ(failure_of(sign_up(d, request_of("not an address", "short"))), known);
}

TEST(SignUp, LetsOneOfManyBeTheFirst) {
  desk_options options;
  options.auth.password_threads = 4;
  desk d(std::move(options));

  auto const outcomes =
      at_once(16, [&](std::size_t i) { return sign_up(d, request_of(std::to_string(i) + "@acme.example")); });

  EXPECT_EQ(std::ranges::count_if(outcomes, [](auto const& one) { return one.has_value(); }), 1);
  for (auto const& one : outcomes) {
    if (!one) {
      EXPECT_EQ(one.error().code, errc::permission_denied) << one.error().message;
    }
  }
  EXPECT_EQ(all_stored<password>(d).size(), 1U);
}

TEST(SignUp, IsPossibleAgainOnceNobodyHasAPassword) {
  desk d;
  auto const first = sync_wait(sign_up(d, request_of("grace@acme.example")));
  sync_wait(stored<password>(d).write(erase<password>(first.user.id))).value();

  EXPECT_NO_THROW(sync_wait(sign_up(d, request_of("linus@acme.example"))));
}

TEST(SignUp, RefusesEverybodyAlikeWhereItIsClosed) {
  desk d(policy(sign_up_policy::closed));

  auto const refused = failure_of(sign_up(d, request_of("ada@acme.example")));

  EXPECT_EQ(refused.code, errc::permission_denied);
  EXPECT_EQ(failure_of(sign_up(d, request_of("nobody@acme.example"))), refused);
  EXPECT_EQ(failure_of(sign_up(d, request_of("not an address", "short"))), refused);
}

TEST(SignUp, GivesEverybodyATenantOfTheirOwnWhereItIsOpen) {
  desk d(policy(sign_up_policy::open));

  auto const grace = sync_wait(sign_up(d, request_of("hello@acme.example")));
  auto const linus = sync_wait(sign_up(d, request_of("hello@globex.example")));

  auto const home = sync_wait(d.engine->tenants().get(*grace.session.tenant_id));
  EXPECT_TRUE(home.name.starts_with("hello-")) << home.name;
  EXPECT_EQ(home.name.size(), 12U);
  EXPECT_NE(grace.session.tenant_id, linus.session.tenant_id);
  EXPECT_NE(grace.session.tenant_id, d.tenant);
  EXPECT_EQ(authenticated(d, grace.token.view()).place()->role, member_role::owner);
}

TEST(SignUp, CutsALongAddressInTheNameOfATenantBetweenCharacters) {
  desk d(policy(sign_up_policy::open));
  std::string local = "x";
  while (local.size() < 100) local += "\u00eb";

  auto const in = sync_wait(sign_up(d, request_of(local + "@example.com")));

  auto const home = sync_wait(d.engine->tenants().get(*in.session.tenant_id));
  EXPECT_TRUE(home.name.starts_with(local.substr(0, 63) + '-')) << home.name;
}

TEST(SignUp, DoesTheSameWorkForAnAddressThatIsTaken) {
  desk busy([] {
    auto options = policy(sign_up_policy::open);
    options.auth.max_waiting_passwords = 0;
    return options;
  }());
  desk d(policy(sign_up_policy::open));

  EXPECT_EQ(code_of(sign_up(busy, request_of("ada@acme.example"))), errc::unavailable);
  EXPECT_EQ(code_of(sign_up(d, request_of("ADA@acme.example"))), errc::already_exists);
  EXPECT_EQ(all_stored<tenant>(d).size(), 1U);
}

TEST(SignUp, LetsOneOfManyHaveAnAddress) {
  desk d(policy(sign_up_policy::open));

  auto const outcomes = at_once(8, [&](std::size_t) { return sign_up(d, request_of("grace@acme.example")); });

  EXPECT_EQ(std::ranges::count_if(outcomes, [](auto const& one) { return one.has_value(); }), 1);
  for (auto const& one : outcomes) {
    if (!one) {
      EXPECT_EQ(one.error().code, errc::already_exists);
    }
  }
  EXPECT_EQ(all_stored<tenant>(d).size(), 2U);
}

TEST(SignUp, RefusesWhatIsNoPasswordNameOrAddress) {
  desk d(policy(sign_up_policy::open));
  std::string const nfd_of_73_bytes = std::string(71, 'x') + "e\u0301";  // 74 bytes, 73 in normal form C

  for (std::string const& typed : {std::string(7, 'x'), std::string(73, 'x'), std::string(1'048'576, 'x'),
                                   std::string("12345678\0", 9), std::string("\xff 12345678"), nfd_of_73_bytes})
    EXPECT_EQ(code_of(sign_up(d, request_of("grace@acme.example", typed))), errc::invalid_argument);
  for (std::string const& address : {std::string(), std::string("grace"), std::string(250, 'a') + "@b.example"})
    EXPECT_EQ(code_of(sign_up(d, request_of(address))), errc::invalid_argument) << address;
  auto named = request_of("grace@acme.example");
  named.name = std::string(201, 'x');
  EXPECT_EQ(code_of(sign_up(d, std::move(named))), errc::invalid_argument);
  EXPECT_NO_THROW(sync_wait(sign_up(d, request_of("eight@acme.example", std::string(8, 'x')))));
  EXPECT_NO_THROW(sync_wait(sign_up(d, request_of("many@acme.example", std::string(64, 'x')))));
  EXPECT_NO_THROW(sync_wait(sign_up(d, request_of("most@acme.example", std::string(72, 'x')))));
  EXPECT_NO_THROW(sync_wait(sign_up(d, request_of("nfd@acme.example", std::string(70, 'x') + "e\u0301"))));
}

// A desk where nobody may sign up, and a pending invitation of grace@acme.example.
struct invited {
  explicit invited(std::shared_ptr<sambung::clock> clock = nullptr) : d(options(std::move(clock))) {
    made.id = d.engine->workspace(principal::trusted(d.tenant, d.user, member_role::owner)).new_id<invitation_id>();
    made.tenant_id = d.tenant;
    made.email = "grace@acme.example";
    made.role = member_role::viewer;
    made.invited_by = d.user;
    made.hash = token_hash(token.view());
    made.created_at = system_clock()->now();
    made.expires_at = timestamp(days(365 * 200));
  }
  static desk_options options(std::shared_ptr<sambung::clock> clock) {
    auto made = policy(sign_up_policy::closed);
    made.clock = std::move(clock);
    return made;
  }
  void store() { sync_wait(stored<invitation>(d).write(insert(made))).value(); }
  sign_up_request request(std::string email = "Grace@acme.example") {
    auto made_request = request_of(std::move(email));
    made_request.invitation = std::string(token.view());
    return made_request;
  }

  desk d;
  secret_string token = make_token(invitation_prefix, *system_random());
  invitation made;
};

TEST(SignUp, LetsTheInvitedInWhateverThePolicy) {
  invited guest;
  guest.store();

  auto const in = sync_wait(sign_up(guest.d, guest.request()));

  auto const who = authenticated(guest.d, in.token.view());
  EXPECT_EQ(who.place()->tenant, guest.d.tenant);
  EXPECT_EQ(who.place()->role, member_role::viewer);
  EXPECT_EQ(sync_wait(stored<invitation>(guest.d).get(guest.made.id)).value().state, invitation_state::accepted);
  EXPECT_EQ(code_of(sign_up(guest.d, guest.request())), errc::permission_denied);
}

TEST(SignUp, LetsOneInvitationInOnce) {
  invited guest;
  guest.store();

  auto const outcomes = at_once(8, [&](std::size_t) { return sign_up(guest.d, guest.request()); });

  EXPECT_EQ(std::ranges::count_if(outcomes, [](auto const& one) { return one.has_value(); }), 1);
  for (auto const& one : outcomes) {
    if (!one) {
      EXPECT_EQ(one.error().code, errc::permission_denied);
    }
  }
}

TEST(SignUp, RefusesEveryOtherInvitationAlike) {
  invited nobody;
  auto const closed = failure_of(sign_up(nobody.d, request_of("grace@acme.example")));
  auto const refusal = [](auto change) {
    invited guest;
    change(guest);
    guest.store();
    return failure_of(sign_up(guest.d, guest.request()));
  };

  EXPECT_EQ(refusal([](invited& guest) { guest.made.email = "linus@acme.example"; }), closed);
  EXPECT_EQ(refusal([](invited& guest) { guest.made.hash = token_hash("another"); }), closed);
  EXPECT_EQ(refusal([](invited& guest) { guest.made.state = invitation_state::revoked; }), closed);
  EXPECT_EQ(refusal([](invited& guest) { guest.made.state = invitation_state::accepted; }), closed);
  EXPECT_EQ(refusal([](invited& guest) { guest.made.expires_at = system_clock()->now(); }), closed);
  EXPECT_EQ(refusal([](invited& guest) { set_state(guest.d, guest.d.tenant, tenant_state::suspended); }), closed);
  EXPECT_EQ(refusal([](invited& guest) { guest.token = secret("smi_short"); }), closed);
}

TEST(SignUp, LeavesAnInvitationOfAUserWhoIsThereForSigningIn) {
  invited guest;
  guest.store();
  guest.d.add_user("grace");

  EXPECT_EQ(code_of(sign_up(guest.d, guest.request())), errc::already_exists);
  EXPECT_EQ(sync_wait(stored<invitation>(guest.d).get(guest.made.id)).value().state, invitation_state::pending);
}

TEST(AuthOptions, AreRefusedWhenTheyAreOutOfRange) {
  boost::asio::thread_pool io(1);
  engine_options options;
  options.auth.password_cost = 3;
  options.auth.password_threads = 0;
  options.auth.access_token_lifetime = days(2);

  try {
    engine made(io.get_executor(), options);
    FAIL() << "they were taken";
  } catch (error const& e) {
    EXPECT_EQ(e.code(), errc::invalid_argument);
    EXPECT_EQ(e.why().issues.size(), 3U);
  }
}

TEST(AuthOptions, MakeUpASecretWhereNoneIsGiven) {
  desk one;
  desk other;

  auto const& secrets = one.engine->auth().options().secrets;

  ASSERT_EQ(secrets.size(), 1U);
  EXPECT_NE(secrets.name(0), other.engine->auth().options().secrets.name(0));
  EXPECT_EQ(one.engine->auth().options().jwt.keys.front().id(), secrets.name(0));
}

}  // namespace
}  // namespace sambung::auth_test
