// JSON Schema: what is derived from a described struct, and what is found wrong by a schema.
#include <sambung/core/json_schema.hpp>

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace sambung::json_schema_test {
namespace {

namespace json = boost::json;

enum class unit { celsius, fahrenheit };
BOOST_DESCRIBE_ENUM(unit, celsius, fahrenheit)

struct place {
  std::string city_name;
};
BOOST_DESCRIBE_STRUCT(place, (), (city_name))

struct circle {
  static constexpr std::string_view type_name = "circle";
  double radius = 0;
};
BOOST_DESCRIBE_STRUCT(circle, (), (radius))

struct everything {
  bool yes = false;
  std::int64_t count = 0;
  std::int32_t small = 1;
  double ratio = 0;
  std::string name;
  std::optional<unit> in;
  std::vector<place> places;
  std::optional<timestamp> when;
  uuid id;
  std::variant<circle> shape;
  json::object free;
  std::string hidden;
  std::optional<binary> raw;
};
BOOST_DESCRIBE_STRUCT(everything, (), (yes, count, small, ratio, name, in, places, when, id, shape, free, hidden, raw))
record_description describe_record(record_of<everything>) {
  return record<everything>()
      .range(&everything::count, 0, 9)
      .text(&everything::name, 2, 40)
      .items(&everything::places, 3)
      .bytes(&everything::raw, 1, 4)
      .optional(&everything::small)
      .internal(&everything::hidden);
}

TEST(JsonSchema, SaysWhatTheCodecTakes) {
  EXPECT_EQ(json::value(json_schema_of<everything>()), json::parse(R"({"type":"object","properties":{
      "yes":{"type":"boolean"},
      "count":{"type":"integer","minimum":0,"maximum":9},
      "small":{"type":"integer"},
      "ratio":{"type":"number"},
      "name":{"type":"string","minLength":1,"maxLength":40},
      "in":{"type":"string","enum":["celsius","fahrenheit"]},
      "places":{"type":"array","maxItems":3,"items":{"type":"object","properties":{"cityName":{"type":"string"}},
        "required":["cityName"],"additionalProperties":false}},
      "when":{"type":"string","format":"date-time"},
      "id":{"type":"string","format":"uuid"},
      "shape":{"anyOf":[{"type":"object","properties":{"type":{"type":"string","enum":["circle"]},
        "radius":{"type":"number"}},"required":["type","radius"],"additionalProperties":false}]},
      "free":{"type":"object"},
      "raw":{"type":"string","format":"byte","contentEncoding":"base64","minLength":4,"maxLength":8}},
    "required":["yes","count","ratio","name","id","shape","free"],"additionalProperties":false})"));
}

TEST(JsonSchema, FitsWhatTheCodecWrites) {
  everything one;
  one.name = "xy";
  one.places.push_back({"Ipoh"});
  one.raw = binary(3);
  auto written = to_json(one);
  auto& object = written.as_object();
  object.erase("in");  // null stands for absent on the wire; a model is only told that it may leave it out
  object.erase("when");

  EXPECT_TRUE(check_json(written, json_schema_of<everything>()).empty());
  EXPECT_TRUE(from_json<everything>(written));
}

std::string faults(char const* schema, char const* value) {
  std::string all;
  for (auto const& one : check_json(json::parse(value), json::parse(schema).as_object()))
    all += one.path + ": " + one.message + "\n";
  return all;
}

TEST(JsonSchema, FindsEveryFaultWithItsPath) {
  auto const* schema = R"({"type":"object","required":["a","b"],"additionalProperties":false,"properties":{
      "a":{"type":"integer"},"c":{"type":"array","items":{"enum":["x","y"]}}}})";

  EXPECT_EQ(faults(schema, R"({"a":1,"b":2,"c":["x"]})"), "b: unknown field\n");
  EXPECT_EQ(faults(schema, R"({"a":"1","c":["x","z",3]})"),
            "a: must be of type integer\nc[1]: must be one of [\"x\",\"y\"]\nc[2]: must be one of [\"x\",\"y\"]\n"
            "b: required\n");
  EXPECT_EQ(faults(schema, "[]"), ": must be of type object\n");
}

TEST(JsonSchema, KnowsItsKeywords) {
  struct row {
    char const* schema;
    char const* good;
    char const* bad;
  };
  for (auto const& [schema, good, bad] : std::vector<row>{
           {R"({"type":["string","null"]})", "null", "1"},
           {R"({"type":"integer"})", "2.0", "2.5"},
           {R"({"type":"number"})", "2", "\"2\""},
           {R"({"type":"boolean"})", "true", "0"},
           {R"({"const":1})", "1.0", "2"},
           {R"({"enum":[1,"a",null]})", "null", "\"b\""},
           {R"({"minimum":2,"maximum":3})", "3", "3.5"},
           {R"({"minLength":2,"maxLength":2})", "\"éé\"", "\"ééé\""},
           {R"({"minItems":1,"maxItems":2})", "[1]", "[]"},
           {R"({"additionalProperties":{"type":"string"}})", R"({"a":"b"})", R"({"a":1})"},
           {R"({"anyOf":[{"type":"string"},{"type":"null"}]})", "null", "1"},
           {R"({"oneOf":[{"type":"string"},false]})", "\"a\"", "1"},
           {R"({"allOf":[{"minimum":1},{"maximum":2}]})", "1", "3"},
       }) {
    EXPECT_EQ(faults(schema, good), "") << schema;
    EXPECT_NE(faults(schema, bad), "") << schema;
  }
}

TEST(JsonSchema, IgnoresWhatItDoesNotKnow) {
  for (auto const* schema : {"{}", R"({"$ref":"#/x"})", R"({"type":7,"enum":"x","required":"y","items":[1]})",
                             R"({"minimum":"low","properties":[],"anyOf":{}})"})
    for (auto const* value : {"1", "[1]", "{\"y\":1}", "\"x\""}) EXPECT_EQ(faults(schema, value), "") << schema;
}

TEST(JsonSchema, ListsAtMostAHundredFaults) {
  json::array const many(1'000, json::value("x"));

  EXPECT_EQ(check_json(many, json::parse(R"({"items":{"type":"integer"}})").as_object()).size(), 100U);
}

}  // namespace
}  // namespace sambung::json_schema_test
