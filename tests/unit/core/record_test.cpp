#include <sambung/core/error.hpp>
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

struct inheriting : plain {
  tenant_id id;
  std::int64_t revision = 0;
};
BOOST_DESCRIBE_STRUCT(inheriting, (plain), (id, revision))

auto describe_record(record_of<inheriting>) {
  return record<inheriting>().range(&inheriting::revision, 1, 9).text(&inheriting::tags, 0, 7);
}

struct limited {
  std::string word;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(limited, (), (word, count))

auto describe_record(record_of<limited>) {
  return record<limited>().text(&limited::word, 2, 5).range(&limited::count, 0, 3).optional(&limited::count);
}

struct over_limited : limited {
  std::optional<std::int64_t> count;  // hides the inherited one
  bool on = false;
};
BOOST_DESCRIBE_STRUCT(over_limited, (limited), (count, on))

struct from_two : over_limited, plain {};
BOOST_DESCRIBE_STRUCT(from_two, (over_limited, plain), ())

struct forgetful {
  std::int64_t id = 0;
  std::int64_t forgotten = 0;
};
BOOST_DESCRIBE_STRUCT(forgetful, (), (id))

struct described_base {
  std::int64_t size = 0;
};
BOOST_DESCRIBE_STRUCT(described_base, (), (size))

struct without_base : described_base {
  std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(without_base, (), (id))

// What `f` throws.
template <class F>
failure refusal_of(F&& f) {
  try {
    f();
  } catch (error const& e) {
    return e.why();
  }
  return failure(errc::internal, "it threw nothing");
}

TEST(Record, NamesTheStructOfAMemberThatIsNotDescribed) {
  auto const everywhere = {
      refusal_of([] { member_name(&forgetful::forgotten); }),
      refusal_of([] { record<forgetful>().range(&forgetful::forgotten, 0, 1); }),
      refusal_of([] { record<forgetful>().optional(&forgetful::forgotten); }),
      refusal_of([] { record<forgetful>().index(&forgetful::id, &forgetful::forgotten); }),
      refusal_of([] { record<forgetful>().unique(&forgetful::forgotten); }),
      refusal_of([] { record<forgetful>().refers_to(&forgetful::forgotten, "others"); }),
      refusal_of([] { record<forgetful>().searchable(&forgetful::forgotten); }),
  };

  for (auto const& why : everywhere) {
    EXPECT_EQ(why.code, errc::invalid_argument);
    EXPECT_NE(why.message.find("forgetful"), std::string::npos) << why.message;
  }
}

TEST(Record, NamesAMemberWhoseBaseIsNotDescribed) {
  auto const why = refusal_of([] { record<without_base>().range(&without_base::size, 0, 1); });

  EXPECT_EQ(why.code, errc::invalid_argument);
  EXPECT_NE(why.message.find("size of"), std::string::npos) << why.message;
  EXPECT_NE(why.message.find("without_base"), std::string::npos) << why.message;
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

std::vector<std::string> names_of(record_description const& described) {
  std::vector<std::string> names;
  for (auto const& one : described.fields) names.push_back(one.name);
  return names;
}

TEST(Record, HasInheritedMembersBehindItsOwn) {
  EXPECT_EQ(names_of(description_of<inheriting>()),
            (std::vector<std::string>{"id", "revision", "title", "max_output_tokens", "tags", "feeling"}));
}

TEST(Record, AdoptsTheLimitsOfInheritedMembers) {
  auto const& described = description_of<over_limited>();

  auto const& word = described.fields[*described.position("word")];
  EXPECT_EQ(word.min_bytes, 2U);
  EXPECT_EQ(word.max_bytes, 5U);
}

TEST(Record, DescribesAMemberThatHidesAnInheritedOneByItself) {
  auto const& described = description_of<over_limited>();

  EXPECT_EQ(names_of(described), (std::vector<std::string>{"count", "on", "word"}));
  EXPECT_TRUE(described.fields[0].nullable);
  EXPECT_EQ(described.fields[0].maximum, field().maximum);
}

TEST(Record, AdoptsThroughSeveralBases) {
  auto const& described = description_of<from_two>();

  EXPECT_EQ(described.fields.size(), 7U);
  EXPECT_EQ(described.fields[*described.position("word")].max_bytes, 5U);
  EXPECT_TRUE(described.fields[*described.position("count")].nullable);
  EXPECT_TRUE(described.position("title"));
}

TEST(Record, LimitsInheritedMembersFurther) {
  auto const& described = description_of<inheriting>();

  EXPECT_EQ(described.fields[*described.position("tags")].max_bytes, 7U);
  EXPECT_EQ(description_of<plain>().fields[2].max_bytes, field().max_bytes);
}

TEST(Record, VisitsEveryIntegerAndNothingElse) {
  inheriting one;
  one.revision = 5;
  limited other;
  other.count = 7;

  std::int64_t sum = 0;
  for_each_integer<inheriting>([&](auto member) { sum += one.*member; });
  for_each_integer<limited>([&](auto member) { sum += other.*member; });

  EXPECT_EQ(sum, 12);
}

}  // namespace
}  // namespace sambung::record_test
