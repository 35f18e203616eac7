// A record with bytes: its row, its JSON, and what of either is damaged.
#include <sambung/storage/value.hpp>

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace sambung::binary_record_test {
namespace {

struct piece {
  uuid id;
  binary data;
  std::optional<binary> hash;
  std::vector<binary> parts;
};
BOOST_DESCRIBE_STRUCT(piece, (), (id, data, hash, parts))
auto describe_record(record_of<piece>) {
  return record<piece>("pieces").bytes(&piece::data, 0, 8).bytes(&piece::hash, 2, 2);
}

binary of(std::initializer_list<int> bytes) {
  binary out;
  for (auto const one : bytes) out.push_back(static_cast<std::byte>(one));
  return out;
}

piece sample() {
  piece one;
  one.data = of({0, 255, 92});
  one.hash = of({1, 2});
  one.parts = {of({7}), binary()};
  return one;
}

TEST(BinaryRecord, IsDescribedAsBytes) {
  auto const& fields = description_of<piece>().fields;

  EXPECT_EQ(fields[1].type, column_type::bytes);
  EXPECT_TRUE(fields[1].required);
  EXPECT_EQ(fields[2].type, column_type::bytes);
  EXPECT_TRUE(fields[2].nullable);
  EXPECT_EQ(fields[3].type, column_type::json);
}

TEST(BinaryRecord, GoesThroughARow) {
  auto const in = to_row(sample());

  EXPECT_EQ(in[1], value(of({0, 255, 92})));
  auto const out = from_row<piece>(in);
  EXPECT_EQ(out.data, sample().data);
  EXPECT_EQ(out.hash, sample().hash);
  EXPECT_EQ(out.parts, sample().parts);
  EXPECT_EQ(text_bytes(in), 3U + 2U + std::get<std::string>(in[3]).size());
}

TEST(BinaryRecord, IsBase64InJson) {
  auto const written = to_json(sample());

  EXPECT_EQ(written.at("data"), "AP9c");
  EXPECT_EQ(boost::json::parse(to_json_text(sample())), written);
  auto const read = from_json<piece>(written);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->data, sample().data);
  EXPECT_EQ(read->hash, sample().hash);
  EXPECT_EQ(read->parts, sample().parts);
}

TEST(BinaryRecord, RefusesJsonThatIsNoBase64OrOutsideItsLimits) {
  auto const fault = [](char const* member, boost::json::value to) {
    auto in = to_json(sample());
    in.as_object()[member] = std::move(to);
    auto const read = from_json<piece>(in);
    return read ? std::string("taken") : read.error().issues.at(0).path + ": " + read.error().issues.at(0).message;
  };

  EXPECT_EQ(fault("data", "AP9"), "data: must be base64 with padding");
  EXPECT_EQ(fault("data", 7), "data: must be base64 with padding");
  EXPECT_EQ(fault("data", nullptr), "data: must be base64 with padding");
  EXPECT_EQ(fault("data", "AAAAAAAAAAAA"), "data: at most 8 bytes");
  EXPECT_EQ(fault("hash", "AA=="), "hash: at least 2 bytes");
  EXPECT_EQ(fault("hash", nullptr), "taken");
}

TEST(BinaryRecord, IsDamagedByAValueOfAnotherKind) {
  for (auto const& wrong : {value(std::string("AP9c")), value(true), value(uuid())}) {
    auto in = to_row(sample());
    in[1] = wrong;

    EXPECT_EQ(read_row<piece>(in).error().code, errc::data_loss);
    auto const saved = salvage_row<piece>(in);
    ASSERT_TRUE(saved);
    EXPECT_TRUE(saved->data.empty());
    EXPECT_EQ(saved->hash, sample().hash);
  }
}

}  // namespace
}  // namespace sambung::binary_record_test
