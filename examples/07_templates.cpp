// A prompt that is kept: its variables are checked, its versions stay, and a label says which one is used.
#include <sambung/sambung.hpp>

#include <boost/asio/thread_pool.hpp>

#include <iostream>

namespace {

using namespace sambung;

prompt_variable choice(std::string name, std::vector<std::string> choices) {
  prompt_variable made;
  made.name = std::move(name);
  made.type = prompt_variable_type::choice;
  made.choices = std::move(choices);
  return made;
}

prompt_variable optional_text(std::string name) {
  prompt_variable made;
  made.name = std::move(name);
  made.type = prompt_variable_type::long_text;
  made.required = false;
  return made;
}

prompt_content saying(std::string text) {
  template_message message;
  message.text = std::move(text);
  prompt_content made;
  made.messages.push_back(std::move(message));
  made.variables.push_back(choice("language", {"Malay", "Tamil"}));
  made.variables.push_back(optional_text("notes"));
  return made;
}

render_options with(boost::json::object values) {
  render_options how;
  how.values = std::move(values);
  return how;
}

void show(rendered_prompt const& filled) {
  std::cout << "version " << filled.number << ": " << filled.messages.at(0).text << '\n';
}

task<void> keep_prompts(engine& engine) {
  co_await engine.start();
  auto acme = co_await engine.tenants().create("acme");
  auto ada = co_await engine.users().create(acme.id, "ada@example.com");
  auto desk = co_await engine.workspace(acme.id, ada.id);
  auto prompts = desk.templates();

  new_prompt translation;
  static_cast<prompt_content&>(translation) =
      saying("Translate into {{language}}.{{#if notes}} Mind: {{notes}}{{/if}}");
  translation.name = "Translation";
  auto const kept = co_await prompts.create(std::move(translation));
  auto const id = kept.prompt.id;
  auto malay = with({{"language", "Malay"}});
  show(co_await prompts.render(id, malay));

  // What is used stays what it is while the next version is written.
  std::vector<prompt_arm> first{{1, 1}};
  co_await prompts.set_label(id, "production", std::move(first));
  prompt_update changes;
  changes.content =
      saying("You translate for {{tenant_name}}. Into {{language}}, please.{{#if notes}} {{notes}}{{/if}}");
  co_await prompts.update(id, std::move(changes), kept.prompt.revision);
  auto tamil = with({{"language", "Tamil"}, {"notes", "{{braces}} stay."}});
  show(co_await prompts.render(id, tamil));
  std::vector<prompt_arm> second{{2, 1}};
  co_await prompts.set_label(id, "production", std::move(second));
  show(co_await prompts.render(id, tamil));

  // Every fault at once.
  auto wrong = with({{"language", "Latin"}, {"tone", "kind"}});
  auto const refused = co_await as_result(prompts.render(id, wrong));
  if (refused) throw error(errc::internal, "it should have been refused");
  for (auto const& one : refused.error().issues) std::cout << one.path << ": " << one.message << '\n';
  co_await engine.shutdown();
}

}  // namespace

int main() {
  boost::asio::thread_pool io(1);
  engine_options options;
  options.storage = memory_storage();
  engine engine(io.get_executor(), std::move(options));
  sync_wait(keep_prompts(engine));
}
