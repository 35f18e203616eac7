#include "core/email_address.hpp"

#include <gtest/gtest.h>

namespace sambung::email_address_test {
namespace {

TEST(EmailAddress, IsComparedAsPeopleReadIt) {
  // Each row is one address.
  std::vector<std::vector<std::string>> const same{
      {"ada@example.com", "ADA@Example.COM", "Ada@EXAMPLE.com"},
      {"zo\u00eb@example.com", "ZO\u00cb@example.com", "zoe\u0308@example.com", "ZOE\u0308@EXAMPLE.COM"},
      {"\u03bd\u03af\u03ba\u03bf\u03c3@example.com", "\u039d\u038a\u039a\u039f\u03a3@example.com",
       "\u03bd\u03af\u03ba\u03bf\u03c2@example.com"},
      {"strasse@example.com", "STRA\u1e9eE@example.com", "stra\u00dfe@example.com"},
      {"\u0438\u0432\u0430\u043d@example.com", "\u0418\u0412\u0410\u041d@example.com"},
      {"ada@b\u00fccher.example", "ada@B\u00dcCHER.example", "ada@bu\u0308cher.example", "ada@xn--bcher-kva.example",
       "ada@XN--BCHER-KVA.Example"},
      {"ada@\u4f8b\u3048.example", "ada@xn--r8jz45g.example", "ada@\u4f8b\u3048\u3002example"},
  };
  for (auto const& row : same)
    for (auto const& spelling : row) EXPECT_EQ(parse_email(spelling).value_or("none"), row.front()) << spelling;
}

TEST(EmailAddress, StaysWhatItIs) {
  for (std::string const stored : {"a+b@example.com", "\u03bd\u03af\u03ba\u03bf\u03c3@b\u00fccher.example",
                                   "owner@localhost", "x@mail_host", "x@[192.0.2.1]", "i\u0307@example.com"})
    EXPECT_EQ(parse_email(stored).value_or("none"), stored);
}

TEST(EmailAddress, TellsApartWhatReadsDifferently) {
  EXPECT_NE(parse_email("zo\u00eb@example.com"), parse_email("zoe@example.com"));
  EXPECT_NE(parse_email("ada@b\u00fccher.example"), parse_email("ada@bucher.example"));
  EXPECT_NE(parse_email("\u0131@example.com"), parse_email("i@example.com"));
}

TEST(EmailAddress, IsRefusedWhereItIsNone) {
  for (std::string const typed :
       {"", "ada", "@example.com", "ada@", "a@b@c", "a b@example.com", "a\t@example.com", "\xff@example.com",
        "ada@\xff.example", "ada@xn--", "ada@xn--a-ecp.ru\u00fc", "ada@a\u2100b.example", "ada@\uff20b.example"})
    EXPECT_EQ(parse_email(typed), std::nullopt) << typed;
  EXPECT_EQ(parse_email(std::string("a\0@example.com", 14)), std::nullopt);
  EXPECT_TRUE(parse_email(std::string(242, 'a') + "@example.com"));
  EXPECT_FALSE(parse_email(std::string(243, 'a') + "@example.com"));
  std::string growing;  // three bytes become six
  for (int i = 0; i < 80; ++i) growing += "\ufb03";
  EXPECT_FALSE(parse_email(growing + "\u0390\u0390@example.com"));
}

TEST(EmailAddress, KeepsTheSpellingOfBeforeApart) {
  EXPECT_EQ(spelled_email("ZO\u00cb@B\u00dcCHER.Example"), "zo\u00cb@b\u00dccher.example");
  EXPECT_EQ(spelled_email("ada"), std::nullopt);
}

TEST(EmailAddress, HasAFormThatIsItsOwn) {
  EXPECT_EQ(parse_email("a@xn--mnchen-30mncxmxxn--mnchen-30mh"), std::nullopt);
  EXPECT_EQ(parse_email("a@xn--mnchen-3ya.de"), parse_email("a@m\u00fcnchen.de"));
}

}  // namespace
}  // namespace sambung::email_address_test
