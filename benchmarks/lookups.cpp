// What reads cost in a database that is small, and in one that is large.
//
//   bench_lookups fill URL MESSAGES   through the storage port, into an empty database: 50 tenants and their chats, one
//                                     of which has a hundredth of all messages, and as many searchable notes
//   bench_lookups read URL COUNT      each kind of look-up COUNT times through the public API, one after the other
//
// URL is one that sambung::open_storage takes; SAMBUNG_MIGRATOR_URL may make its tables. The first tenant is the one
// that is read: it has 200 chats and a fifth of the notes at any size. Prints one line of JSON.
#include <sambung/core/id_generator.hpp>
#include <sambung/testing/scopes.hpp>

#include "bench_engine.hpp"
#include "made_up_text.hpp"

namespace {

using note_id = sambung::typed_id<struct note_tag>;

// Long text that is searched. Messages are not: they are JSON.
struct note {
  note_id id;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(note, (), (id, text))
auto describe_record(sambung::record_of<note>) {
  return sambung::record<note>("notes").text(&note::text, 1, 4'096).searchable(&note::text);
}

constexpr int tenants = 50;
constexpr std::size_t rows_in_batch = 4'000;
std::string const long_title = "The long one";

class bench : public bench_engine {
 public:
  explicit bench(std::string const& url) : bench_engine(url, sambung::module_schema("bench").table<note>()) {}

  static std::string tenant_name(int number) { return "bench-" + std::to_string(number); }
  static std::string email(int number) { return "user@" + tenant_name(number) + ".example"; }
};

// One tenant's chats, which grow by a message each in turn, as chats do that are used side by side.
class filler {
 public:
  filler(bench& b, int number, made_up_text& text, std::size_t chats)
      : store_(b.store()), text_(text), chats_(chats), long_(number == 0) {
    auto const home = sambung::sync_wait(b.engine().tenants().create(bench::tenant_name(number)));
    auto const user = sambung::sync_wait(b.engine().users().create(home.id, bench::email(number)));
    who_ = sambung::testing::tenant_scope(home.id);
    for (auto& c : chats_) {
      c.id = ids_.next<sambung::chat_id>();
      c.owner_id = user.id;
      c.title = text_.words(4);
      c.model = "demo/bench";
      c.created_at = c.updated_at = sambung::system_clock()->now();
    }
    if (long_) chats_.front().title = long_title;
    depths_.resize(chats);
  }

  // So many messages for each chat; the long one gets `long_messages` instead.
  sambung::task<void> add_messages(std::size_t each, std::size_t long_messages) {
    sambung::batch b;
    for (std::size_t i = 0; i < std::max(each, long_ ? long_messages : 0); ++i) {
      for (std::size_t at = 0; at < chats_.size(); ++at) {
        if (i >= (long_ && at == 0 ? long_messages : each)) continue;
        b.add(sambung::insert(next_message(at)));
        if (b.changes().size() >= rows_in_batch) co_await write_and_clear(b);
      }
    }
    if (!b.changes().empty()) co_await write_and_clear(b);
  }

  // `marked` of them, evenly spread, hold the rare word.
  sambung::task<void> add_notes(std::size_t count, std::size_t marked) {
    sambung::batch b;
    for (std::size_t i = 0; i < count; ++i) {
      note n{ids_.next<note_id>(), text_.message()};
      if (marked > 0 && i % (count / marked) == 0) n.text += ' ' + made_up_text::rare_word();
      b.add(sambung::insert(n));
      if (b.changes().size() >= rows_in_batch) co_await write_and_clear(b);
    }
    if (!b.changes().empty()) co_await write_and_clear(b);
  }

  sambung::task<void> add_chats() {
    sambung::batch b;
    b.add(no_texts_left());
    for (auto const& c : chats_) b.add(sambung::insert(c));
    co_await write_and_clear(b);
  }

  // Once the messages are there.
  sambung::task<void> set_heads() {
    sambung::batch b;
    for (auto const& c : chats_) b.add(sambung::update<sambung::chat>(c.id).set(&sambung::chat::head_id, c.head_id));
    co_await write_and_clear(b);
  }

 private:
  sambung::message next_message(std::size_t at) {
    auto& chat = chats_[at];
    sambung::message m;
    m.id = ids_.next<sambung::message_id>();
    m.chat_id = chat.id;
    m.parent_id = chat.head_id;
    m.depth = depths_[at]++;
    m.role = m.depth % 2 ? sambung::role::assistant : sambung::role::user;
    m.parts.push_back(sambung::text_part{text_.message(), {}});
    m.created_at = m.updated_at = sambung::system_clock()->now();
    chat.head_id = m.id;
    return m;
  }

  sambung::task<void> write_and_clear(sambung::batch& b) {
    (co_await store_.write(*who_, std::move(b))).value();
    b = sambung::batch();
  }

  sambung::storage& store_;
  made_up_text& text_;
  sambung::id_generator ids_{sambung::system_clock(), sambung::system_random()};
  std::optional<sambung::scope> who_;
  std::vector<sambung::chat> chats_;
  std::vector<std::int64_t> depths_;
  bool const long_;
};

void fill(std::string const& url, std::size_t messages) {
  auto const begin = std::chrono::steady_clock::now();
  bench b(url);
  made_up_text text;
  // 10,000 chats for 1,000,000 messages; the first tenant has 200 of them at any size.
  constexpr std::size_t first_chats = 200;
  auto const other_chats = std::max<std::size_t>(messages / 100, first_chats + tenants) - first_chats;
  auto const long_messages = std::max<std::size_t>(messages / 100, 100);
  auto const each = (messages - long_messages) / (first_chats - 1 + other_chats);
  std::vector<std::unique_ptr<filler>> all;
  for (int t = 0; t < tenants; ++t)
    all.push_back(std::make_unique<filler>(b, t, text, t == 0 ? first_chats : other_chats / (tenants - 1)));

  // In five rounds, so that no tenant's rows lie side by side.
  constexpr std::size_t rounds = 5;
  auto work = [&]() -> sambung::task<void> {
    for (auto& one : all) co_await one->add_chats();
    for (std::size_t round = 0; round < rounds; ++round) {
      auto const share = [&](std::size_t whole) { return whole * (round + 1) / rounds - whole * round / rounds; };
      for (std::size_t t = 0; t < all.size(); ++t) {
        co_await all[t]->add_messages(share(each), share(long_messages));
        if (t == 0) co_await all[t]->add_notes(share(messages / 5), 5);
        else co_await all[t]->add_notes(share(messages * 4 / 5 / (tenants - 1)), 0);
      }
    }
    for (auto& one : all) co_await one->set_heads();
  };
  b.run(work);
  std::chrono::duration<double> const took = std::chrono::steady_clock::now() - begin;
  std::cout << "{\"seconds\": " << took.count() << "}\n";
}

void read(std::string const& url, int count) {
  bench b(url);
  auto const home = sambung::sync_wait(b.engine().tenants().find(bench::tenant_name(0)));
  auto const user = sambung::sync_wait(b.engine().users().find(bench::email(0)));
  auto const desk = b.engine().workspace(sambung::principal::trusted(home.id, user.id, sambung::member_role::owner));
  auto chats = desk.chats();
  auto const notes = desk.records<note>();
  auto const found = sambung::sync_wait(chats.search(long_title, sambung::page_request()));
  require(found.items.size() == 1, "there is no long chat");
  auto const long_chat = found.items.front().id;

  auto list = [&]() -> sambung::task<void> {
    auto const page = co_await chats.list(sambung::page_request(50));
    require(page.items.size() == 50, "a list page is not full");
  };
  auto tail = [&]() -> sambung::task<void> {
    auto const page = co_await chats.messages(long_chat, sambung::page_request(50));
    require(page.items.size() == 50 && page.items.front().depth == page.items.back().depth + 49, "not a chat's tail");
  };
  auto search = [&](std::string word) -> sambung::task<void> {
    sambung::text_query q("notes", word);
    auto const page = co_await notes.search(std::move(q), sambung::page_request(20));
    require(page.items.size() == 20, "a search found too little");
    for (std::size_t i = 0; i < page.items.size(); ++i) {
      require(page.items[i].text.find(word) != std::string::npos, "a note that was found has not the word");
      require(i == 0 || page.items[i].id < page.items[i - 1].id, "what was found is not newest first");
    }
  };
  int turn = 0;
  auto common = [&]() -> sambung::task<void> { return search(made_up_text::word(static_cast<unsigned>(turn++ % 20))); };
  auto rare = [&]() -> sambung::task<void> { return search(made_up_text::rare_word()); };

  stopwatch watch(b, count);
  watch.measure("list", list);
  watch.measure("tail", tail);
  watch.measure("common", common);
  watch.measure("rare", rare);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> const args(argv + 1, argv + argc);
  try {
    if (args.size() == 3 && args[0] == "fill") fill(args[1], std::stoul(args[2]));
    else if (args.size() == 3 && args[0] == "read") read(args[1], std::stoi(args[2]));
    else return std::cerr << "see the top of lookups.cpp for how to call it\n", 2;
  } catch (std::exception const& e) {
    std::cerr << "bench_lookups: " << e.what() << "\n";
    return 1;
  }
}
