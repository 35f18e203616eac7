#include <sambung/core/record.hpp>

#include <gtest/gtest.h>

namespace sambung::record_test {
namespace {

enum class mood { calm, loud };
BOOST_DESCRIBE_ENUM(mood, calm, loud)

struct plain {
  std::string title;
  std::optional<std::int64_t> max_output_tokens;
  std::vector<std::string> tags;
  mood feeling = mood::calm;
};
BOOST_DESCRIBE_STRUCT(plain, (), (title, max_output_tokens, tags, feeling))

struct stored {
  tenant_id id;
  std::string name;
  bool on = false;
  double weight = 0;
  timestamp made_at{};
  std::string secret;
};
BOOST_DESCRIBE_STRUCT(stored, (), (id, name, on, weight, made_at, secret))

auto describe_record(record_of<stored>) {
  return record<stored>("stored_things")
      .system()
      .text(&stored::name, 1, 20)
      .internal(&stored::secret)
      .optional(&stored::on)
      .index(&stored::name, &stored::made_at)
      .unique(&stored::secret)
      .searchable(&stored::name);
}

TEST(Record, DescribesAPlainStructByItsMembers) {
  auto const& described = description_of<plain>();

  ASSERT_EQ(described.fields.size(), 4U);
  EXPECT_EQ(described.table, "");
  EXPECT_EQ(described.fields[1].name, "max_output_tokens");
  EXPECT_EQ(described.fields[1].json_name, "maxOutputTokens");
  EXPECT_EQ(described.fields[1].type, column_type::integer);
  EXPECT_TRUE(described.fields[1].nullable);
  EXPECT_FALSE(described.fields[1].required);
  EXPECT_EQ(described.fields[2].type, column_type::json);
  EXPECT_FALSE(described.fields[2].required);
  EXPECT_EQ(described.fields[3].type, column_type::text);
  EXPECT_TRUE(described.fields[3].required);
}

TEST(Record, KeepsWhatTheDescriptionAdds) {
  auto const& described = description_of<stored>();

  EXPECT_EQ(described.table, "stored_things");
  EXPECT_EQ(described.scope, table_scope::system);
  EXPECT_EQ(described.fields[0].type, column_type::uuid);
  EXPECT_EQ(described.fields[1].min_bytes, 1U);
  EXPECT_EQ(described.fields[1].max_bytes, 20U);
  EXPECT_EQ(described.fields[2].type, column_type::boolean);
  EXPECT_FALSE(described.fields[2].required);
  EXPECT_EQ(described.fields[3].type, column_type::real);
  EXPECT_EQ(described.fields[4].type, column_type::timestamp);
  EXPECT_TRUE(described.fields[5].internal);
  EXPECT_EQ(described.indexes[0], (index{{"name", "made_at"}, false}));
  EXPECT_EQ(described.indexes[1], (index{{"secret"}, true}));
  EXPECT_EQ(described.search, std::vector<std::string>{"name"});
}

TEST(Record, FindsColumnsByName) {
  auto const& described = description_of<stored>();

  EXPECT_EQ(described.position("weight"), 3U);
  EXPECT_EQ(described.position("nothing"), std::nullopt);
  EXPECT_EQ(member_name(&stored::made_at), "made_at");
}

TEST(Record, TurnsSnakeCaseIntoCamelCase) {
  EXPECT_EQ(camel_case("a_long_name"), "aLongName");
  EXPECT_EQ(camel_case("plain"), "plain");
  EXPECT_EQ(camel_case("cost_2_usd"), "cost2Usd");
}

}  // namespace
}  // namespace sambung::record_test
