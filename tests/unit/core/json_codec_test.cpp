#include <sambung/core/json_codec.hpp>

#include "testing/probe.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include <cmath>
#include <functional>
#include <limits>
#include <random>

namespace sambung::json_codec_test {
namespace {

struct circle {
  static constexpr std::string_view type_name = "circle";
  double radius = 0;
};
BOOST_DESCRIBE_STRUCT(circle, (), (radius))

struct label {
  static constexpr std::string_view type_name = "label";
  std::string text;
  std::vector<std::string> lines;
};
BOOST_DESCRIBE_STRUCT(label, (), (text, lines))

using shape = std::variant<circle, label>;

enum class colour { red, green, black };
BOOST_DESCRIBE_ENUM(colour, red, green, black)

struct painted {
  colour in = colour::red;
};
BOOST_DESCRIBE_STRUCT(painted, (), (in))

struct drawing {
  user_id owner_id;
  timestamp drawn_at{};
  std::int32_t line_width = 1;
  std::optional<std::string> title;
  std::vector<shape> shapes;
  std::string secret;
  boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(drawing, (), (owner_id, drawn_at, line_width, title, shapes, secret, extra))

// As many members as Boost.Describe takes, and nobody's but this file's.
struct wide {
  int m01 = 0, m02 = 0, m03 = 0, m04 = 0, m05 = 0, m06 = 0, m07 = 0, m08 = 0, m09 = 0, m10 = 0, m11 = 0, m12 = 0,
      m13 = 0, m14 = 0, m15 = 0, m16 = 0, m17 = 0, m18 = 0, m19 = 0, m20 = 0, m21 = 0, m22 = 0, m23 = 0, m24 = 0,
      m25 = 0, m26 = 0, m27 = 0, m28 = 0, m29 = 0, m30 = 0, m31 = 0, m32 = 0, m33 = 0, m34 = 0, m35 = 0, m36 = 0,
      m37 = 0, m38 = 0, m39 = 0, m40 = 0, m41 = 0, m42 = 0, m43 = 0, m44 = 0, m45 = 0, m46 = 0, m47 = 0, m48 = 0,
      m49 = 0, m50 = 0, m51 = 0, m52 = 0;
};
SAMBUNG_DESCRIBE_STRUCT(wide, (),
                        (m01, m02, m03, m04, m05, m06, m07, m08, m09, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19,
                         m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38,
                         m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52))

auto describe_record(record_of<drawing>) {
  return record<drawing>()
      .text(&drawing::title, 1, 10)
      .range(&drawing::line_width, 1, 100)
      .items(&drawing::shapes, 2)
      .internal(&drawing::secret)
      .optional(&drawing::extra);
}

std::string const valid = R"({"ownerId":"00000000-0000-0000-0000-000000000001","drawnAt":"2026-01-31T12:34:56.789Z",
  "lineWidth":2,"title":"t","shapes":[{"type":"circle","radius":1.5},{"type":"label","text":"x","lines":["a"]}],"extra":{"k":[1]}})";

using issues = std::vector<issue>;

issues faults(std::string const& text) {
  auto const parsed = parse_json_as<drawing>(text);
  if (parsed) return {};
  EXPECT_EQ(parsed.error().code, errc::invalid_argument);
  return parsed.error().issues;
}
std::string path_of(std::string const& text) {
  auto const found = faults(text);
  return found.size() == 1 ? found.front().path : std::to_string(found.size()) + " issues";
}
std::string with(std::string_view from, std::string_view to) {
  auto text = valid;
  return text.replace(text.find(from), from.size(), to);
}

TEST(JsonCodec, CarriesADescribedStructThereAndBack) {
  auto const read = parse_json_as<drawing>(valid).value();
  auto const again = from_json<drawing>(to_json(read)).value();

  EXPECT_EQ(read.line_width, 2);
  EXPECT_EQ(std::get<label>(read.shapes[1]).lines, std::vector<std::string>{"a"});
  EXPECT_EQ(to_json(again), to_json(read));
  EXPECT_EQ(to_json(read).at("drawnAt"), "2026-01-31T12:34:56.789Z");
  EXPECT_EQ(to_json(read).at("shapes").at(0).at("type"), "circle");
}

TEST(JsonCodec, NeitherShowsNorAcceptsInternalFields) {
  drawing d;
  d.secret = "s";

  EXPECT_FALSE(to_json(d).as_object().contains("secret"));
  EXPECT_EQ(path_of(with("\"title\"", "\"secret\":\"s\",\"title\"")), "secret");
}

TEST(JsonCodec, NotesWhereTimestampsAre) {
  json_writer writer;
  to_json(std::vector<drawing>(2), writer);

  EXPECT_EQ(boost::json::serialize(writer.timestamps()), R"([[0,"drawnAt"],[1,"drawnAt"]])");
}

TEST(JsonCodec, RefusesWhatIsNotDescribed) {
  EXPECT_EQ(path_of(valid), "0 issues");
  EXPECT_EQ(path_of(with("\"title\"", "\"unknown\":1,\"title\"")), "unknown");
  EXPECT_EQ(path_of(with("\"title\"", "\"lineWidth\":2,\"title\"")), "lineWidth");
  EXPECT_EQ(path_of(with("\"lineWidth\":2,", "")), "lineWidth");
  EXPECT_EQ(path_of(with("\"circle\"", "\"square\"")), "shapes[0].type");
  EXPECT_EQ(path_of(with("\"type\":\"circle\",", "")), "shapes[0].type");
}

TEST(JsonCodec, RefusesWrongTypes) {
  EXPECT_EQ(path_of(with("\"lineWidth\":2", "\"lineWidth\":\"2\"")), "lineWidth");
  EXPECT_EQ(path_of(with("\"lineWidth\":2", "\"lineWidth\":2.5")), "lineWidth");
  EXPECT_EQ(path_of(with("\"lineWidth\":2", "\"lineWidth\":99999999999")), "lineWidth");
  EXPECT_EQ(path_of(with("\"lineWidth\":2", "\"lineWidth\":0")), "lineWidth");
  EXPECT_EQ(path_of(with("\"title\":\"t\"", "\"title\":5")), "title");
  EXPECT_EQ(path_of(with("1.5", "\"1.5\"")), "shapes[0].radius");
  EXPECT_EQ(path_of(with("[\"a\"]", "\"a\"")), "shapes[1].lines");
  EXPECT_EQ(path_of(with("[\"a\"]", "[\"a\",1]")), "shapes[1].lines[1]");
  EXPECT_EQ(path_of(with("0001\"", "000\"")), "ownerId");
  EXPECT_EQ(path_of(with("12:34", "25:34")), "drawnAt");
  EXPECT_EQ(path_of(with("{\"k\":[1]}", "[]")), "extra");
  EXPECT_EQ(path_of("[]"), "");
}

TEST(JsonCodec, NamesWhatAnUnknownNameCouldBe) {
  auto const type = faults(with("\"circle\"", "\"square\""));
  EXPECT_EQ(type, issues(1, {"shapes[0].type", "must be circle or label"}));

  auto const word = from_json<painted>(boost::json::object{{"in", "blue"}});
  ASSERT_FALSE(word);
  EXPECT_EQ(word.error().message, "invalid input: in: must be red, green or black");
  EXPECT_EQ(validate(painted{static_cast<colour>(9)}).error().message, word.error().message);
}

TEST(JsonCodec, RefusesTextAndListsOverTheirLimits) {
  EXPECT_EQ(path_of(with("\"t\"", "\"\"")), "title");
  EXPECT_EQ(path_of(with("\"t\"", "\"12345678901\"")), "title");
  EXPECT_EQ(path_of(with("\"t\"", "\"a\\u0000\"")), "title");
  EXPECT_EQ(path_of(with("\"k\"", "\"a\\u0000\"")), "extra.a" + std::string(1, '\0'));
  EXPECT_EQ(path_of(with("[{\"type\":\"circle\"", "[{\"type\":\"circle\",\"radius\":1},{\"type\":\"circle\"")),
            "shapes");
}

TEST(JsonCodec, TakesNullForWhatIsOptionalOnly) {
  EXPECT_EQ(path_of(with("\"t\"", "null")), "0 issues");
  EXPECT_EQ(path_of(with("\"lineWidth\":2", "\"lineWidth\":null")), "lineWidth");
}

TEST(JsonCodec, ReportsEveryFaultAtOnce) {
  EXPECT_EQ(faults("{}").size(), 3U);
  EXPECT_EQ(
      faults(R"({"ownerId":1,"drawnAt":1,"lineWidth":true,"shapes":[{"type":"circle","radius":[]},5],"x":0})").size(),
      6U);
}

TEST(JsonCodec, AppendsTheJsonThatItWritesAsAValue) {
  auto read = parse_json_as<drawing>(valid).value();
  read.secret = "s";
  std::get<label>(read.shapes[1]).text = "\"\\/\n\r\t\b\f\x01\x1f\x7f é 😀";
  json_writer as_value;
  json_writer as_text;
  std::string text = "before:";

  append_json(text, read, as_text);

  auto const value = to_json(read, as_value);
  ASSERT_EQ(text.substr(0, 7), "before:");
  EXPECT_EQ(text.substr(7), boost::json::serialize(value));
  EXPECT_EQ(as_text.timestamps(), as_value.timestamps());
  EXPECT_EQ(text.find("secret"), text.npos);
}

TEST(JsonCodec, AppendsNothingAsNull) {
  json_writer writer;
  std::string text;

  append_json(text, std::optional<drawing>(), writer);
  append_json(text, std::vector<std::optional<std::int64_t>>{1, std::nullopt, -3}, writer);
  append_json(text, std::vector<bool>(), writer);

  EXPECT_EQ(text, "null[1,null,-3][]");
}

TEST(JsonCodec, ValidatesWhatIsInOrder) {
  auto const read = parse_json_as<drawing>(valid).value();

  EXPECT_TRUE(validate(read));
  EXPECT_TRUE(validate(std::optional<drawing>()));
}

TEST(JsonCodec, ValidatesWithoutInternalFields) {
  auto read = parse_json_as<drawing>(valid).value();
  read.secret = "\xff";

  EXPECT_TRUE(validate(read));
}

// What is wrong with a value is what is wrong with its JSON.
TEST(JsonCodec, ValidatesByTheFaultsOfTheJson) {
  auto const damages = std::vector<std::function<void(drawing&)>>{
      [](drawing& d) { d.line_width = 0; },
      [](drawing& d) { d.line_width = 101; },
      [](drawing& d) { d.title = ""; },
      [](drawing& d) { d.title = std::string(11, 'x'); },
      [](drawing& d) { d.title = std::string("a\0b", 3); },
      [](drawing& d) { d.title = "\xC3"; },
      [](drawing& d) { d.drawn_at = timestamp(std::chrono::sys_days(std::chrono::year(20'000) / 1 / 1)); },
      [](drawing& d) { d.shapes.emplace_back(circle()); },
      [](drawing& d) { std::get<circle>(d.shapes[0]).radius = INFINITY; },
      [](drawing& d) { std::get<label>(d.shapes[1]).lines.emplace_back("\xff"); },
      [](drawing& d) { d.extra["deep"] = boost::json::array({"x", "\xff"}); },
      [](drawing& d) { d.extra["number"] = NAN; }};
  std::mt19937 random(2);
  for (int i = 0; i < 200; ++i) {
    auto damaged = parse_json_as<drawing>(valid).value();
    for (auto n = random() % 5; n > 0; --n) {
      auto copy = damaged;
      damages[random() % damages.size()](copy);
      if (copy.shapes.size() == 2 || n == 1) damaged = copy;
    }

    auto const direct = validate(damaged);
    auto const by_json = from_json<drawing>(to_json(damaged));

    ASSERT_EQ(direct.has_value(), by_json.has_value());
    if (!direct) {
      EXPECT_EQ(direct.error(), by_json.error());
    }
  }
}

TEST(ParseJson, RefusesMalformedText) {
  for (auto const* text :
       {"", "{", "[1,]", "{\"a\":1,}", "nul", "1 2", "'a'", "\"\xff\"", "\"\\ud800\"", "// c\n1", "01", "+1", "NaN"})
    EXPECT_EQ(parse_json(text).error().code, errc::invalid_argument) << text;
}

TEST(ToJsonText, HasNullForWhatIsNoNumberOfJson) {
  for (double const number : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    std::string text;
    detail::append_number(text, number);
    EXPECT_EQ(text, "null");
  }
}

TEST(ParseJson, RefusesDuplicateKeysNumbersOutOfRangeAndNulWithTheirPaths) {
  auto const why = parse_json(R"({"a":[{"k":1,"k":2}],"b":1e400,"c":"\u0000"})").error();

  EXPECT_EQ(why.issues,
            (issues{{"a[0].k", "duplicate key"}, {"b", "a number out of range"}, {"c", "a NUL character in text"}}));
}

TEST(ParseJson, NamesTheMemberThatHoldsHalfASurrogatePair) {
  struct half {
    std::string text;
    std::string path;
    std::string escape;
  };
  for (auto const& one : std::vector<half>{{R"({"m":[{"content":"cut \ud83d"}]})", "m[0].content", R"(\ud83d)"},
                                           {R"({"m":[1,{"a":{},"b":"\uDE00 cut"}]})", "m[1].b", R"(\uDE00)"},
                                           {R"(["\ud83d\ude00","\ud83d\ude00\ud83d"])", "[1]", R"(\ud83d)"},
                                           {R"({"a":"\ud83dx"})", "a", R"(\ud83d)"},
                                           {R"({"a":"\ud83d\n"})", "a", R"(\ud83d)"},
                                           {R"({"a":"\ud83d\u0041"})", "a", R"(\ud83d)"},
                                           {R"({"a":"\\\ud83d\ud83d"})", "a", R"(\ud83d)"},
                                           {R"({"a":1,"o":{"b":2,"\ud83d":3}})", "o", R"(\ud83d)"}}) {
    auto const why = parse_json(one.text).error();

    ASSERT_EQ(why.issues.size(), 1u) << one.text;
    EXPECT_EQ(why.issues[0].path, one.path) << one.text;
    EXPECT_EQ(why.issues[0].message.find("half a surrogate pair, " + one.escape + ", at byte "), 0u)
        << why.issues[0].message;
    auto const byte = std::stoul(why.issues[0].message.substr(why.issues[0].message.rfind(' ')));
    EXPECT_EQ(one.text.substr(byte, 6), one.escape) << one.text;
  }
}

TEST(ParseJson, TakesWholePairsForNoFault) {
  for (auto const* text :
       {R"({"a":"\ud83d\ude00"x})", R"(["\ud83d\ude00\q"])", R"(["\\ud83d" x])", R"(["\ud83d\ude00)"})
    EXPECT_EQ(parse_json(text).error().message.find("surrogate"), std::string::npos) << text;
}

TEST(ParseJson, TellsTheBeginningOfALongPath) {
  std::string key;
  while (key.size() < 500'000) key += "\u8a9e";
  std::string text = "{\"" + key + "\":[";
  for (int i = 0; i < 200; ++i) text += "1e400,";
  text += "0]}";

  auto const why = parse_json(text).error();

  ASSERT_EQ(why.issues.size(), 100u);
  EXPECT_LT(why.message.size(), 1'000u);
  for (auto const& one : why.issues) {
    EXPECT_LT(one.path.size(), 300u);
    EXPECT_TRUE(one.path.ends_with("\u8a9e..."));
  }
}

TEST(ParseJson, HasLimits) {
  json_limits small;
  small.max_bytes = 10;
  auto const nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };

  EXPECT_EQ(parse_json("[1,2,3,4,5]", small).error().code, errc::payload_too_large);
  EXPECT_TRUE(parse_json(nested(32)));
  EXPECT_EQ(parse_json(nested(33)).error().code, errc::invalid_argument);
}

TEST(ParseJson, TakesBackWhatIsWritten) {
  std::mt19937 random(1);
  std::function<boost::json::value(int)> const make = [&](int depth) -> boost::json::value {
    switch (random() % (depth > 4 ? 5 : 7)) {
      case 0:
        return nullptr;
      case 1:
        return random() % 2 == 0;
      case 2:
        return static_cast<std::int64_t>(random()) - 2'000'000'000;
      case 3:
        return std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 100) - 50);
      case 4:
        return boost::json::value(std::string(random() % 5, static_cast<char>(1 + random() % 126)));
      case 5: {
        boost::json::array out;
        for (auto n = random() % 4; n > 0; --n) out.push_back(make(depth + 1));
        return boost::json::value(std::move(out));
      }
      default: {
        boost::json::object out;
        for (auto n = random() % 4; n > 0; --n) out[std::to_string(random() % 100)] = make(depth + 1);
        return boost::json::value(std::move(out));
      }
    }
  };
  for (int i = 0; i < 2'000; ++i) {
    auto const written = make(0);
    EXPECT_EQ(parse_json(boost::json::serialize(written)).value(), written);
  }
}

TEST(JsonCodec, KnowsAsManyMembersAsBoostDescribe) {
  wide in;
  in.m01 = 1;
  in.m52 = 52;
  auto const out = to_json(in);
  EXPECT_EQ(out.as_object().size(), 52u);
  EXPECT_EQ(out.at("m52"), 52);
  EXPECT_EQ(from_json<wide>(out).value().m01, 1);
}

TEST(TextFault, RefusesWhatIsNotUtf8) {
  field const any;
  for (auto const* text :
       {"\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xFF"})
    EXPECT_EQ(text_fault(text, any), "must be valid UTF-8");
  for (auto const* text : {"", "a", "é", "日", "😀", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF"})
    EXPECT_EQ(text_fault(text, any), std::nullopt) << text;
}

}  // namespace
}  // namespace sambung::json_codec_test
