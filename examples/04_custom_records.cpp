// Your own records beside Sambung's: describe a struct once; store, list, search and update it in a tenant's scope.
#include <sambung/sambung.hpp>

#include <boost/asio/thread_pool.hpp>

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
  return sambung::record<note>("notes").text(&note::title, 1, 200).searchable(&note::title, &note::text);
}

sambung::task<void> keep_notes(sambung::engine& engine) {
  co_await engine.start();
  auto acme = co_await engine.tenants().create("acme");
  auto ada = co_await engine.users().create(acme.id, "ada@example.com");
  auto desk = co_await engine.workspace(acme.id, ada.id);
  auto notes = desk.records<note>();

  note const shopping{desk.new_id<note_id>(), "Shopping", "coffee, bananas"};
  note const reading{desk.new_id<note_id>(), "Reading", "a book about coffee"};
  sambung::batch both;
  both.add(sambung::insert(shopping)).add(sambung::insert(reading));
  co_await notes.write(std::move(both));

  sambung::text_query coffee("notes", "Coffee");
  auto found = co_await notes.search(coffee, sambung::page_request(20));
  for (auto const& one : found.items) std::cout << one.title << ": " << one.text << '\n';

  // An update names the revision it saw: of two that saw the same, one is refused.
  for (auto const* text : {"tea, bananas", "milk"}) {
    auto change = sambung::update<note>(shopping.id).set(&note::text, text).set(&note::revision, 1);
    auto done = co_await sambung::as_result(notes.write(std::move(change).when(&note::revision, 0)));
    std::cout << text << ": " << (done ? "stored" : done.error().message) << '\n';
  }
  co_await engine.shutdown();
}

int main() {
  boost::asio::thread_pool io(1);
  sambung::engine_options options;
  options.modules.push_back(sambung::module_schema("notes").table<note>());
  sambung::engine engine(io.get_executor(), std::move(options));
  sambung::sync_wait(keep_notes(engine));
}
