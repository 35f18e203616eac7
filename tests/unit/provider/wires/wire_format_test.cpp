// The small formats that wires are made of: lines and data: URLs.
#include "core/data_url.hpp"
#include "provider/wires/ndjson.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sambung::wire_format_test {
namespace {

std::vector<std::string> lines_of(ndjson_decoder& decoder, std::string_view bytes) {
  std::vector<std::string> lines;
  decoder.push(bytes, [&](std::string_view line) {
    lines.emplace_back(line);
    return true;
  });
  return lines;
}

TEST(Ndjson, SplitsAtLineFeedsAndSkipsBlankLines) {
  ndjson_decoder decoder(100);

  EXPECT_EQ(lines_of(decoder, "a\r\n\n  \t\nb c\n d"), (std::vector<std::string>{"a", "b c"}));
  EXPECT_EQ(decoder.tail(), "d");
  EXPECT_EQ(lines_of(decoder, "e\n"), (std::vector<std::string>{"de"}));
  EXPECT_EQ(decoder.tail(), "");
}

TEST(Ndjson, DropsTheRestWhenToldTo) {
  ndjson_decoder decoder(100);
  std::vector<std::string> lines;
  decoder.push("a\nb\nc", [&](std::string_view line) {
    lines.emplace_back(line);
    return false;
  });

  EXPECT_EQ(lines, (std::vector<std::string>{"a"}));
}

TEST(Ndjson, TakesLinesUpToTheLimitWhole) {
  for (std::size_t step : {1u, 4u, 100u}) {
    ndjson_decoder fits(10), over(10);
    std::string_view const ten = "0123456789\n", eleven = "0123456789a\n";
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < eleven.size(); i += step) {
      for (auto& line : lines_of(fits, ten.substr(std::min(i, ten.size()), step))) lines.push_back(std::move(line));
      EXPECT_TRUE(lines_of(over, eleven.substr(i, step)).empty());
    }

    EXPECT_EQ(lines, (std::vector<std::string>{"0123456789"}));
    EXPECT_FALSE(fits.overflowed());
    EXPECT_TRUE(over.overflowed());
    EXPECT_TRUE(lines_of(over, "a\n").empty());
  }
}

TEST(DataUrl, IsReadInEveryForm) {
  auto const png = parse_data_url("data:image/PNG;base64,iVBORw==");
  ASSERT_TRUE(png);
  EXPECT_EQ(png->media_type, "image/png");
  EXPECT_EQ(base64_of(*png), "iVBORw==");
  EXPECT_EQ(bytes_of(*png), "\x89PNG");

  auto const text = parse_data_url("DATA:,a%20b%c3%a9");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->media_type, "text/plain");
  EXPECT_EQ(bytes_of(*text), "a b\u00e9");
  EXPECT_EQ(base64_of(*text), "YSBiw6k=");

  EXPECT_EQ(parse_data_url("data:text/html;charset=utf-8;base64,QQ%3D%3D")->media_type, "text/html");
  EXPECT_EQ(bytes_of(*parse_data_url("data:text/html;charset=utf-8;base64,QQ%3D%3D")), "A");
  EXPECT_EQ(bytes_of(*parse_data_url("data:;base64,")), "");
}

TEST(DataUrl, AnythingElseIsNone) {
  for (auto const* url :
       {"", "data", "data:", "data:image/png", "https://x.example/,", "data:,%", "data:,%4", "data:,%zz"})
    EXPECT_FALSE(parse_data_url(url)) << url;
  for (auto const* url : {"data:;base64,A", "data:;base64,****", "data:;base64,Q=Q=", "data:;base64,QQ QQQ"})
    EXPECT_FALSE(bytes_of(*parse_data_url(url))) << url;
}

TEST(DataUrl, Base64IsInvertedWhateverTheLength) {
  std::string bytes;
  for (int i = 0; i < 70; ++i) {
    data_url url;
    url.payload = bytes;
    url.payload = base64_of(url);
    url.base64 = true;
    EXPECT_EQ(bytes_of(url), bytes);
    bytes += static_cast<char>(i * 37);
  }
}

}  // namespace
}  // namespace sambung::wire_format_test
