// Promise 3: a secret never leaves. Secrets are planted everywhere, thousands of varied requests are sent, and the
// responses, the log and the whole database are searched for them.
#include "attack.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace sambung::security_tests::canary_test {
namespace {

namespace json = boost::json;

constexpr char const* typed_secret = "sk-typed-canary-in-an-input";

int request_count() {
  char const* const wanted = std::getenv("SAMBUNG_CANARY_REQUESTS");
  return wanted ? std::atoi(wanted) : 10'000;
}

bool is_secret(field const& f) {
  static std::set<std::string_view> const names{"password", "currentPassword", "newPassword",
                                                "key",      "secret",          "refreshToken"};
  return names.contains(f.json_name);
}

// A value that may fit and mostly does not. A secret is typed only where one belongs: elsewhere it is a text to keep.
json::value random_value(field const& f, std::mt19937_64& random) {
  switch (random() % 6) {
    case 0:
      return plain_value(f);
    case 1:
      return json::value(is_secret(f) ? typed_secret : "text");
    case 2:
      return json::value(nullptr);
    case 3:
      return json::value(static_cast<std::int64_t>(random()));
    case 4:
      return json::value(std::string(random() % 300, 'x'));
    default:
      return json::value(json::object({{"a", 1}}));
  }
}

// What ends the caller's own credentials: called at the end only, so that the others are not all refused.
bool ends_credentials(procedure const& which) {
  static std::set<std::string_view> const names{"auth.signOut",    "user.revokeSession", "user.revokeOtherSessions",
                                                "apiToken.revoke", "tenant.leave",       "tenant.delete",
                                                "tenant.switch",   "member.remove",      "member.setRole",
                                                "tenant.suspend",  "member.suspend",     "user.deleteAccount"};
  return names.contains(which.name);
}

std::string dump_of(world& w) {
  std::string all;
  auto const schema = standard_schema();
  std::vector<scope> scopes{testing::system_scope()};
  for (auto const& one : w.citizens) scopes.push_back(testing::tenant_scope(one.tenant));
  for (auto const& table : schema->modules().front().tables())
    for (auto const& who : scopes) {
      if ((table.scope == table_scope::system) != who.is_system()) continue;
      std::optional<row> after;
      for (bool more = true; more;) {
        query q(table.table);
        q = std::move(q).limit(1'000);
        if (after) q = std::move(q).after(*after);
        auto const found = sync_wait(w.served.storage->read(who, q)).value();
        for (auto const& item : found.items)
          for (auto const& column : item)
            if (auto const* text = std::get_if<std::string>(&column)) all += *text + '\n';
        more = found.more;
        if (more) after = row(1, found.items.back().front());
      }
    }
  return all;
}

TEST(Canary, NoSecretIsInAnyResponseLogOrRow) {
  kept_log log;
  server_options options;
  options.access_log = log.sink();
  world w(std::move(options));
  // What is a secret wherever it turns up; a user's own texts are theirs to see.
  std::vector<std::string> secrets{std::string(password), typed_secret};
  for (auto const& one : w.citizens)
    for (auto const& canary : one.canaries)
      if (!canary.starts_with("canary-")) secrets.push_back(canary);
  std::vector<procedure const*> procedures;
  for (auto const& [name, which] : w.served.server.procedures().all()) procedures.push_back(&which);
  std::mt19937_64 random(7);
  raw_client client(w.served.port());

  int const requests = request_count();
  int refused = 0;
  for (int i = 0; i < requests; ++i) {
    auto const& who = w.citizens[random() % w.citizens.size()];
    auto const& which = *procedures[random() % procedures.size()];
    if (ends_credentials(which) && i < requests * 9 / 10) continue;
    auto const ways = ways_to(which);
    auto const& headers = who.headers.at(credentials[random() % credentials.size()]);
    auto input = own_input(which, who);
    for (auto const& f : which.input->fields)
      if (random() % 4 == 0) input[f.json_name] = random_value(f, random);
    auto const response = call(client, which, ways[random() % ways.size()], input, headers);
    for (auto const& secret : secrets)
      ASSERT_EQ((response.head + response.body).find(secret), std::string::npos)
          << which.name << ' ' << json::serialize(input) << '\n'
          << response.body;
    refused += response.status == 401;
    EXPECT_NE(response.status, 500) << which.name << ' ' << json::serialize(input) << response.body;
  }
  EXPECT_LT(refused, requests / 4);
  sync_wait(w.served.engine.tenants().resume(w.citizens.front().tenant));  // one of them may have suspended it
  auto const late = w.settle(w.citizens.front().tenant, "late@acme.example", member_role::member);
  auto const rows = dump_of(w);
  w.served.stop();

  for (auto const& secret : secrets) {
    EXPECT_EQ(log.lines().find(secret), std::string::npos) << secret;
    EXPECT_EQ(rows.find(secret), std::string::npos) << secret;
  }
  EXPECT_GT(log.lines().size(), 1'000U);
  EXPECT_NE(rows.find("canary-text-" + late.ids.at("user")), std::string::npos);  // what is there is found
}

}  // namespace
}  // namespace sambung::security_tests::canary_test
