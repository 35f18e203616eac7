// Context: what a model gets to read of a chat, asked for before and after. The model is a script, so that this runs
// anywhere.
#include <sambung/sambung.hpp>
#include <sambung/testing/scripted_provider.hpp>

#include <boost/asio/thread_pool.hpp>

#include <iostream>

std::shared_ptr<sambung::provider> model() {
  auto script = std::make_shared<sambung::testing::scripted_provider>();
  script->otherwise([](sambung::completion_request const&) {
    return sambung::testing::answer_script().text("Bring a coat.").finish();
  });
  return script;
}

void show(char const* what, sambung::context_report const& report) {
  std::cout << what << ": " << report.tokens << " of " << report.budget << " tokens\n";
  for (auto const& block : report.blocks)
    std::cout << "  " << block.source.kind << ", " << block.tokens << " tokens, "
              << boost::describe::enum_to_string(block.state, "") << ": "
              << boost::describe::enum_to_string(block.reason, "") << '\n';
}

sambung::task<void> talk(sambung::workspace desk) {
  auto chats = desk.chats();
  sambung::new_chat from("Weather", "scripted/model");
  from.system_prompt = "You know what to wear.";
  auto const chat = co_await chats.create(from);
  auto first = co_await chats.send(chat.id, "What do I wear in Oslo?");
  auto const answer = co_await first.answer();

  auto const before = co_await chats.preview(chat.id, "And in summer?");
  show("what would be sent", before);
  auto const after = co_await chats.explain(answer.id);
  show("what was sent", after);
}

int main() {
  boost::asio::thread_pool io(1);
  sambung::engine_options options;
  options.providers.add("scripted", model());
  sambung::engine engine(io.get_executor(), std::move(options));
  sambung::sync_wait(engine.start());
  auto const acme = sambung::sync_wait(engine.tenants().create("acme")).id;
  auto const ada = sambung::sync_wait(engine.users().create(acme, "ada@acme.example", sambung::member_role::owner)).id;

  auto desk = engine.workspace(sambung::principal::trusted(acme, ada, sambung::member_role::owner));
  sambung::sync_wait(talk(desk));

  sambung::sync_wait(engine.shutdown());
}
