// Passwords: their forms, the schemes that verify, and that being wrong always costs the same.
#include <sambung/security/password_hash.hpp>

#include <gtest/gtest.h>

#include <time.h>

#include <algorithm>

namespace sambung::password_hash_test {
namespace {

using std::chrono::nanoseconds;

constexpr int cheap = min_password_cost;
std::string const right = "correct horse";

std::string hashed(std::string_view password, int cost = cheap) {
  return hash_password(normal_password(password).value(), cost, *system_random());
}

std::optional<errc> refusal(std::string_view typed) {
  auto const normal = normal_password(typed);
  if (normal) return std::nullopt;
  EXPECT_EQ(normal.error().issues.size(), 1U);
  EXPECT_EQ(normal.error().issues.at(0).path, "password");
  return normal.error().code;
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Password, HasEightToSeventyTwoBytes) {
  EXPECT_EQ(refusal(""), errc::invalid_argument);
  EXPECT_EQ(refusal("1234567"), errc::invalid_argument);
  EXPECT_EQ(refusal("12345678"), std::nullopt);
  EXPECT_EQ(refusal(std::string(64, 'x')), std::nullopt);
  EXPECT_EQ(refusal(std::string(72, 'x')), std::nullopt);
  EXPECT_EQ(refusal(std::string(73, 'x')), errc::invalid_argument);
  EXPECT_EQ(refusal(std::string(1'048'576, 'x')), errc::invalid_argument);
}

TEST(Password, IsCountedInBytesOfItsNormalForm) {
  // "e" and a combining acute accent: three bytes that become two.
  EXPECT_EQ(refusal(repeated("e\xCC\x81", 36)), std::nullopt);
  EXPECT_EQ(refusal(repeated("e\xCC\x81", 37)), errc::invalid_argument);
  EXPECT_EQ(refusal(repeated("e\xCC\x81", 3)), errc::invalid_argument);
  EXPECT_EQ(refusal(repeated("e\xCC\x81", 4)), std::nullopt);
  // Three letters of Hangul, nine bytes, become a syllable of three.
  EXPECT_EQ(refusal(repeated("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 24)), std::nullopt);
  EXPECT_EQ(refusal(repeated("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 25)), errc::invalid_argument);
}

TEST(Password, IsUtf8WithoutNul) {
  for (std::string_view const wrong :
       {"password\xFF", "\xC0\xAFpassword", "password\xC3", "\xED\xA0\x80password", "\xF4\x90\x80\x80password"})
    EXPECT_EQ(refusal(wrong), errc::invalid_argument);
  EXPECT_EQ(refusal(std::string_view("pass\0word", 9)), errc::invalid_argument);
  EXPECT_EQ(refusal(std::string_view("password\0", 9)), errc::invalid_argument);
  EXPECT_EQ(refusal("\xF0\x9F\x94\x91\xF0\x9F\x90\x8E"), std::nullopt);
}

TEST(Password, IsTheSameComposedAndDecomposed) {
  EXPECT_EQ(normal_password("caf\xC3\xA9-1234").value().view(), normal_password("cafe\xCC\x81-1234").value().view());
  auto const hash = hashed("caf\xC3\xA9-1234");

  EXPECT_TRUE(check_password(hash, "caf\xC3\xA9-1234", cheap).right);
  EXPECT_TRUE(check_password(hash, "cafe\xCC\x81-1234", cheap).right);
  EXPECT_FALSE(check_password(hash, "cafe-1234", cheap).right);
}

TEST(PasswordHash, IsBcryptWithARandomSalt) {
  auto const one = hashed(right);
  auto const other = hashed(right);

  EXPECT_TRUE(one.starts_with("$2b$04$"));
  EXPECT_EQ(one.size(), 60U);
  EXPECT_NE(one, other);
  EXPECT_TRUE(hashed(right, 6).starts_with("$2b$06$"));
}

TEST(PasswordHash, HasACostOfFourToSixteen) {
  for (int const wrong : {-1, 0, 3, 17, 31, 1'000}) {
    try {
      hashed(right, wrong);
      ADD_FAILURE() << wrong;
    } catch (error const& e) {
      EXPECT_EQ(e.code(), errc::invalid_argument);
    }
  }
}

TEST(PasswordHash, FitsItsPasswordOnly) {
  auto const hash = hashed(right);

  EXPECT_TRUE(check_password(hash, right, cheap).right);
  for (auto const* wrong : {"", "correct hors", "correct horse ", "Correct horse", "wrong"})
    EXPECT_FALSE(check_password(hash, wrong, cheap).right) << wrong;
}

TEST(PasswordHash, MindsAllSeventyTwoBytes) {
  auto const longest = std::string(72, 'x');
  auto const hash = hashed(longest);

  EXPECT_TRUE(check_password(hash, longest, cheap).right);
  EXPECT_FALSE(check_password(hash, std::string(71, 'x') + 'y', cheap).right);
  EXPECT_FALSE(check_password(hash, std::string(71, 'x'), cheap).right);
  EXPECT_FALSE(check_password(hash, std::string(73, 'x'), cheap).right);
}

TEST(PasswordHash, IsWrongAndNoErrorForWhatCannotBeAPassword) {
  auto const hash = hashed(right);

  for (auto const& typed : {std::string(73, 'x'), std::string(1'048'576, 'x'), right + '\0', right + "\xFF",
                            std::string("\0", 1), std::string()})
    EXPECT_FALSE(check_password(hash, typed, cheap).right);
}

TEST(PasswordHash, IsOutdatedAtAnotherCost) {
  EXPECT_FALSE(check_password(hashed(right, 5), right, 5).outdated);
  EXPECT_TRUE(check_password(hashed(right, 4), right, 5).outdated);
  EXPECT_TRUE(check_password(hashed(right, 6), right, 5).outdated);
  EXPECT_FALSE(check_password(hashed(right, 4), "wrong", 5).outdated);
}

// The hashes were made by libxcrypt's and Python's own programs.
TEST(PasswordHash, VerifiesOtherSchemes) {
  for (auto const* hash :
       {"$2a$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
        "$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
        "$y$j75$abcdefgh$Jakf0CHhzdQOivqISxvBXCIRIaxY0Fs1wJGsJSurry/",
        "$7$CU..../....abcdefgh$zsdaqwx89mPOv8.UAUJOC7yCeca1WUSV.qqzsN2U1JA",
        "$5$abcdefgh$ruMep1ijHnJPZbETDNiumskxcX3kN4lzZd5VlsqE7eB", "$1$abcdefgh$y6iHhJNbuC0xpbk0w9pm80",
        "000102030405060708090a0b0c0d0e0f:9372e2d20f7c9ba55e54d10569dfe24824c5765383f46b040e9ac7b33041339c"
        "514173900cb63a37c935c0e2f40cfe2cb39bee5fe58f54715c1fd913c4638373"}) {
    auto const check = check_password(hash, right, cheap);
    EXPECT_TRUE(check.right) << hash;
    EXPECT_TRUE(check.outdated) << hash;
    EXPECT_FALSE(check_password(hash, "correct house", cheap).right) << hash;
  }
}

TEST(PasswordHash, VerifiesBetterAuthsPasswordsInTheirCompatibleForm) {
  // An fi ligature and a half, which Better Auth writes out before it hashes.
  std::string const typed = "\xEF\xAC\x81ne \xC2\xBD password";
  std::string const hash =
      "000102030405060708090a0b0c0d0e0f:"
      "0cb599a6a852ae49827d6fcefefc9f53bce3393d277351056916488f249f1dbc108be201245ea798"
      "be8c10f3e6ff6a4715f82c1f7003137156593cca39475d2a";

  EXPECT_TRUE(check_password(hash, typed, cheap).right);
  EXPECT_FALSE(check_password(hash, "fine password", cheap).right);
}

TEST(PasswordHash, IsNeverRightWhenEmptyOrUnknown) {
  auto const known = hashed(right);
  std::vector<std::string> unknown = {"",
                                      "*",
                                      "!",
                                      "*0",
                                      "*1",
                                      right,
                                      "plain",
                                      "$2b$",
                                      "$2b$04$",
                                      known + "x",
                                      known + '\0',
                                      known.substr(0, 59),
                                      "$2x" + known.substr(3),
                                      "$2c" + known.substr(3),
                                      "$3$$8846f7eaee8fb117ad06bdd830b7586c",
                                      "abJnggxhB/yWI",
                                      "$6$",
                                      "$6$abcdefgh",
                                      "$y$j9T$",
                                      "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
                                      std::string(32, '0') + ":" + std::string(127, '0'),
                                      std::string(100'000, '$')};
  for (auto const& hash : unknown) EXPECT_FALSE(check_password(hash, right, cheap).right) << hash.substr(0, 80);
}

nanoseconds time_of_this_thread() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

// The fastest of some tries, of which a busy machine makes some slow.
nanoseconds work_of(std::string_view hash, std::string_view typed, int cost) {
  auto least = nanoseconds::max();
  for (int i = 0; i < 5; ++i) {
    auto const start = time_of_this_thread();
    EXPECT_FALSE(check_password(hash, typed, cost).right);
    least = std::min(least, time_of_this_thread() - start);
  }
  return least;
}

TEST(PasswordHash, CostsTheSameWhateverIsWrong) {
  constexpr int cost = 10;
  auto const current = hashed(right, cost);
  auto const usual = work_of(current, "wrong", cost);
  auto const ratio = [&](std::string_view hash, std::string_view typed) {
    return static_cast<double>(work_of(hash, typed, cost).count()) / static_cast<double>(usual.count());
  };

  std::vector<std::pair<std::string, std::string>> const attempts = {
      {"", "wrong"},
      {"unknown", "wrong"},
      {hashed(right, 4), "wrong"},
      {hashed(right, 8), "wrong"},
      {"$1$abcdefgh$y6iHhJNbuC0xpbk0w9pm80", "wrong"},
      {"$5$abcdefgh$ruMep1ijHnJPZbETDNiumskxcX3kN4lzZd5VlsqE7eB", "wrong"},
      {current, std::string(73, 'x')},
      {current, std::string(1'048'576, 'x')},
      {current, right + '\0'},
      {current, "\xFF"},
      {current, ""},
      {"", ""},
      {hashed(right, 4), std::string(73, 'x')},
  };
  for (auto const& [hash, typed] : attempts) {
    auto const found = ratio(hash, typed);
    EXPECT_GT(found, 0.7) << hash << ' ' << typed.substr(0, 20);
    EXPECT_LT(found, 1.5) << hash << ' ' << typed.substr(0, 20);
  }
}

TEST(PasswordHash, IsUnknownWhenCheckingItWouldTakeTooLong) {
  auto const usual = work_of("", "wrong", cheap);

  for (auto const* hash :
       {"$2b$31$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
        "$2b$17$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
        "$2b$03$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e", "$6$rounds=999999999$abcdefgh$aaaa",
        "$5$rounds=99999999999999999999$abcdefgh$aaaa", "$6$rounds=-1$abcdefgh$aaaa", "$y$jFT$abcdefgh$aaaa",
        "$y$jzz$abcdefgh$aaaa", "$7$zz..../....abcdefgh$aaaa", "$sha1$4294967295$abcdefgh$aaaa",
        "$md5,rounds=4294967295$abcdefgh$$aaaa", "_zzzzabcdaaaaaaaaaaa"})
    EXPECT_LT(work_of(hash, "wrong", cheap), 20 * usual) << hash;
}

}  // namespace
}  // namespace sambung::password_hash_test
