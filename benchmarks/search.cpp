// What a search over everything costs one user of many, whose words everybody uses.
//
//   bench_search fill URL MESSAGES   into an empty database: one tenant with a user for each thousand messages, and a
//                                    tenth as many other rows, which are chats and notes
//   bench_search read URL COUNT      each kind of search COUNT times by one of them, one after the other
//
// URL is one that sambung::open_storage takes; SAMBUNG_MIGRATOR_URL may make its tables. Prints one line of JSON.
#include <sambung/core/id_generator.hpp>
#include <sambung/services/search/search.hpp>
#include <sambung/testing/scopes.hpp>

#include "bench_engine.hpp"
#include "made_up_text.hpp"
#include "services/turns/message_texts.hpp"

namespace {

constexpr auto tenant_name = "bench";
constexpr auto searcher = "user-0@bench.example";
constexpr std::size_t messages_of_user = 1'000, chats_of_user = 10, notes_of_user = 90;
constexpr std::size_t rare_messages = 5, rare_notes = 5;  // of each user's
constexpr std::size_t changes_in_batch = 1'000;           // a statement has its seconds, also on a busy machine
constexpr std::size_t page_size = 20;

using note_id = sambung::typed_id<struct note_tag>;

struct note {
  note_id id;
  sambung::user_id owner_id;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(note, (), (id, owner_id, text))
auto describe_record(sambung::record_of<note>) {
  return sambung::record<note>("notes")
      .text(&note::text, 1, 4'096)
      .index(&note::owner_id)
      .searchable(&note::text)
      .owned_by(&note::owner_id);
}

class bench : public bench_engine {
 public:
  explicit bench(std::string const& url) : bench_engine(url, sambung::module_schema("bench").table<note>()) {}
};

// All users' rows, in turns: nobody's lie side by side.
class filler {
 public:
  filler(bench& b, std::size_t users) : store_(b.store()) {
    auto const home = sambung::sync_wait(b.engine().tenants().create(tenant_name));
    where_ = sambung::testing::tenant_scope(home.id);
    for (std::size_t i = 0; i < users; ++i) {
      auto const email = "user-" + std::to_string(i) + "@bench.example";
      users_.push_back(sambung::sync_wait(b.engine().users().create(home.id, email)).id);
    }
  }

  sambung::task<void> fill() {
    batch_.add(no_texts_left());
    for (std::size_t i = 0; i < chats_of_user; ++i)
      for (auto const& owner : users_) {
        auto const made = next_chat(owner);
        batch_.add(sambung::insert(made));
        co_await write_if_full();
      }
    for (std::size_t i = 0; i < messages_of_user; ++i) {
      for (std::size_t u = 0; u < users_.size(); ++u) co_await add_message(u, i);
      if (i % (messages_of_user / notes_of_user) == 0 && notes_ < notes_of_user)
        for (auto const& owner : users_) {
          auto const made = next_note(owner);
          batch_.add(sambung::insert(made));
          co_await write_if_full();
        }
      notes_ += i % (messages_of_user / notes_of_user) == 0;
    }
    co_await write();
  }

 private:
  sambung::chat next_chat(sambung::user_id owner) {
    sambung::chat made;
    made.id = ids_.next<sambung::chat_id>();
    made.owner_id = owner;
    made.title = text_.words(4);
    made.model = "demo/bench";
    made.created_at = made.updated_at = made.active_at = sambung::system_clock()->now();
    chats_.push_back(made.id);
    return made;
  }

  note next_note(sambung::user_id owner) {
    note made{ids_.next<note_id>(), owner, text_.message()};
    if (notes_ % (notes_of_user / rare_notes) == 0) made.text += ' ' + made_up_text::rare_word();
    return made;
  }

  sambung::task<void> add_message(std::size_t user, std::size_t number) {
    sambung::message said;
    said.id = ids_.next<sambung::message_id>();
    said.chat_id = chats_[number % chats_of_user * users_.size() + user];
    said.depth = static_cast<std::int64_t>(number / chats_of_user);
    said.role = said.depth % 2 ? sambung::role::assistant : sambung::role::user;
    auto text = text_.message();
    if (number % (messages_of_user / rare_messages) == 0) text += ' ' + made_up_text::rare_word();
    said.parts.push_back(sambung::text_part{std::move(text), {}});
    said.created_at = said.updated_at = sambung::system_clock()->now();
    sambung::add_text(batch_, users_[user], said);
    batch_.add(sambung::insert(said));
    co_await write_if_full();
  }

  sambung::task<void> write_if_full() {
    if (batch_.changes().size() >= changes_in_batch) co_await write();
  }

  sambung::task<void> write() {
    auto full = std::exchange(batch_, sambung::batch());
    (co_await store_.write(*where_, std::move(full))).value();
  }

  sambung::storage& store_;
  made_up_text text_;
  sambung::id_generator ids_{sambung::system_clock(), sambung::system_random()};
  std::optional<sambung::scope> where_;
  std::vector<sambung::user_id> users_;
  std::vector<sambung::chat_id> chats_;  // each user's first, each user's second, ...
  std::size_t notes_ = 0;                // of each user
  sambung::batch batch_;
};

void fill(std::string const& url, std::size_t messages) {
  auto const begin = std::chrono::steady_clock::now();
  bench b(url);
  filler all(b, std::max<std::size_t>(messages / messages_of_user, 10));
  b.run([&] { return all.fill(); });
  std::chrono::duration<double> const took = std::chrono::steady_clock::now() - begin;
  auto const home = sambung::sync_wait(b.engine().tenants().find(tenant_name));
  auto const user = sambung::sync_wait(b.engine().users().find(searcher));
  std::cout << "{\"seconds\": " << took.count() << ", \"tenant\": \"" << to_string(home.id) << "\", \"owner\": \""
            << to_string(user.id) << "\", \"rare\": \"" << made_up_text::rare_word() << "\", \"common\": [";
  for (unsigned rank = 0; rank < 20; ++rank) std::cout << (rank ? ", \"" : "\"") << made_up_text::word(rank) << '"';
  std::cout << "]}\n";
}

void check(sambung::search_page const& page, std::size_t hits) {
  require(page.items.size() == hits, "a search found another number of hits");
  require(!page.indexed_since, "messages are left to be gone through");
  for (std::size_t i = 0; i < page.items.size(); ++i) {
    auto const& passage = page.items[i].passage;
    require(std::ranges::any_of(passage, &sambung::search_piece::is_match), "a hit has not the word");
    require(i == 0 || page.items[i].id < page.items[i - 1].id, "what was found is not newest first");
  }
}

void read(std::string const& url, int count) {
  bench b(url);
  auto const home = sambung::sync_wait(b.engine().tenants().find(tenant_name));
  auto const user = sambung::sync_wait(b.engine().users().find(searcher));
  auto const desk = b.engine().workspace(sambung::principal::trusted(home.id, user.id, sambung::member_role::member));
  auto const everything = desk.search();

  auto query = [&](std::string word, bool all, std::size_t hits) -> sambung::task<void> {
    sambung::search_request what(std::move(word));
    if (!all) what.kinds.push_back(sambung::search_kind::message);
    auto const page = co_await everything.query(std::move(what), sambung::page_request(page_size));
    check(page, hits);
  };
  int turn = 0;
  auto const common = [&] { return made_up_text::word(static_cast<unsigned>(turn++ % 20)); };

  stopwatch watch(b, count);
  watch.measure("rare_messages", [&] { return query(made_up_text::rare_word(), false, rare_messages); });
  watch.measure("rare_all", [&] { return query(made_up_text::rare_word(), true, rare_messages + rare_notes); });
  watch.measure("common_messages", [&] { return query(common(), false, page_size); });
  watch.measure("common_all", [&] { return query(common(), true, page_size); });
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> const args(argv + 1, argv + argc);
  try {
    if (args.size() == 3 && args[0] == "fill") fill(args[1], std::stoul(args[2]));
    else if (args.size() == 3 && args[0] == "read") read(args[1], std::stoi(args[2]));
    else return std::cerr << "see the top of search.cpp for how to call it\n", 2;
  } catch (std::exception const& e) {
    std::cerr << "bench_search: " << e.what() << "\n";
    return 1;
  }
}
