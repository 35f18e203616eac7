#include "support/counted.hpp"

#include <sambung/engine/engine.hpp>
#include <sambung/rpc/procedures/standard_procedures.hpp>
#include <sambung/rpc/registry.hpp>

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>

#include <set>

namespace sambung::procedure_registry_test {
namespace {

struct greeting_input {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(greeting_input, (), (name))
inline auto describe_record(record_of<greeting_input>) {
  return record<greeting_input>().text(&greeting_input::name, 1, 10);
}
struct greeting {
  std::string text;
  timestamp at;
};
BOOST_DESCRIBE_STRUCT(greeting, (), (text, at))

task<greeting> greet(workspace, greeting_input in) {
  greeting out;
  out.text = "Halo " + in.name;
  co_return out;
}

class counting_source final : public event_source<greeting> {
 public:
  explicit counting_source(std::int64_t after) : number_(after) {}

  task<std::optional<numbered_event<greeting>>> next() override {
    if (number_ == 3) co_return std::nullopt;
    greeting event;
    event.text = std::to_string(++number_);
    co_return numbered_event<greeting>(number_, std::move(event));
  }

 private:
  std::int64_t number_;
};

task<std::unique_ptr<event_source<greeting>>> count(workspace, nothing, std::optional<std::int64_t> last_event) {
  std::unique_ptr<event_source<greeting>> source = std::make_unique<counting_source>(last_event.value_or(0));
  co_return source;
}

// What was encoded before somebody asked.
class written_source final : public encoded_event_source {
 public:
  task<std::optional<numbered_event<encoded_value>>> next() override {
    encoded_value event(R"({"text":"Halo","at":null})", {});
    co_return numbered_event<encoded_value>(7, std::move(event));
  }
};

task<std::unique_ptr<encoded_event_source>> repeat(workspace, nothing, std::optional<std::int64_t>) {
  co_return std::make_unique<written_source>();
}

// Never started: nothing in these tests reaches its storage.
engine& idle_engine() {
  static boost::asio::io_context io;
  static engine made(io.get_executor(), engine_options());
  return made;
}

workspace desk_of(member_role role) {
  return idle_engine().workspace(principal(tenant_id{}, user_id{}, role, authentication::trusted));
}

procedure_registry registry_of_greetings() {
  procedure_registry registry;
  registry.call<greeting_input, greeting>("greeting.make", permission::chat_write, "Greets.", greet);
  registry.stream<nothing, greeting>("greeting.count", permission::chat_read, "Counts.", count);
  return registry;
}

std::optional<errc> fault_of(procedure_registry const& registry, std::string_view name, workspace const* caller,
                             boost::json::value input) {
  auto from = caller ? call_context(*caller) : call_context();
  procedure_input in(from, std::move(input));
  auto const done = sync_wait(as_result(registry.call(*registry.find(name), std::move(in))));
  return done ? std::nullopt : std::optional(done.error().code);
}

TEST(ProcedureRegistry, DecodesRunsAndEncodes) {
  auto const registry = registry_of_greetings();
  auto const desk = desk_of(member_role::owner);

  call_context from(desk);
  procedure_input in(from, boost::json::value({{"name", "Ada"}}));
  auto const out = sync_wait(registry.call(*registry.find("greeting.make"), std::move(in)));

  EXPECT_EQ(parse_json(out.json)->at("text"), "Halo Ada");
  EXPECT_EQ(out.timestamps.size(), 1u);
}

TEST(ProcedureRegistry, ChecksPermissionsBeforeInput) {
  auto const registry = registry_of_greetings();
  auto const viewer = desk_of(member_role::viewer);
  auto const owner = desk_of(member_role::owner);
  boost::json::value const garbage(5);

  EXPECT_EQ(fault_of(registry, "greeting.make", nullptr, garbage), errc::unauthenticated);
  EXPECT_EQ(fault_of(registry, "greeting.make", &viewer, garbage), errc::permission_denied);
  EXPECT_EQ(fault_of(registry, "greeting.make", &owner, garbage), errc::invalid_argument);
}

TEST(ProcedureRegistry, MeasuresCallsByProcedureCarrierAndOutcome) {
  auto const in = std::make_shared<metrics>();
  procedure_registry registry;
  registry.measure(in);
  registry.call<greeting_input, greeting>("greeting.make", permission::chat_write, "Greets.", greet);
  registry.stream<nothing, greeting>("greeting.count", permission::chat_read, "Counts.", count);
  auto const desk = desk_of(member_role::owner);
  auto const measured = [&](tests::label_values const& labels) {
    return tests::observed(*in, "sambung_procedure_duration_seconds", labels);
  };

  fault_of(registry, "greeting.make", &desk, boost::json::value({{"name", "Ada"}}));
  fault_of(registry, "greeting.make", &desk, boost::json::value(5));
  fault_of(registry, "greeting.make", nullptr, boost::json::value(5));
  call_context from(desk);
  procedure_input followed(from, boost::json::value(boost::json::object()));
  followed.over = procedure_carrier::rpc;
  sync_wait(registry.open(*registry.find("greeting.count"), std::move(followed)));

  EXPECT_EQ(measured({"greeting.make", "process", "ok"}), 1u);
  EXPECT_EQ(measured({"greeting.make", "process", "invalid_argument"}), 1u);
  EXPECT_EQ(measured({"greeting.make", "process", "unauthenticated"}), 1u);
  EXPECT_EQ(measured({"greeting.count", "rpc", "ok"}), 1u);
  EXPECT_EQ(tests::samples_of(*in, "sambung_procedure_duration_seconds").size(), 4u);
}

TEST(ProcedureRegistry, ListsEveryIssueOfAnInput) {
  auto const registry = registry_of_greetings();
  auto const desk = desk_of(member_role::owner);

  call_context from(desk);
  procedure_input in(from, boost::json::value({{"name", ""}, {"role", "x"}}));
  auto const done = sync_wait(as_result(registry.call(*registry.find("greeting.make"), std::move(in))));

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().issues.size(), 2u);
}

TEST(ProcedureRegistry, StreamsFromAnEventOn) {
  auto const registry = registry_of_greetings();
  auto const desk = desk_of(member_role::viewer);

  call_context from(desk);
  procedure_input in(from, boost::json::value(boost::json::object()), 1);
  auto const events = sync_wait(registry.open(*registry.find("greeting.count"), std::move(in)));

  EXPECT_EQ(sync_wait(events->next())->number, 2);
  EXPECT_EQ(parse_json(sync_wait(events->next())->event.json)->at("text"), "3");
  EXPECT_FALSE(sync_wait(events->next()));
}

TEST(ProcedureRegistry, TakesEventsThatAreEncodedAlready) {
  procedure_registry registry;
  registry.stream<nothing, greeting>("greeting.repeat", permission::chat_read, "Repeats.", repeat);
  auto const desk = desk_of(member_role::viewer);

  call_context from(desk);
  procedure_input in(from, boost::json::value(boost::json::object()));
  auto const events = sync_wait(registry.open(*registry.find("greeting.repeat"), std::move(in)));

  auto const event = *sync_wait(events->next());
  EXPECT_EQ(event.number, 7);
  EXPECT_EQ(event.event.json, R"({"text":"Halo","at":null})");
}

TEST(ProcedureRegistry, TellsCallsFromStreams) {
  auto const registry = registry_of_greetings();
  auto const desk = desk_of(member_role::owner);

  EXPECT_EQ(fault_of(registry, "greeting.count", &desk, boost::json::object()), errc::invalid_argument);
}

TEST(ProcedureRegistry, RefusesBadAndTakenNames) {
  auto registry = registry_of_greetings();

  for (auto const* name : {"", ".", "a.", ".a", "a..b", "a b", "a/b", "greeting.make"})
    EXPECT_THROW((registry.call<greeting_input, greeting>(name, permission::chat_read, "x", greet)), error) << name;
  EXPECT_THROW((registry.call<greeting_input, greeting>("open", permission::none, "x", greet)), error);
}

constexpr auto greeting_sign = own_permission(3);

TEST(ProcedureRegistry, TakesPermissionsOfTheApplicationsOwnThatHaveNames) {
  permission_table own;
  own.add(greeting_sign, "greeting_sign", {member_role::owner});
  procedure_registry registry(own);
  procedure_registry without;

  registry.call<greeting_input, greeting>("greeting.sign", greeting_sign, "Signs.", greet);

  EXPECT_EQ(registry.find("greeting.sign")->needs_name, "greeting_sign");
  EXPECT_THROW((without.call<greeting_input, greeting>("greeting.sign", greeting_sign, "Signs.", greet)), error);
}

TEST(ProcedureRegistry, TakesNothingOnceItIsSealed) {
  auto registry = registry_of_greetings();
  registry.seal();

  try {
    registry.call<greeting_input, greeting>("greeting.again", permission::chat_read, "Greets.", greet);
    FAIL() << "it was taken";
  } catch (error const& why) {
    EXPECT_EQ(why.code(), errc::conflict);
  }
  EXPECT_EQ(registry.find("greeting.again"), nullptr);
}

TEST(StandardProcedures, AreDescribed) {
  procedure_registry registry;
  standard_procedures(registry, idle_engine().auth());

  std::set<std::string> names;
  std::set<std::string> open;
  for (auto const& [name, procedure] : registry.all()) {
    names.insert(name);
    EXPECT_FALSE(procedure.description.empty()) << name;
    EXPECT_NE(procedure.input, nullptr) << name;
    if (procedure.needs == permission::none) open.insert(name);
  }
  EXPECT_EQ(open, (std::set<std::string>{"healthCheck", "auth.signIn", "auth.signUp", "auth.getSession",
                                         "auth.getSignUpPolicy", "auth.refresh"}));
  EXPECT_EQ(names, (std::set<std::string>{"healthCheck",
                                          "auth.signIn",
                                          "auth.signUp",
                                          "auth.getSignUpPolicy",
                                          "auth.signOut",
                                          "auth.getSession",
                                          "auth.refresh",
                                          "user.getProfile",
                                          "user.updateSettings",
                                          "user.changePassword",
                                          "user.listSessions",
                                          "user.revokeSession",
                                          "user.revokeOtherSessions",
                                          "user.exportData",
                                          "user.deleteAccount",
                                          "member.suspend",
                                          "member.resume",
                                          "tenant.suspend",
                                          "tenant.resume",
                                          "tenant.getAll",
                                          "tenant.get",
                                          "tenant.create",
                                          "tenant.switch",
                                          "tenant.update",
                                          "tenant.leave",
                                          "tenant.delete",
                                          "member.getAll",
                                          "member.get",
                                          "member.setRole",
                                          "member.remove",
                                          "invitation.create",
                                          "invitation.getAll",
                                          "invitation.revoke",
                                          "invitation.accept",
                                          "apiKey.getAll",
                                          "apiKey.create",
                                          "apiKey.rotate",
                                          "apiKey.update",
                                          "apiKey.delete",
                                          "apiToken.getAll",
                                          "apiToken.create",
                                          "apiToken.revoke",
                                          "audit.list",
                                          "chat.create",
                                          "chat.getAll",
                                          "chat.search",
                                          "chat.getAllChatsWithMessages",
                                          "chat.export",
                                          "chat.getById",
                                          "chat.update",
                                          "chat.setup.get",
                                          "chat.setup.update",
                                          "chat.delete",
                                          "message.list",
                                          "message.stream",
                                          "message.create",
                                          "message.regenerate",
                                          "message.continue",
                                          "message.edit",
                                          "message.stop",
                                          "message.resume",
                                          "model.list",
                                          "provider.list",
                                          "quota.mine",
                                          "quota.getAll",
                                          "quota.set",
                                          "quota.remove",
                                          "usage.summary",
                                          "usage.daily",
                                          "message.decideTool",
                                          "message.getPendingTools",
                                          "grants.list",
                                          "grants.revoke",
                                          "message.append",
                                          "message.feedback",
                                          "message.getAlternatives",
                                          "message.getBranches",
                                          "message.getFeedback",
                                          "message.getNewestLeaf",
                                          "prompt.usage",
                                          "prompt.try",
                                          "message.preview",
                                          "message.explain",
                                          "search.query",
                                          "event.follow",
                                          "tag.getAll",
                                          "tag.create",
                                          "tag.rename",
                                          "tag.merge",
                                          "tag.delete",
                                          "tag.set",
                                          "tag.getBySubject",
                                          "tag.getSubjects",
                                          "folder.getAll",
                                          "folder.create",
                                          "folder.rename",
                                          "folder.move",
                                          "folder.delete",
                                          "chat.togglePin",
                                          "chat.updateFolder",
                                          "chat.archive",
                                          "chat.getChatsByFolder",
                                          "prompt.create",
                                          "prompt.getAll",
                                          "prompt.getPublicTemplates",
                                          "prompt.search",
                                          "prompt.getCounts",
                                          "prompt.getById",
                                          "prompt.update",
                                          "prompt.delete",
                                          "prompt.duplicateFromPublic",
                                          "prompt.render",
                                          "prompt.preview",
                                          "prompt.exportPrompts",
                                          "prompt.importPrompts",
                                          "prompt.versions.list",
                                          "prompt.getVersionHistory",
                                          "prompt.versions.get",
                                          "prompt.versions.restore",
                                          "prompt.restoreVersion",
                                          "prompt.diff",
                                          "prompt.label.list",
                                          "prompt.label.set",
                                          "prompt.label.remove"}));
}

// Whoever tries to guess or to take over must not have the budget of reading or writing.
TEST(StandardProcedures, CountProofsAsCredentials) {
  procedure_registry registry;
  standard_procedures(registry, idle_engine().auth());

  std::set<std::string> names;
  for (auto const& [name, procedure] : registry.all())
    if (procedure.as == request_class::credentials) names.insert(name);

  EXPECT_EQ(names, (std::set<std::string>{"auth.signIn", "auth.signUp", "auth.refresh", "user.changePassword",
                                          "user.deleteAccount", "invitation.accept"}));
}

// What is asked for by GET may be asked for by any page's image: it must change nothing.
TEST(StandardProcedures, ReadOnlyWhereTheNameSaysSo) {
  procedure_registry registry;
  standard_procedures(registry, idle_engine().auth());

  for (auto const& [name, procedure] : registry.all()) {
    auto const verb = name.substr(name.find('.') + 1);
    bool const reads = verb == "healthCheck" || verb == "list" || verb == "listSessions" || verb == "exportData" ||
                       name == "message.resume" || name == "event.follow" || verb == "mine" || verb == "summary" ||
                       verb == "daily" || verb == "preview" || verb == "explain" || verb == "query" ||
                       verb == "search" || verb == "render" || verb == "usage" || name == "chat.export" ||
                       verb == "label.list" || verb == "diff" || verb == "exportPrompts" || verb.ends_with(".list") ||
                       verb.ends_with(".get") || verb.starts_with("get");
    EXPECT_EQ(procedure.as == request_class::read, reads) << name;
  }
}

TEST(TurnEvents, ShowWhatAToolGave) {
  tool_result done;
  done.call_id = "c1";
  done.name = "weather";
  done.text = "warm";

  auto const shown = to_json(turn_event(done)).as_object();

  EXPECT_EQ(shown.at("type"), "toolResult");
  EXPECT_EQ(shown.at("callId"), "c1");
  EXPECT_EQ(shown.at("name"), "weather");
  EXPECT_EQ(shown.at("text"), "warm");
  EXPECT_EQ(shown.at("isError"), false);
}

TEST(TurnEvents, ShowWhatAUserSaidOfACall) {
  turn_event const said = tool_decided{"c1", approval_verdict::chat};

  EXPECT_EQ(boost::json::serialize(to_json(said)), R"({"type":"toolDecided","callId":"c1","verdict":"chat"})");
}

TEST(TurnEvents, AreNamedByTheirType) {
  std::vector<turn_event> const events{turn_started(),    text_delta(),    reasoning_delta(),
                                       tool_call_delta(), tool_approval(), tool_decided(),
                                       tool_result(),     turn_snapshot(), turn_finished()};
  std::vector<std::string> names;

  for (auto const& event : events) names.emplace_back(to_json(event).at("type").as_string());

  EXPECT_EQ(names, (std::vector<std::string>{"started", "text", "reasoning", "toolCall", "toolApproval", "toolDecided",
                                             "toolResult", "snapshot", "finished"}));
}

TEST(TurnEvents, ShowNothingThatIsForTheVendor) {
  reasoning_delta thought;
  thought.text = "hm";
  thought.provider_data.emplace().emplace("signature", "s");
  tool_call_delta call;
  call.provider_data.emplace().emplace("signature", "s");

  EXPECT_EQ(boost::json::serialize(to_json(turn_event(thought))), R"({"type":"reasoning","text":"hm"})");
  EXPECT_FALSE(to_json(turn_event(call)).as_object().contains("providerData"));
}

// The inputs of turns have the limits of send_options, whatever they have themselves.
TEST(MessageInputs, HaveTheLimitsOfSendOptions) {
  auto const& options = description_of<send_options>();
  for (auto const* input : {&description_of<message_send_input>(), &description_of<message_regenerate_input>(),
                            &description_of<message_edit_input>()})
    for (auto const& option : options.fields) {
      auto const& taken = input->fields.at(input->position(option.name).value());
      EXPECT_EQ(taken.json_name, option.json_name);
      EXPECT_EQ(taken.required, option.required) << option.name;
      EXPECT_EQ(taken.min_bytes, option.min_bytes) << option.name;
      EXPECT_EQ(taken.max_bytes, option.max_bytes) << option.name;
      EXPECT_EQ(taken.minimum, option.minimum) << option.name;
      EXPECT_EQ(taken.maximum, option.maximum) << option.name;
    }
  auto const wrong = parse_json_as<message_regenerate_input>(
      R"({"messageId":"00000000-0000-0000-0000-000000000001","maxSteps":0,"toolChoice":"","tools":[""]})");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().issues.size(), 3U);
}

TEST(EventNumber, IsDecimalDigits) {
  EXPECT_EQ(parse_event_number("12"), 12);
  for (auto const* text : {"", "-1", "+1", "1x", " 1", "99999999999999999999"})
    EXPECT_THROW(parse_event_number(text), error) << text;
}

}  // namespace
}  // namespace sambung::procedure_registry_test
