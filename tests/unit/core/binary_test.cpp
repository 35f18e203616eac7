#include <sambung/core/binary.hpp>

#include <gtest/gtest.h>

#include <random>

namespace sambung::binary_test {
namespace {

binary of(std::string_view text) {
  binary bytes;
  for (char const c : text) bytes.push_back(static_cast<std::byte>(c));
  return bytes;
}

// RFC 4648, section 10.
TEST(Binary, IsWrittenAsTheStandardSays) {
  std::pair<std::string_view, std::string_view> const examples[]{
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
  for (auto const& [bytes, text] : examples) {
    EXPECT_EQ(to_base64(of(bytes)), text);
    EXPECT_EQ(from_base64(text), of(bytes)) << text;
  }
  EXPECT_EQ(to_base64(of("\xFB\xEF\xFF")), "++//");
  EXPECT_EQ(to_hex(of("\x01\xAB")), "01ab");
  EXPECT_EQ(from_hex("01aB"), of("\x01\xAB"));
}

TEST(Binary, IsReadAsItIsWritten) {
  std::mt19937 random(1);
  for (std::size_t size = 0; size < 300; ++size) {
    binary bytes(size);
    for (auto& byte : bytes) byte = static_cast<std::byte>(random());

    EXPECT_EQ(from_base64(to_base64(bytes)), bytes) << size;
    EXPECT_EQ(from_hex(to_hex(bytes)), bytes) << size;
  }
}

TEST(Binary, IsNotReadFromWhatIsNeverWritten) {
  for (auto const* text : {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zm8=Zg==", "=m9v", "Z===", "====", "Zm 9v", "Zm9v\n",
                           "Zm9-", "Zm9_", "Z=9v", "Zg=v"})
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  for (auto const* text : {"0", "0g", "0 ", "\\x01"}) EXPECT_EQ(from_hex(text), std::nullopt) << text;
}

}  // namespace
}  // namespace sambung::binary_test
