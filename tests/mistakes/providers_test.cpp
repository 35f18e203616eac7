// Providers of an application's own: whatever they throw, return or are called, only their turns end.
#include "mistakes/mistake.hpp"

namespace sambung::providers_test {
namespace {

using testing::answer_script;
using tests::all_kinds_of_throws;
using tests::desk;
using tests::desk_options;

using act = std::function<void()>;

struct own_stream final : completion_stream {
  explicit own_stream(std::string where_, act what_) : where(std::move(where_)), what(std::move(what_)) {}
  void at(std::string_view place) const {
    if (place == where) what();
  }
  std::string model() const override {
    at("stream.model");
    return "m";
  }
  std::vector<issue> warnings() const override {
    at("stream.warnings");
    return {};
  }
  std::string billed_as() const override {
    at("stream.billed_as");
    return {};
  }
  task<result<std::optional<completion_event>>> next() override {
    if (where == "stream.next returns nothing") return {};
    return step();
  }
  std::optional<completion_event> ready() override {
    at("stream.ready");
    return std::nullopt;
  }
  task<result<std::optional<completion_event>>> step() {
    if (++steps == 1) co_return std::optional<completion_event>(text_delta{"half"});
    at("stream.next");
    co_return std::optional<completion_event>(completion_finished());
  }

  std::string where;
  act what;
  int steps = 0;
};

struct own_provider final : provider {
  own_provider(std::string where_, act what_) : where(std::move(where_)), what(std::move(what_)) {}
  void at(std::string_view place) const {
    if (place == where) what();
  }
  std::string key_host() const override {
    at("key_host");
    return {};
  }
  model_capabilities capabilities(std::string_view model) const override {
    at("capabilities");
    return provider::capabilities(model);
  }
  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request) override {
    at("do_stream, before its first step");
    if (where == "do_stream returns nothing") return {};
    return opened();
  }
  task<result<std::unique_ptr<completion_stream>>> opened() {
    at("do_stream");
    std::unique_ptr<completion_stream> made;
    if (where != "do_stream gives null") made = std::make_unique<own_stream>(where, what);
    co_return made;
  }
  task<result<std::vector<model_info>>> do_models() override {
    at("do_models");
    if (where == "do_models returns nothing") return {};
    return offered();
  }
  task<result<std::vector<model_info>>> offered() { co_return std::vector<model_info>(1); }

  std::string where;
  act what;
};

// A turn with it ends, however, and whatever it can be asked beside is told or refused.
void expect_that_a_turn_ends(std::string const& where, act what) {
  SCOPED_TRACE(where);
  desk_options options;
  options.more_providers.emplace_back("own", std::make_shared<own_provider>(where, std::move(what)));
  desk d(std::move(options));
  auto const home = sync_wait(d.chats().create("Test", "own/m"));

  std::optional<turn> begun;
  try {
    begun.emplace(sync_wait(d.chats().send(home.id, "hi")));
  } catch (...) {  // the application's own exception comes to whoever called
  }
  if (begun) {
    auto const answer = sync_wait(begun->answer());
    EXPECT_NE(answer.state, message_state::streaming);
    if (where == "stream.next") {
      EXPECT_EQ(text_of(answer.parts), "half");
    }
  } else {
    EXPECT_TRUE(sync_wait(d.chats().messages(home.id)).items.empty()) << "nothing is half begun";
  }
  EXPECT_FALSE(sync_wait(d.engine->models().models()).empty()) << "the other provider's";
  EXPECT_TRUE(tests::still_works(d));
}

TEST(Mistake, AProviderThatThrowsAnythingAnywhereEndsItsTurnOnly) {
  for (auto const* where : {"key_host", "capabilities", "do_stream", "do_stream, before its first step", "do_models",
                            "stream.model", "stream.warnings", "stream.billed_as", "stream.next", "stream.ready"})
    for (auto const& act : all_kinds_of_throws()) expect_that_a_turn_ends(where, act);
}

TEST(Mistake, AProviderThatReturnsNothingEndsItsTurnOnly) {
  for (auto const* where : {"do_stream gives null", "do_stream returns nothing", "do_models returns nothing",
                            "stream.next returns nothing"})
    expect_that_a_turn_ends(where, [] {});
}

TEST(Mistake, ATextThatIsNoTextIsStoredAsOne) {
  desk d;
  d.model->push(answer_script().text(std::string("a\0b", 3)).text("\xff\xfe").finish());
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));

  auto const answer = sync_wait(turn.answer());

  EXPECT_EQ(answer.state, message_state::complete);
  EXPECT_NE(text_of(answer.parts).find('a'), std::string::npos);
  EXPECT_EQ(text_of(answer.parts).find('\0'), std::string::npos);
}

TEST(Mistake, AProviderThatForgetsToFinishIsIncompleteWithItsText) {
  desk d;
  d.model->push(answer_script().text("half"));
  auto turn = sync_wait(d.chats().send(d.new_chat().id, "hi"));

  auto const answer = sync_wait(turn.answer());

  EXPECT_EQ(answer.state, message_state::incomplete);
  EXPECT_EQ(text_of(answer.parts), "half");
}

TEST(Mistake, AProviderIsRegisteredWronglyAndItSaysSo) {
  provider_registry registry;
  auto const model = std::make_shared<testing::scripted_provider>();
  registry.add("mine", model);

  EXPECT_EQ(tests::code_thrown_by([&] { registry.add("mine", model); }), errc::already_exists);
  EXPECT_EQ(tests::code_thrown_by([&] { registry.add("null", nullptr); }), errc::invalid_argument);
  EXPECT_EQ(tests::code_thrown_by([&] { registry.add("My Provider", model); }), errc::invalid_argument);
  EXPECT_EQ(tests::code_thrown_by([&] { registry.alias("fast", "fast"); }), errc::invalid_argument);
  registry.alias("fast", "nobody/model");
  engine_options options;
  options.providers = registry;
  boost::asio::thread_pool io(1);
  auto const why = tests::failure_thrown_by([&] { engine made(io.get_executor(), std::move(options)); });
  EXPECT_EQ(why->code, errc::invalid_argument);
  EXPECT_TRUE(tests::says(why, "there are: mine"));
}

TEST(Mistake, AModelIsNamedWronglyAndItSaysSo) {
  desk d;
  auto const why_of = [&](std::string model) {
    return tests::failure_thrown_by([&] { sync_wait(d.chats().create("Test", std::move(model))); });
  };

  EXPECT_TRUE(tests::says(why_of("gpt-4o"), "provider/model")) << why_of("gpt-4o")->message;
  EXPECT_TRUE(tests::says(why_of("openai/gpt-4o"), "there are: scripted")) << why_of("openai/gpt-4o")->message;
  EXPECT_TRUE(why_of(""));
}

}  // namespace
}  // namespace sambung::providers_test
