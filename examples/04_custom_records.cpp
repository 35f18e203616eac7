// Your own records beside Sambung's: describe a struct once and store, list, search and update it.
#include <sambung/storage/collection.hpp>
#include <sambung/storage/sqlite.hpp>
#include <sambung/testing/scopes.hpp>

#include <iostream>

using note_id = sambung::typed_id<struct note_tag>;

struct note {
  note_id id;
  std::string title;
  std::string text;
  std::int64_t revision = 0;
};
BOOST_DESCRIBE_STRUCT(note, (), (id, title, text, revision))

auto describe_record(sambung::record_of<note>) {
  return sambung::record<note>("notes")
      .text(&note::title, 1, 200)
      .index(&note::title)
      .searchable(&note::title, &note::text);
}

sambung::task<void> demo(sambung::storage& store, sambung::scope who) {
  auto tables = std::make_shared<sambung::schema const>(std::vector{sambung::module_schema("notes").table<note>()});
  (co_await store.migrate(tables)).value();
  sambung::collection<note> notes(store, who);
  sambung::id_generator ids(sambung::system_clock(), sambung::system_random());

  note first{ids.next<note_id>(), "Shopping", "coffee, bananas"};
  note second{ids.next<note_id>(), "Reading", "a book about coffee"};
  sambung::batch both;
  both.add(sambung::insert(first)).add(sambung::insert(second));
  (co_await notes.write(std::move(both))).value();

  auto newest = (co_await notes.list(notes.all(), sambung::page_request(20))).value();
  for (auto const& one : newest.items) std::cout << one.title << ": " << one.text << '\n';

  sambung::text_query coffee("notes", "Coffee");
  std::cout << (co_await store.search(who, coffee)).value().items.size() << " notes about coffee\n";

  // An update names the revision it saw: of two that saw the same, one is refused.
  for (auto const* text : {"tea, bananas", "milk"}) {
    auto change =
        sambung::update<note>(first.id).set(&note::text, text).set(&note::revision, 1).when(&note::revision, 0);
    auto done = co_await notes.write(std::move(change));
    std::cout << text << ": " << (done ? "stored" : done.error().message) << '\n';
  }
}

int main() {
  auto const file = std::filesystem::temp_directory_path() / "sambung_custom_records.db";
  std::filesystem::remove(file);
  auto store = sambung::open_sqlite(sambung::sqlite_options(file)).value();
  sambung::sync_wait(demo(*store, sambung::testing::tenant_scope(sambung::tenant_id{})));
}
