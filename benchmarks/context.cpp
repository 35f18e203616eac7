// C1: what it takes to put the prompt of a long chat together, and to say why each block is in it.
//
//   bench_context fill FILE          chats of 100, 1,000 and 10,000 messages, each once plain and once with a prompt
//   bench_context read FILE COUNT    previews of each: the first one, and COUNT more once the chat had a turn
//   bench_context floor FILE COUNT   the rows of such a prompt read by hand in SQLite's C API, and their bytes copied
//
// FILE is SQLite's. A prompt has 32,000 tokens, which a hundred messages fill, so that chats differ by their length
// alone. Prints one line of JSON.
#include <sambung/core/id_generator.hpp>
#include <sambung/testing/scopes.hpp>
#include <sambung/testing/scripted_provider.hpp>

#include "bench_engine.hpp"
#include "made_up_text.hpp"
#include "raw_sqlite.hpp"

namespace {

constexpr int lengths[] = {100, 1'000, 10'000};
constexpr std::size_t words_of_message = 300;  // some 1,500 bytes
constexpr std::int64_t budget = 32'000;
char const* const email = "user@bench.example";
char const* const question = "And what do I wear in winter?";

std::string title_of(int messages, bool has_prompt) {
  return (has_prompt ? "set up, " : "plain, ") + std::to_string(messages) + " messages";
}
std::string key_of(int messages, bool has_prompt) {
  return (has_prompt ? "set_up_" : "plain_") + std::to_string(messages);
}

using scripted_model = std::shared_ptr<sambung::testing::scripted_provider>;

class bench : public bench_engine {
 public:
  explicit bench(std::string const& file) : bench(file, std::make_shared<sambung::testing::scripted_provider>()) {}

  sambung::workspace desk() {
    auto const home = sambung::sync_wait(engine().tenants().find("bench"));
    auto const user = sambung::sync_wait(engine().users().find(email));
    return engine().workspace(sambung::principal::trusted(home.id, user.id, sambung::member_role::owner));
  }

  scripted_model const model;

 private:
  bench(std::string const& file, scripted_model answers)
      : bench_engine("sqlite:" + file, sambung::module_schema("bench"),
                     [&answers](sambung::engine_options& options) {
                       options.providers.add("scripted", answers);
                       options.context = sambung::token_budget_context(budget);
                     }),
        model(answers) {}
};

// --- filling -------------------------------------------------------------------------------------------------------

sambung::template_message says(sambung::role who, std::string text) {
  sambung::template_message made;
  made.role = who;
  made.text = std::move(text);
  return made;
}

// An instruction in front of the history, and one behind it; four values.
sambung::new_prompt kept_prompt(made_up_text& text) {
  sambung::new_prompt made;
  made.name = "bench";
  made.kind = sambung::prompt_kind::chat;
  made.messages.push_back(says(sambung::role::system, text.words(150) + " {{who}} {{what}} " + text.words(150)));
  auto& history = made.messages.emplace_back();
  history.placeholder = "history";
  made.messages.push_back(says(sambung::role::system, text.words(40) + " {{where}} {{when}}"));
  for (char const* name : {"who", "what", "where", "when"}) {
    auto& one = made.variables.emplace_back();
    one.name = name;
  }
  return made;
}

void fill_chat(bench& b, sambung::chat const& home, made_up_text& text, int messages) {
  sambung::id_generator ids(sambung::system_clock(), sambung::system_random());
  auto const who = sambung::testing::tenant_scope(sambung::sync_wait(b.engine().tenants().find("bench")).id);
  std::optional<sambung::message_id> head;
  sambung::batch all;
  auto const write = [&] { sambung::sync_wait(b.store().write(who, std::exchange(all, sambung::batch()))).value(); };
  for (int i = 0; i < messages; ++i) {
    sambung::message m;
    m.id = ids.next<sambung::message_id>();
    m.chat_id = home.id;
    m.parent_id = head;
    m.depth = i;
    m.role = i % 2 == 0 ? sambung::role::user : sambung::role::assistant;
    m.parts.push_back(sambung::text_part{text.words(words_of_message), {}});
    m.created_at = m.updated_at = sambung::system_clock()->now();
    head = m.id;
    all.add(sambung::insert(m));
    if (all.changes().size() >= 1'000) write();
  }
  all.add(sambung::update<sambung::chat>(home.id).set(&sambung::chat::head_id, head));
  write();
}

void fill(std::string const& file) {
  bench b(file);
  made_up_text text;
  auto const home = sambung::sync_wait(b.engine().tenants().create("bench"));
  sambung::sync_wait(b.engine().users().create(home.id, email));
  auto const desk = b.desk();
  auto const prompt = sambung::sync_wait(desk.templates().create(kept_prompt(text)));
  sambung::batch settled;
  settled.add(no_texts_left());
  sambung::sync_wait(b.store().write(sambung::testing::tenant_scope(home.id), std::move(settled))).value();
  for (int const messages : lengths)
    for (bool const has_prompt : {false, true}) {
      sambung::new_chat from(title_of(messages, has_prompt), "scripted/bench");
      from.system_prompt = text.words(100);
      auto const chat = sambung::sync_wait(desk.chats().create(from));
      fill_chat(b, chat, text, messages);
      if (!has_prompt) continue;
      sambung::chat_setup_content setup;
      setup.prompt = sambung::prompt_use(prompt.prompt.id);
      for (auto const& one : {"who", "what", "where", "when"}) setup.prompt->values[one] = text.words(3);
      sambung::sync_wait(desk.chats().set_up(chat.id, setup, 0));
    }
  std::cout << "{}\n";
}

// --- reading -------------------------------------------------------------------------------------------------------

void check(sambung::context_report const& report) {
  require(report.tokens > budget * 9 / 10 && report.tokens <= budget + budget / 100, "a prompt is not full");
  auto const is_dropped = [](auto const& one) { return one.state == sambung::block_state::dropped; };
  require(std::ranges::any_of(report.blocks, is_dropped), "nothing was too much");
  require(report.blocks.size() + 10 < 120, "more was looked at than could fit");
}

// One of the chats, and what its previews took.
struct long_chat {
  std::string key;
  sambung::chat_id id;
  double cold_us = 0;
  std::vector<double> took_us;
};

std::vector<long_chat> chats_of(sambung::chats const& all) {
  std::vector<long_chat> found;
  for (int const messages : lengths)
    for (bool const has_prompt : {false, true}) {
      auto const page = sambung::sync_wait(all.search(title_of(messages, has_prompt), sambung::page_request()));
      require(page.items.size() == 1, "a chat is not there");
      found.push_back({key_of(messages, has_prompt), page.items.front().id, 0, {}});
    }
  return found;
}

sambung::task<double> time_of_preview(sambung::chats const& all, sambung::chat_id id) {
  auto const started = std::chrono::steady_clock::now();
  auto const report = co_await all.preview(id, question);
  std::chrono::duration<double, std::micro> const took = std::chrono::steady_clock::now() - started;
  check(report);
  co_return took.count();
}

sambung::task<void> take_turn(bench& b, sambung::chats const& all, sambung::chat_id id) {
  b.model->push(sambung::testing::answer_script().text("A coat.").finish());
  auto turn = co_await all.send(id, question);
  auto const answer = co_await turn.answer();
  require(answer.state == sambung::message_state::complete, "a turn failed");
}

void print(long_chat& one) {
  auto& took = one.took_us;
  std::sort(took.begin(), took.end());
  std::cout << '"' << one.key << "\": {\"p50_us\": " << took[took.size() / 2]
            << ", \"p99_us\": " << took[took.size() * 99 / 100] << ", \"cold_us\": " << one.cold_us << "}, ";
}

// In rounds, so that what else the machine does meets all chats alike.
void read(std::string const& file, int count) {
  bench b(file);
  auto const all = b.desk().chats();
  auto found = chats_of(all);
  auto const first = [&]() -> sambung::task<void> {
    for (auto& one : found) {
      one.cold_us = co_await time_of_preview(all, one.id);
      co_await take_turn(b, all, one.id);
    }
  };
  constexpr int in_a_row = 20;
  auto const more = [&]() -> sambung::task<void> {
    for (int done = 0; done < count; done += in_a_row)
      for (auto& one : found)
        for (int i = 0; i < in_a_row; ++i) one.took_us.push_back(co_await time_of_preview(all, one.id));
  };
  b.run(first);
  b.run(more);
  std::cout << '{';
  for (auto& one : found) print(one);
  auto const use = b.engine().context_memory();
  std::cout << "\"memory\": {\"bytes\": " << use.bytes << ", \"chats\": " << use.chats << "}}\n";
}

// --- by hand -------------------------------------------------------------------------------------------------------

void by_hand(std::string const& file, int count) {
  open_to_read(file.c_str());
  statement chat("SELECT tenant_id, id FROM chats WHERE title = ?");
  if (chat(title_of(10'000, false)) != 1) fail("a chat is not there");
  auto const tenant = chat.last()[0], id = chat.last()[1];
  constexpr int rows = 85;  // of some 375 tokens
  statement path(
      "SELECT id, chat_id, parent_id, depth, role, parts, state, reason, model, finish_reason, usage, cost_microusd, "
      "last_event, created_at, updated_at, revision "
      "FROM messages WHERE tenant_id = ? AND chat_id = ? ORDER BY depth DESC LIMIT 85");
  made_up_text text;
  std::vector<std::string> messages(rows, text.words(words_of_message));
  std::vector<std::string> copies;
  std::printf("{");
  measure("read", count, rows, [&] { return path(tenant, id); });
  std::printf(", ");
  measure("copy", count, rows, [&] {
    copies = messages;
    asm volatile("" : : "r"(copies.data()) : "memory");
    return rows;
  });
  std::printf("}\n");
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> const args(argv + 1, argv + argc);
  try {
    if (args.size() == 2 && args[0] == "fill") fill(args[1]);
    else if (args.size() == 3 && args[0] == "read") read(args[1], std::stoi(args[2]));
    else if (args.size() == 3 && args[0] == "floor") by_hand(args[1], std::stoi(args[2]));
    else return std::cerr << "see the top of context.cpp for how to call it\n", 2;
  } catch (std::exception const& e) {
    std::cerr << "bench_context: " << e.what() << "\n";
    return 1;
  }
}
