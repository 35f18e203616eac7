// Where the certificates are found that hosts are verified with.
#include "http/client/authorities.hpp"

#include "temporary_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>

namespace sambung::authorities_test {
namespace {

class Authorities : public ::testing::Test {
 protected:
  std::string at(std::string const& name) const { return (folder_.path() / name).string(); }
  std::string file(std::string const& name) {
    std::filesystem::create_directories(std::filesystem::path(at(name)).parent_path());
    std::ofstream(at(name)) << "PEM";
    return at(name);
  }
  result<authority_paths> among(http::authority_places const& places) const {
    return http::authorities_among(places, [&](std::string const& name) -> std::optional<std::string> {
      auto const found = variables_.find(name);
      return found == variables_.end() ? std::nullopt : std::optional(found->second);
    });
  }

  testing::temporary_folder folder_;
  std::map<std::string, std::string> variables_;
};

}  // namespace

TEST_F(Authorities, AreTheFirstBundleThatIsThere) {
  auto const second = file("second.pem");
  file("third.pem");

  auto const found = among({{at("first.pem"), second, at("third.pem")}, {}}).value();

  EXPECT_EQ(found.file, second);
  EXPECT_EQ(found.folders, "");
}

TEST_F(Authorities, AreAFolderWhereThereIsNoBundle) {
  std::filesystem::create_directories(at("empty"));
  file("full/9d04f354.0");

  auto const found = among({{at("none.pem")}, {at("empty"), at("full")}}).value();

  EXPECT_EQ(found.file, "");
  EXPECT_EQ(found.folders, at("full"));
}

TEST_F(Authorities, AreThoseThatTheEnvironmentNames) {
  auto const bundle = file("bundle.pem");
  auto const own = file("own.pem");
  file("folder/9d04f354.0");
  variables_["SSL_CERT_FILE"] = own;
  variables_["SSL_CERT_DIR"] = at("none") + ':' + at("folder");

  auto const both = among({{bundle}, {}}).value();
  variables_.erase("SSL_CERT_FILE");
  auto const folders = among({{bundle}, {}}).value();
  variables_["SSL_CERT_DIR"] = "";
  auto const neither = among({{bundle}, {}}).value();

  EXPECT_EQ(both.file, own);
  EXPECT_EQ(both.folders, at("none") + ':' + at("folder"));
  EXPECT_EQ(folders.file, "");
  EXPECT_EQ(neither.file, bundle);
}

// Who sets a variable wants no other certificates: they are not looked for elsewhere.
TEST_F(Authorities, ThatTheEnvironmentNamesMustBeThere) {
  auto const bundle = file("bundle.pem");
  variables_["SSL_CERT_FILE"] = at("missing.pem");
  variables_["SSL_CERT_DIR"] = at("missing");

  auto const why = among({{bundle}, {}}).error();

  EXPECT_EQ(why.code, errc::invalid_argument);
  ASSERT_EQ(why.issues.size(), 2U);
  EXPECT_EQ(why.issues[0].path, "SSL_CERT_FILE");
  EXPECT_EQ(why.issues[1].path, "SSL_CERT_DIR");
}

TEST_F(Authorities, ThatAreNowhereSayWhereTheyWereLookedFor) {
  auto const why = among({{at("a.pem"), at("b.pem")}, {at("folder")}}).error();

  EXPECT_EQ(why.code, errc::invalid_argument);
  ASSERT_EQ(why.issues.size(), 3U);
  for (auto const& one : why.issues) EXPECT_NE(why.message.find(one.path), std::string::npos);
}

TEST(KnownAuthorities, AreThoseOfTheCommonSystems) {
  auto const known = http::known_places();

  for (auto const* bundle : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                             "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"})
    EXPECT_EQ(std::ranges::count(known.bundles, bundle), 1) << bundle;
  EXPECT_FALSE(known.folders.empty());
}

}  // namespace sambung::authorities_test
