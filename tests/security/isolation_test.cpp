// AC01 to AC05, AC10, CT04: nobody reaches what is another's, by any procedure, over any carrier, with any credential.
#include "attack.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <set>

namespace sambung::security_tests::isolation_test {
namespace {

constexpr char const* missing_id = "0192e4a0-7b2c-7def-8123-456789abcdef";

// One id of one procedure's input.
struct target {
  procedure const* which;
  field const* id;
};

std::vector<target> targets_of(procedure_registry const& registry) {
  std::vector<target> targets;
  for (auto const& [name, which] : registry.all())
    for (auto const& f : which.input->fields)
      if (f.type == column_type::uuid && !f.internal) targets.push_back({&which, &f});
  return targets;
}

// Lists that an id only narrows answer with nothing instead of not_found.
bool narrows_a_list(target const& of) { return of.which->name == "audit.list" || of.which->name.starts_with("usage."); }

// It only draws lots: whose it is, and whether there is any, makes no difference.
bool is_only_hashed(target const& of) { return of.which->name == "prompt.render" && of.id->json_name == "chatId"; }

// What `victim` has that `attacker` may not even know to exist.
std::vector<std::string> foreign_ids(citizen const& attacker, citizen const& victim) {
  std::vector<std::string> ids;
  bool const colleagues = attacker.tenant == victim.tenant;
  for (auto const& [kind, id] : victim.ids) {
    bool const shared = kind == "tenant" || kind == "user" || kind == "invitation";
    if (!colleagues || !shared) ids.push_back(id);
  }
  return ids;
}

// Every row of every table, as text.
std::map<std::string, std::string> everything_in(world& w) {
  std::map<std::string, std::string> all;
  auto const schema = standard_schema();
  std::vector<std::pair<std::string, scope>> scopes{{"system", testing::system_scope()}};
  for (auto const& one : w.citizens) scopes.emplace_back(to_string(one.tenant), testing::tenant_scope(one.tenant));
  for (auto const& table :
       schema->find("users") ? schema->modules().front().tables() : std::vector<record_description>()) {
    if (table.table == "text_progress") continue;  // the engine's own, at its own time
    for (auto const& [name, who] : scopes) {
      if ((table.scope == table_scope::system) != who.is_system()) continue;
      auto const found = sync_wait(w.served.storage->read(who, query(table.table).limit(1'000)));
      for (auto const& item : found.value().items) {
        std::string text;
        for (std::size_t i = 0; i < item.size(); ++i) {
          if (table.fields[i].name == "last_used_at") continue;
          std::visit(
              [&](auto const& v) {
                using type = std::remove_cvref_t<decltype(v)>;
                if constexpr (std::is_same_v<type, std::string>) text += v;
                else if constexpr (std::is_same_v<type, uuid>) text += to_string(v);
                else if constexpr (std::is_same_v<type, binary>) text += to_base64(v);
                else if constexpr (!std::is_same_v<type, std::monostate>) text += std::to_string(v);
              },
              item[i]);
          text += '|';
        }
        all[name + '/' + table.table + '/' + text] = text;
      }
    }
  }
  return all;
}

boost::json::object input_with(target const& of, citizen const& attacker, std::string const& id) {
  auto input = own_input(*of.which, attacker);
  input[of.id->json_name] = id;
  return input;
}

int probe_count() {
  char const* const wanted = std::getenv("SAMBUNG_PROBES");
  return wanted ? std::atoi(wanted) : 20'000;
}

TEST(AC01, EveryProcedureWithAnIdReachesItsLookUp) {
  world w;
  raw_client client(w.served.port());
  auto const& owner = w.citizens.front();

  for (auto const& of : targets_of(w.served.server.procedures())) {
    auto const response = call(client, *of.which, way::slashes, input_with(of, owner, missing_id),
                               owner.headers.at(credential::session_token));
    EXPECT_EQ(response.status, narrows_a_list(of) || is_only_hashed(of) ? 200 : 404)
        << of.which->name << '.' << of.id->json_name << '\n'
        << response.body;
  }
}

// AC03 and AC04 are among them: streams are procedures, and each id of an input is tried with the others being own.
TEST(AC01, AForeignIdIsAnsweredLikeAMissingOneAndChangesNothing) {
  world w;
  raw_client client(w.served.port());
  auto const targets = targets_of(w.served.server.procedures());
  std::map<std::string, std::string> missing;
  std::mt19937_64 random(20'261'120);
  auto const pick = [&](auto const& from) -> auto const& { return from[random() % from.size()]; };
  auto const before = everything_in(w);
  std::map<std::string, int> tried;

  int const probes = probe_count();
  for (int done = 0; done < probes;) {
    auto const& attacker = pick(w.citizens);
    auto const& victim = pick(w.citizens);
    if (&attacker == &victim) continue;
    auto const ids = foreign_ids(attacker, victim);
    auto const& of = pick(targets);
    auto const how = pick(ways_to(*of.which));
    auto const proof = pick(credentials);
    auto const& headers = attacker.headers.at(proof);
    auto const place = of.which->name + '.' + of.id->json_name + '/' + std::to_string(static_cast<int>(how)) + '/' +
                       std::to_string(static_cast<int>(proof)) + '/' + attacker.email;
    auto& expected = missing[place];
    if (expected.empty())
      expected = essence(call(client, *of.which, how, input_with(of, attacker, missing_id), headers));
    auto const& id = pick(ids);
    auto const response = call(client, *of.which, how, input_with(of, attacker, id), headers);
    ASSERT_EQ(essence(response), expected) << place << ' ' << id;
    for (auto const& canary : victim.canaries) ASSERT_EQ(response.body.find(canary), std::string::npos) << place;
    ++tried[of.which->name];
    ++done;
  }

  EXPECT_EQ(everything_in(w), before);
  EXPECT_GE(tried.size(), 20U);
  RecordProperty("probes", probes);
}

// A structure that names a prompt: AC01 takes the ids that stand in an input by themselves.
std::vector<procedure const*> sent_with_a_prompt(procedure_registry const& registry) {
  std::vector<procedure const*> found;
  for (auto const& [name, which] : registry.all())
    for (auto const& f : which.input->fields)
      if (f.json_name == "prompt" && f.type == column_type::json) found.push_back(&which);
  return found;
}

TEST(CT04, AForeignPromptInAQuestionOrASetupIsAsMissing) {
  world w;
  raw_client client(w.served.port());
  auto const before = everything_in(w);
  std::set<std::string> reached;

  for (auto const* which : sent_with_a_prompt(w.served.server.procedures()))
    for (auto const& attacker : w.citizens) {
      auto const answer_to = [&](std::string const& id) {
        auto input = own_input(*which, attacker);
        input["prompt"] = boost::json::object({{"id", id}});
        return call(client, *which, way::slashes, input, attacker.headers.at(credential::session_token));
      };
      auto const missing = answer_to(missing_id);
      EXPECT_NE(missing.status, 200) << which->name;
      if (missing.status == 404) reached.insert(which->name);
      for (auto const& victim : w.citizens)
        EXPECT_TRUE(&victim == &attacker || essence(answer_to(victim.ids.at("prompt"))) == essence(missing))
            << which->name;
    }

  for (auto const* name : {"chat.setup.update", "message.create", "message.preview", "message.stream"})
    EXPECT_TRUE(reached.contains(name)) << name;
  EXPECT_EQ(everything_in(w), before);
}

TEST(CT04, AnIncludeOfAForeignPromptIsAsMissing) {
  world w;
  raw_client client(w.served.port());
  auto const& create = *w.served.server.procedures().find("prompt.create");
  auto const before = everything_in(w);

  for (auto const& attacker : w.citizens)
    for (auto const& victim : w.citizens) {
      if (&victim == &attacker) continue;
      auto const answer_to = [&](std::string const& owner) {
        auto input = own_input(create, attacker);
        auto const text = "{{> canary-prompt-" + owner + "}}";
        input["messages"] = boost::json::array({boost::json::object({{"role", "user"}, {"text", text}})});
        auto response = call(client, create, way::slashes, input, attacker.headers.at(credential::session_token));
        for (auto at = response.body.find(owner); at != response.body.npos; at = response.body.find(owner))
          response.body.erase(at, owner.size());
        return response;
      };
      auto const missing = answer_to(missing_id);
      EXPECT_EQ(missing.status, 400) << missing.body;
      EXPECT_EQ(essence(answer_to(victim.ids.at("user"))), essence(missing));
    }

  EXPECT_EQ(everything_in(w), before);
}

TEST(AC02, ACompletionThatNamesAForeignChatDoesNotReachTheProvider) {
  world w;
  raw_client client(w.served.port());
  auto const asked = w.served.provider->requests().size();
  auto const body_for = [](std::string const& chat) {
    return R"({"model":"test/scripted","messages":[{"role":"user","content":"hi"}],"metadata":{"chat_id":")" + chat +
           R"("}})";
  };

  for (auto const& attacker : w.citizens)
    for (auto const& victim : w.citizens) {
      if (&attacker == &victim) continue;
      for (auto const proof : credentials) {
        auto const& headers = attacker.headers.at(proof);
        auto const foreign = client.call("POST", "/v1/chat/completions", body_for(victim.ids.at("chat")), headers);
        auto const missing = client.call("POST", "/v1/chat/completions", body_for(missing_id), headers);
        EXPECT_EQ(foreign.status, 404);
        EXPECT_EQ(essence(foreign), essence(missing));
      }
    }

  EXPECT_EQ(w.served.provider->requests().size(), asked);
}

// AC03 over /streams: a foreign turn, finished or running, is as one that never was.
TEST(AC12, AForeignTurnIsNoStream) {
  world w;
  raw_client client(w.served.port());

  for (auto const& attacker : w.citizens)
    for (auto const& victim : w.citizens) {
      if (&attacker == &victim) continue;
      for (auto const proof : credentials) {
        auto const& headers = attacker.headers.at(proof);
        for (auto const* query : {"", "?offset=now", "?offset=00000000000000000001", "?offset=99999999999999999999",
                                  "?offset=-1&live=long-poll", "?offset=-1&live=sse"}) {
          auto const foreign = client.call("GET", "/streams/turns/" + victim.ids.at("message") + query, {}, headers);
          auto const missing = client.call("GET", std::string("/streams/turns/") + missing_id + query, {}, headers);
          EXPECT_EQ(foreign.status, std::string_view(query).find("999") == std::string_view::npos ? 404 : 400);
          EXPECT_EQ(essence(foreign), essence(missing));
          EXPECT_EQ(foreign.head.find("Stream-"), std::string::npos);
        }
      }
    }
}

TEST(AC05, WhatOnlyTheServerSaysIsRefusedInEveryInput) {
  world w;
  raw_client client(w.served.port());
  auto const& owner = w.citizens.front();
  auto const before = everything_in(w);

  for (auto const& [name, which] : w.served.server.procedures().all()) {
    std::set<std::string> known;
    for (auto const& f : which.input->fields) known.insert(f.json_name);
    for (auto const* field : {"id", "tenantId", "ownerId", "userId", "role", "createdAt", "updatedAt", "state", "hash",
                              "revision", "scopes"}) {
      if (known.contains(field)) continue;
      auto input = own_input(which, owner);
      input[field] = owner.ids.at("user");
      auto const response = call(client, which, way::slashes, input, owner.headers.at(credential::session_token));
      EXPECT_EQ(response.status, 400) << name << ' ' << field;
      EXPECT_NE(response.body.find(field), std::string::npos) << name << ' ' << field;
    }
  }

  EXPECT_EQ(everything_in(w), before);
}

TEST(AC10, AnIdempotencyKeyBelongsToOneUser) {
  world w;
  raw_client client(w.served.port());
  std::set<std::string> chats;

  for (auto const& one : w.citizens) {
    auto const response = client.call("POST", "/rpc/chat/create",
                                      R"({"json":{"title":"t","model":"test/scripted","idempotencyKey":"same"}})",
                                      one.headers.at(credential::api_token));
    ASSERT_EQ(response.status, 200) << response.body;
    chats.insert(std::string(boost::json::parse(response.body).at("json").at("id").as_string()));
  }

  EXPECT_EQ(chats.size(), w.citizens.size());
}

}  // namespace
}  // namespace sambung::security_tests::isolation_test
