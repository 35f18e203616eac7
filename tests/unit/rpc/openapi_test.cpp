#include <sambung/rpc/openapi.hpp>

#include <sambung/engine/engine.hpp>
#include <sambung/rpc/procedures/standard_procedures.hpp>

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <set>

namespace sambung::openapi_test {
namespace {

namespace json = boost::json;

procedure_registry const& standard() {
  static procedure_registry const registry = [] {
    boost::asio::io_context io;
    engine const made(io.get_executor(), engine_options());
    procedure_registry filled;
    standard_procedures(filled, made.auth());
    return filled;
  }();
  return registry;
}

json::value const& document() {
  static json::value const made(openapi_document(standard()));
  return made;
}

json::object const& schema_named(std::string_view name) {
  return document().at("components").at("schemas").at(name).as_object();
}

// Calls f with every object in a value.
template <class F>
void for_each_object(json::value const& in, F const& f) {
  if (auto const* object = in.if_object()) {
    f(*object);
    for (auto const& item : *object) for_each_object(item.value(), f);
  } else if (auto const* array = in.if_array()) {
    for (auto const& item : *array) for_each_object(item, f);
  }
}

struct inner {
  std::string word;
  std::optional<timestamp> at;
};
BOOST_DESCRIBE_STRUCT(inner, (), (word, at))

struct outer {
  std::vector<inner> items;
  std::optional<inner> last;
  std::int64_t revision = 0;
};
BOOST_DESCRIBE_STRUCT(outer, (), (items, last, revision))

template <class T>
struct pile {
  std::vector<T> items;
  BOOST_DESCRIBE_CLASS(pile, (), (items), (), ())
};

template <class T>
json::object schema_in(schema_book& book, schema_use use) {
  return detail::schema_in<T>(book, use, detail::any_text());
}

TEST(SchemaBook, KeepsEachStructByItsName) {
  schema_book book("#/");

  auto const made = schema_in<outer>(book, schema_use::output);
  schema_in<pile<inner>>(book, schema_use::output);

  EXPECT_EQ(json::serialize(made), R"({"$ref":"#/Outer"})");
  EXPECT_EQ(json::serialize(book.schemas().at("Inner")),
            R"({"type":"object","properties":{"word":{"type":"string"},)"
            R"("at":{"anyOf":[{"type":"string","format":"date-time"},{"type":"null"}]}},"required":["word","at"]})");
  EXPECT_EQ(json::serialize(book.schemas().at("Outer").at("properties").at("last")),
            R"({"anyOf":[{"$ref":"#/Inner"},{"type":"null"}]})");
  EXPECT_TRUE(book.schemas().contains("PileOfInner"));
  EXPECT_EQ(book.schemas().size(), 3u);
}

TEST(SchemaBook, TellsWhatIsReadFromWhatIsWritten) {
  schema_book book("#/");

  schema_in<inner>(book, schema_use::output);
  schema_in<inner>(book, schema_use::input);

  auto const& read = book.schemas().at("InnerInput");
  EXPECT_EQ(read.at("required"), json::value(json::array{"word"}));
  EXPECT_FALSE(read.at("additionalProperties").as_bool());
}

TEST(OpenApi, HasEveryProcedure) {
  auto const& paths = document().at("paths").as_object();

  EXPECT_EQ(paths.size(), standard().all().size());
  for (auto const& [name, which] : standard().all()) {
    auto path = "/rpc/" + name;
    std::ranges::replace(path, '.', '/');
    auto const& operation = paths.at(path).at("post").as_object();
    EXPECT_EQ(operation.at("operationId").as_string(), name);
    EXPECT_EQ(operation.at("x-permission").as_string(), which.needs_name);
    EXPECT_EQ(operation.contains("security"), which.needs == permission::none) << name;
    auto const& content = operation.at("responses").at("200").at("content").as_object();
    EXPECT_EQ(content.contains("text/event-stream"), which.kind == procedure_kind::stream) << name;
  }
}

TEST(OpenApi, RefersOnlyToWhatIsThere) {
  std::set<std::string> used;
  for_each_object(document(), [&](json::object const& one) {
    if (auto const* to = one.if_contains("$ref")) used.emplace(to->as_string());
  });

  EXPECT_GT(used.size(), 100u);
  for (auto const& to : used) {
    auto const* found = &document();
    for (std::size_t at = 2; at < to.size();) {
      auto const end = std::min(to.find('/', at), to.size());
      found = found->as_object().if_contains(to.substr(at, end - at));
      ASSERT_NE(found, nullptr) << to;
      at = end + 1;
    }
  }
  for (auto const& [name, schema] : document().at("components").at("schemas").as_object()) {
    EXPECT_TRUE(used.contains("#/components/schemas/" + std::string(name))) << name;
    EXPECT_FALSE(schema.as_object().empty()) << name;
    EXPECT_FALSE(name.back() >= '0' && name.back() <= '9') << name << ": two types have one name";
  }
}

TEST(OpenApi, DescribesTypesAsTheyAre) {
  EXPECT_EQ(schema_named("Chat").at("properties").at("createdAt").at("format"), "date-time");
  EXPECT_EQ(schema_named("TurnEvent").at("anyOf").as_array().size(), std::variant_size_v<turn_event>);
  EXPECT_EQ(schema_named("TextDelta").at("properties").at("type").at("enum"), json::value(json::array{"text"}));
  auto const& sent = document().at("paths").at("/rpc/message/stream").at("post");
  EXPECT_EQ(sent.at("responses").at("200").at("content").at("text/event-stream").at("x-event").at("$ref"),
            "#/components/schemas/TurnEvent");
}

}  // namespace
}  // namespace sambung::openapi_test
