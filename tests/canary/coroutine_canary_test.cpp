// The spellings that g++ 12 compiles rightly beside a co_await, as docs/guides/gcc-12.md tells them, and as it does the
// way out of the others: the operation has a name.
#include <sambung/core/deadline.hpp>
#include <sambung/storage/collection.hpp>
#include <sambung/storage/memory.hpp>
#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sambung::coroutine_canary_test {
namespace {

struct options {
  explicit options(std::string name_) : name(std::move(name_)) {}
  options&& with(std::string more) && {
    name += more;
    return std::move(*this);
  }
  std::string name;
};

std::string const text = "a text that is longer than the small string buffer";

task<std::size_t> size_of(options o) { co_return o.name.size(); }
task<std::size_t> size_of_text(std::string s) { co_return s.size(); }
task<std::size_t> size_of_optional(std::optional<std::string> s) { co_return s->size(); }
task<std::size_t> size_of_owned(std::unique_ptr<std::string> s) { co_return s->size(); }
options make_options() { return options(text); }
task<std::string> echo(std::string s) { co_return s; }
task<std::optional<std::string>> maybe(std::string s) { co_return s; }
task<std::vector<std::string>> both(std::string s) { co_return std::vector<std::string>(2, s); }

struct pair_of_texts {
  std::string first;
  std::string second;
};
task<std::size_t> size_of_pair(pair_of_texts both) { co_return both.first.size(); }

template <class F>
task<std::size_t> call(F f) {
  co_return f();
}

task<std::size_t> safe_shapes() {
  std::size_t sum = 0;
  sum += co_await size_of(options(text));
  sum += co_await size_of(options(text).with(text));
  sum += co_await size_of(make_options());
  sum += co_await size_of_text("a literal that is longer than the small string buffer");
  sum += co_await size_of_optional(text);
  sum += co_await size_of_owned(std::make_unique<std::string>(text));
  sum += co_await call([&] { return text.size(); });
  auto named = options(text);
  sum += co_await size_of(std::move(named));
  auto owning = [copy = text] { return copy.size(); };
  sum += co_await call(std::move(owning));
  auto operation = size_of(options(text));
  sum += co_await std::move(operation);
  co_return sum;
}

task<std::size_t> more_safe_shapes(bool either) {
  std::size_t sum = 0;
  std::string const other = text + "!";
  sum += co_await size_of_text(text + "!");
  sum += co_await size_of_text(either ? text : other);
  sum += co_await size_of_text(either ? "one" : "two");
  sum += co_await size_of_text(co_await echo(text));
  if (auto found = co_await maybe(text)) sum += found->size();
  for (auto const& one : co_await both(text)) sum += one.size();
  std::vector<std::string> kept;
  kept.push_back(co_await echo(text));
  co_return sum + kept.front().size();
}

// What is wrong without the name.
task<std::size_t> named_operations(bool either) {
  auto one = size_of_text(either ? "one" : text + "!");
  auto two = size_of_pair(pair_of_texts{text, text});
  auto three = call([copy = text] { return copy.size(); });
  std::size_t sum = co_await std::move(one);
  sum += co_await std::move(two);
  co_return sum + co_await std::move(three);
}

TEST(CoroutineCanary, SafeShapesStaySafe) {
  auto const literal = std::string_view("a literal that is longer than the small string buffer").size();

  EXPECT_EQ(sync_wait(safe_shapes()), 10 * text.size() + literal);
  EXPECT_EQ(sync_wait(more_safe_shapes(true)), 7 * text.size() + 4);
  EXPECT_EQ(sync_wait(more_safe_shapes(false)), 7 * text.size() + 5);
}

TEST(CoroutineCanary, AnOperationWithANameIsSafeWhateverItIsMadeOf) {
  EXPECT_EQ(sync_wait(named_operations(true)), 2 * text.size() + 3);
  EXPECT_EQ(sync_wait(named_operations(false)), 3 * text.size() + 1);
}

struct entry {
  std::string name;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(entry, (), (name, text))
auto describe_record(record_of<entry>) { return record<entry>("entries").index(&entry::text); }

// The spellings of collection.hpp's own documentation.
task<std::size_t> collection_shapes(storage& store) {
  auto tables = std::make_shared<schema const>(std::vector<module_schema>{module_schema("m").table<entry>()});
  (co_await store.migrate(tables)).value();
  collection<entry> const entries(store, testing::tenant_scope(tenant_id{}));
  entry const first{text, text};
  (co_await entries.write(insert(first))).value();
  (co_await entries.write(update<entry>(text).set(&entry::text, text + "!").when(&entry::text, text))).value();
  (co_await entries.write(batch().add(require<entry>(text)).add(erase<entry>(text)).add(insert(first)))).value();
  auto const found = (co_await entries.list(entries.where(&entry::text, text), page_request(20))).value();
  auto const one = (co_await entries.get(text)).value();
  auto const same = (co_await entries.first(entries.all())).value();
  auto const hits = co_await store.search(testing::tenant_scope(tenant_id{}), text_query("entries", text));
  co_return found.items.size() + (one.text == same.text) + !hits.has_value();
}

TEST(CoroutineCanary, DocumentedSpellingsOfStorageAreSafe) {
  auto const store = memory_storage();

  EXPECT_EQ(sync_wait(collection_shapes(*store)), 3U);
}

task<std::size_t> measured(std::string what, batch more) { co_return what.size() + more.changes().size(); }

// The spellings of deadline.hpp's own documentation.
task<std::size_t> limited_shapes() {
  entry const first{text, text};
  auto sum = co_await within(measured(text + "!", batch().add(insert(first))), std::chrono::hours(1));
  sum += co_await within(measured(text, batch()), std::chrono::hours(1), system_clock());
  auto const late = co_await as_result(within(measured(text, batch()), std::chrono::hours(0)));
  co_return sum + !late.has_value();
}

TEST(CoroutineCanary, DocumentedSpellingsOfTimeLimitsAreSafe) {
  EXPECT_EQ(sync_wait(limited_shapes()), 2 * text.size() + 3);
  EXPECT_EQ(sync_wait(measured(text, batch()), std::chrono::hours(1)), text.size());
}

}  // namespace
}  // namespace sambung::coroutine_canary_test
