// Tools: a function of the program that the model calls while it answers. The model is a script, so that this runs
// anywhere; with a real one only the provider is another.
#include <sambung/sambung.hpp>
#include <sambung/testing/scripted_provider.hpp>

#include <boost/asio/thread_pool.hpp>

#include <iostream>

struct dice {
  std::int64_t sides = 6;
  std::int64_t count = 1;
};
BOOST_DESCRIBE_STRUCT(dice, (), (sides, count))
sambung::record_description describe_record(sambung::record_of<dice>) {
  return sambung::record<dice>().range(&dice::sides, 2, 100).range(&dice::count, 1, 10).optional(&dice::count);
}

// What it throws, the model reads.
sambung::task<std::string> roll(sambung::tool_call, dice thrown) {
  if (thrown.sides % 2 != 0)
    throw sambung::error(sambung::errc::invalid_argument, "there are no dice with so many sides");
  std::string rolled;
  for (std::int64_t i = 0; i < thrown.count; ++i) rolled += std::to_string(thrown.sides / 2 + i) + " ";
  co_return rolled;
}

std::shared_ptr<sambung::provider> model() {
  auto script = std::make_shared<sambung::testing::scripted_provider>();
  sambung::testing::answer_script first, second, last;
  first.text("Rolling. ").tool_call(0, "call_1", "roll", R"({"sides": 7})").finish();
  second.text("Six sides, then. ").tool_call(0, "call_2", "roll", R"({"sides": 6, "count": 2})").finish();
  last.text("Three and four.").finish();
  script->push(first).push(second).push(last);
  return script;
}

void show(sambung::turn_event const& event) {
  if (auto const* text = std::get_if<sambung::text_delta>(&event)) std::cout << text->text << std::flush;
  if (auto const* done = std::get_if<sambung::tool_result>(&event))
    std::cout << '[' << done->name << ": " << done->text << "] ";
  if (auto const* end = std::get_if<sambung::turn_finished>(&event))
    std::cout << '(' << boost::describe::enum_to_string(end->state, "?") << ")\n";
}

sambung::task<void> play(sambung::engine& engine) {
  co_await engine.start();
  auto acme = co_await engine.tenants().create("acme");
  auto ada = co_await engine.users().create(acme.id, "ada@example.com");
  auto desk = co_await engine.workspace(acme.id, ada.id);
  auto chats = desk.chats();
  auto chat = co_await chats.create("Dice", "scripted/model");
  auto turn = co_await chats.send(chat.id, "Throw a die.");
  while (auto event = co_await turn.next()) show(*event);
  co_await engine.shutdown();
}

int main() {
  boost::asio::thread_pool io(1);
  sambung::engine_options options;
  options.providers.add("scripted", model());
  options.tools.add(sambung::make_tool<dice>("roll", "Throws dice.", roll));
  sambung::engine engine(io.get_executor(), std::move(options));
  sambung::sync_wait(play(engine));
}
