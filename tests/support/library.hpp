// A module of an application in three versions, for tests of migrations.
#pragma once

#include <sambung/storage/collection.hpp>

#include <gtest/gtest.h>

namespace sambung::tests {

// A row of version 1 of a module, and the same table two versions later.
namespace before {
struct book {
  std::int64_t number = 0;
  std::string title;
};
BOOST_DESCRIBE_STRUCT(book, (), (number, title))
inline auto describe_record(record_of<book>) { return record<book>("books"); }
}  // namespace before

namespace between {
struct book {
  std::int64_t number = 0;
  bool lent = false;
  std::string title;
  std::string author;
};
BOOST_DESCRIBE_STRUCT(book, (), (number, lent, title, author))
inline auto describe_record(record_of<book>) { return record<book>("books").index(&book::author); }
}  // namespace between

namespace after {
struct book {
  std::int64_t number = 0;
  bool lent = false;
  std::optional<std::string> title;
  std::string author;
  std::optional<timestamp> due_at;
  uuid shelf;
  double price = 0;
  std::vector<std::string> tags;
};
BOOST_DESCRIBE_STRUCT(book, (), (number, lent, title, author, due_at, shelf, price, tags))
inline auto describe_record(record_of<book>) {
  return record<book>("books").index(&book::author).searchable(&book::title);
}

struct loan {
  std::int64_t number = 0;
  std::string reader;
};
BOOST_DESCRIBE_STRUCT(loan, (), (number, reader))
inline auto describe_record(record_of<loan>) { return record<loan>("loans"); }
}  // namespace after

inline schema_ref old_library() {
  return std::make_shared<schema const>(std::vector<module_schema>{module_schema("library").table<before::book>()});
}

inline schema_ref new_library() {
  auto module = module_schema("library").table<after::book>().table<after::loan>();
  std::vector<migration_step> second{add_column{"books", "author", R"("it's \"unknown\"")"},
                                     add_index{"books", index{{"author"}, false}}, add_column{"books", "lent", "true"}};
  std::vector<migration_step> third{add_table{"loans"},
                                    add_column{"books", "due_at"},
                                    add_column{"books", "shelf", R"("00000000-0000-0000-0000-00000000000a")"},
                                    add_column{"books", "price", "1.5"},
                                    add_column{"books", "tags", "[\"old\"]"},
                                    allow_null{"books", "title"}};
  module.migrate(2, std::move(second)).migrate(3, std::move(third));
  return std::make_shared<schema const>(std::vector<module_schema>{module});
}

// As old_library after its first migration only.
inline schema_ref middle_library() {
  auto module = module_schema("library").table<between::book>();
  std::vector<migration_step> second{add_column{"books", "author", R"("it's \"unknown\"")"},
                                     add_index{"books", index{{"author"}, false}}, add_column{"books", "lent", "true"}};
  module.migrate(2, std::move(second));
  return std::make_shared<schema const>(std::vector<module_schema>{module});
}

// What before::book{1, "Laskar Pelangi"} has to be once it is in new_library().
inline void expect_the_old_book(storage& store, scope who) {
  collection<after::book> const books(store, who);
  auto const book = sync_wait(books.get(std::int64_t(1))).value();
  EXPECT_EQ(book.title, "Laskar Pelangi");
  EXPECT_EQ(book.author, "it's \"unknown\"");
  EXPECT_TRUE(book.lent);
  EXPECT_EQ(book.due_at, std::nullopt);
  EXPECT_EQ(book.shelf.bytes[15], 10);
  EXPECT_EQ(book.price, 1.5);
  EXPECT_EQ(book.tags, std::vector<std::string>{"old"});
  EXPECT_EQ(sync_wait(store.search(who, text_query("books", "pelangi"))).value().items.size(), 1U);
  EXPECT_TRUE(sync_wait(books.first(books.where(&after::book::author, "it's \"unknown\""))));
  after::book untitled;
  untitled.number = 2;
  EXPECT_TRUE(sync_wait(books.write(insert(untitled))));
  EXPECT_EQ(sync_wait(books.get(std::int64_t(2))).value().title, std::nullopt);
  EXPECT_TRUE(sync_wait(books.write(erase<after::book>(std::int64_t(2)))));
}

}  // namespace sambung::tests
