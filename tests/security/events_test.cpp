// AC12: whoever follows what changes hears of what is theirs, by every procedure, and of nothing else.
#include "attack.hpp"

#include <gtest/gtest.h>

#include <set>

namespace sambung::security_tests::events_test {
namespace {

// What everybody in a tenant may hear of.
std::set<std::string> const shared_tables{"memberships", "tenants", "prompt_templates"};

workspace desk_of(world& w, citizen const& who) {
  return w.served.engine.workspace(principal::trusted(who.tenant, who.user, who.role));
}

// Another session of a citizen, which follows everything.
class listener {
 public:
  listener(world& w, citizen const& who) : desk_(desk_of(w, who)), reader_(sync_wait(desk_.events().follow())) {
    sync_wait(reader_.next());
  }

  // The tables of which it heard since; none when its stream has ended.
  std::optional<std::set<std::string>> heard() {
    std::set<std::string> tables;
    if (!mark()) return std::nullopt;
    for (;;) {
      auto const event = sync_wait(as_result(reader_.next()));
      if (!event) return std::nullopt;
      if (std::holds_alternative<event_told>(**event)) return tables;
      tables.insert(table_of(**event));
      // What was told before a reset is not told again.
      if (std::holds_alternative<events_reset>(**event) && !mark()) return std::nullopt;
    }
  }

 private:
  bool mark() { return sync_wait(as_result(desk_.events().tell(desk_.who().user(), "mark", nullptr))).has_value(); }
  static std::string table_of(desk_event const& event) {
    if (auto const* row = std::get_if<record_changed>(&event)) return row->table;
    if (std::holds_alternative<turn_changed>(event)) return "active_turns";
    return "reset";
  }

  workspace desk_;
  event_reader reader_;
};

std::string text_of(value const& v) {
  return std::visit(
      [](auto const& one) -> std::string {
        using type = std::remove_cvref_t<decltype(one)>;
        if constexpr (std::is_same_v<type, std::string>) return one;
        else if constexpr (std::is_same_v<type, uuid>) return to_string(one);
        else if constexpr (std::is_same_v<type, binary>) return to_base64(one);
        else if constexpr (std::is_same_v<type, std::monostate>) return "null";
        else return std::to_string(one);
      },
      v);
}

// Every row that somebody is to hear of, by its table.
using told_rows = std::map<std::string, std::set<std::string>>;

told_rows rows_of(world& w, citizen const& who) {
  told_rows all;
  auto const schema = standard_schema();
  for (auto const& module : schema->modules())
    for (auto const& table : module.tables()) {
      if (!table.announcement.is_told()) continue;
      auto const where =
          table.scope == table_scope::system ? testing::system_scope() : testing::tenant_scope(who.tenant);
      auto const found = sync_wait(w.served.storage->read(where, query(table.table).limit(1'000))).value();
      auto& rows = all[table.table];
      for (auto const& item : found.items) {
        std::string text;
        for (std::size_t i = 0; i < item.size(); ++i)
          if (table.fields[i].name != "revision" && table.fields[i].name != "last_used_at")
            text += text_of(item[i]) + '|';
        rows.insert(std::move(text));
      }
    }
  return all;
}

// Tables with rows that were not there before, and whether anything is different at all.
struct difference {
  std::set<std::string> written;
  bool any = false;
};
difference between(told_rows const& before, told_rows const& after) {
  difference found;
  for (auto const& [table, rows] : after) {
    auto const& old = before.at(table);
    found.any = found.any || old != rows;
    for (auto const& row : rows)
      if (!old.contains(row)) found.written.insert(table);
  }
  return found;
}

TEST(AC12, EveryChangeByAnyProcedureIsHeardByItsUserAndByNoStranger) {
  std::vector<std::string> names;
  {
    world w;
    for (auto const& [name, which] : w.served.server.procedures().all())
      if (which.as != request_class::read && which.needs != permission::none) names.push_back(name);
  }
  int changing = 0;

  for (auto const& name : names) {
    SCOPED_TRACE(name);
    world w;
    auto const& which = *w.served.server.procedures().find(name);
    auto const& caller = w.citizens[0];
    raw_client client(w.served.port());
    listener self(w, caller);
    listener colleague(w, w.citizens[1]);
    listener stranger(w, w.citizens[2]);
    auto const before = rows_of(w, caller);

    auto const response =
        call(client, which, way::slashes, own_input(which, caller), caller.headers.at(credential::session_token));
    auto const changed = between(before, rows_of(w, caller));
    auto const heard = self.heard();
    auto const heard_beside = colleague.heard();

    EXPECT_LT(response.status, 500);
    EXPECT_EQ(stranger.heard(), std::set<std::string>());
    for (auto const& table : heard_beside.value_or(std::set<std::string>()))
      EXPECT_TRUE(shared_tables.contains(table)) << table;
    if (!changed.any || !heard) continue;  // whoever may not hear any more has heard the end
    ++changing;
    EXPECT_FALSE(heard->empty());
    if (heard->contains("reset")) continue;
    for (auto const& table : changed.written) EXPECT_TRUE(heard->contains(table)) << table;
  }

  EXPECT_GE(changing, 20);
}

TEST(AC12, AForeignChatToFollowIsAnsweredLikeAMissingOne) {
  world w;
  raw_client client(w.served.port());
  auto const& which = *w.served.server.procedures().find("event.follow");
  auto const& attacker = w.citizens[0];
  auto const input_with = [](std::string const& id) {
    return boost::json::object{{"chatIds", boost::json::array{id}}};
  };

  for (auto const proof : credentials) {
    auto const& headers = attacker.headers.at(proof);
    auto const missing = call(client, which, way::slashes, input_with("0192e4a0-7b2c-7def-8123-456789abcdef"), headers);
    EXPECT_EQ(missing.status, 404);
    for (auto const& victim : {w.citizens[1], w.citizens[2]})
      EXPECT_EQ(essence(call(client, which, way::slashes, input_with(victim.ids.at("chat")), headers)),
                essence(missing));
    EXPECT_EQ(call(client, which, way::slashes, input_with(attacker.ids.at("chat")), headers).status, 200);
  }
}

TEST(AC12, APositionOfAnotherFeedLeadsToNothingThere) {
  world w;
  auto const& victim = w.citizens[0];
  auto heard = sync_wait(desk_of(w, victim).events().follow());
  sync_wait(heard.next());
  auto const position = heard.position();
  sync_wait(desk_of(w, victim).chats().create("t", "test/scripted"));

  for (auto const& attacker : {w.citizens[1], w.citizens[2]}) {
    auto const desk = desk_of(w, attacker);
    auto reader = sync_wait(desk.events().follow(follow_options(), position));
    sync_wait(desk.events().tell(attacker.user, "mark", nullptr));
    for (auto event = *sync_wait(reader.next()); !std::holds_alternative<event_told>(event);
         event = *sync_wait(reader.next()))
      EXPECT_TRUE(std::holds_alternative<events_reset>(event));
  }
}

// Over HTTP, as clients do it: an event's number is its id, and behind it a stream goes on.
TEST(AC12, AStreamOfEventsGoesOnBehindItsLastEventId) {
  world w;
  auto const& caller = w.citizens[0];
  auto const& headers = caller.headers.at(credential::session_token);
  auto const create = [&](std::string const& title) {
    raw_client other(w.served.port());
    auto const made = other.call("POST", "/rpc/chat/create",
                                 R"({"json":{"title":")" + title + R"(","model":"test/scripted"}})", headers);
    EXPECT_EQ(made.status, 200) << made.body;
    return std::string(boost::json::parse(made.body).at("json").at("id").as_string());
  };
  auto const id_in = [](std::string const& event) {
    auto const at = event.rfind("id: ") + 4;
    return event.substr(at, event.find('\n', at) - at);
  };
  std::string last, first;
  {
    raw_client client(w.served.port());
    client.send(raw_client::request("POST", "/rpc/event/follow", "{}", headers));
    EXPECT_EQ(client.read_head().status, 200);
    client.read_until(R"("type":"ready")");
    first = create("first");
    auto const event = client.read_until(first);
    EXPECT_NE(event.find(R"("table":"chats")"), event.npos);
    last = id_in(event);
  }
  auto const second = create("second");

  raw_client client(w.served.port());
  client.send(raw_client::request("POST", "/rpc/event/follow", "{}", headers + "last-event-id: " + last + "\r\n"));
  EXPECT_EQ(client.read_head().status, 200);
  auto const event = client.read_until(second);

  EXPECT_EQ(event.find(first), event.npos);
  EXPECT_EQ(event.find(R"("ready")"), event.npos);
  EXPECT_EQ(event.find(R"("reset")"), event.npos);
}

}  // namespace
}  // namespace sambung::security_tests::events_test
