// The spellings that g++ 12 compiles correctly inside a co_await, kept honest by AddressSanitizer. Those that it does
// not (aggregate temporaries, lambdas with captures that own something) must not appear in Sambung's code.
#include <sambung/core/task.hpp>
#include <sambung/storage/collection.hpp>
#include <sambung/storage/memory.hpp>
#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

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

TEST(CoroutineCanary, SafeShapesStaySafe) {
  auto const literal = std::string_view("a literal that is longer than the small string buffer").size();

  EXPECT_EQ(sync_wait(safe_shapes()), 10 * text.size() + literal);
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

}  // namespace
}  // namespace sambung::coroutine_canary_test
