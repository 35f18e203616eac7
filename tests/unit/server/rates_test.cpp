#include <sambung/server/rates.hpp>

#include <gtest/gtest.h>

namespace sambung::rates_test {
namespace {

TEST(Rates, ChangeOnlyWhatIsNamed) {
  auto const rates = parse_rates("address=5/s:10, account=2/m:7,read=3/h:4,model=off,device=1/m:3").value();

  EXPECT_EQ(rates.address.per_second, 5);
  EXPECT_EQ(rates.address.burst, 10);
  EXPECT_DOUBLE_EQ(rates.account.per_second, 2.0 / 60);
  EXPECT_EQ(rates.account.burst, 7);
  EXPECT_EQ(rates.device.burst, 3);
  EXPECT_EQ(rates.everywhere.burst, request_rates().everywhere.burst);
  EXPECT_DOUBLE_EQ(rates.read.per_second, 3.0 / 3600);
  EXPECT_EQ(rates.model.burst, 0);
  EXPECT_EQ(rates.principal.burst, request_rates().principal.burst);
}

TEST(Rates, MayBeOffAltogether) {
  auto const rates = parse_rates("off").value();

  for (auto const& one : {rates.address, rates.principal, rates.read, rates.write, rates.model, rates.credentials,
                          rates.account, rates.everywhere, rates.device})
    EXPECT_EQ(one.burst, 0);
}

TEST(Rates, AreRefusedWithoutBeingRepeated) {
  for (auto const* text :
       {"", "canary", "address", "address=", "address=5", "address=5/s", "address=5:5/s", "address=5/d:5",
        "address=0/s:5", "address=5/s:0", "address=-1/s:5", "address=1.5/s:5", "address=5/s:5,", ",address=5/s:5",
        "canary=5/s:5", "address =5/s:5", "address=5/s:5:5", "address=1000000001/s:5", "off,address=5/s:5"}) {
    auto const rates = parse_rates(text);
    ASSERT_FALSE(rates) << text;
    EXPECT_EQ(rates.error().code, errc::invalid_argument);
    EXPECT_EQ(rates.error().message.find("canary"), std::string::npos);
  }
}

}  // namespace
}  // namespace sambung::rates_test
