// What the operator is told by a PostgreSQL server that lets nobody in: libpq's words, without the password.
#include "support/postgres_cluster.hpp"

#include <gtest/gtest.h>

namespace sambung::tests::postgres_refusal_test {
namespace {

constexpr auto right_password = "Rahsia-Besar";
constexpr auto wrong_password = "Kunci-Salah";

class PostgresRefusal : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<testing::temporary_folder>();
    auto options = cluster_options::without_sync();
    options.data = folder_->path() / "data";
    postgres_cluster::give_away(folder_->path());
    cluster_ = std::make_unique<postgres_cluster>(options);
    database_ = cluster_->new_database();
    cluster_->as_admin(std::string("ALTER ROLE sambung_app PASSWORD '") + right_password + "'");
    cluster_->as_admin("CREATE DATABASE closed");
    cluster_->as_admin("REVOKE CONNECT ON DATABASE closed FROM PUBLIC");
    std::ofstream rules(options.data / "pg_hba.conf");
    rules << "host all sambung_app 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n";
    rules.close();
    cluster_->stop();
    cluster_->start();
  }
  static void TearDownTestSuite() {
    cluster_.reset();
    folder_.reset();
  }

  // The app's URL with another password, and with another end than "/chat1".
  static std::string url(std::string const& password, std::string const& end = {}) {
    auto made = database_.app_url;
    made.insert(made.find('@'), ':' + password);
    return end.empty() ? made : made.substr(0, made.rfind('/')) + end;
  }
  static failure refusal(postgres_options options) {
    auto const store = open_postgres(std::move(options));
    if (!store) return store.error();
    auto const asked = sync_wait((*store)->check());
    return asked ? failure(errc::internal, "it was let in") : asked.error();
  }
  static failure refusal(std::string url) { return refusal(postgres_options(std::move(url))); }

  static bool says(failure const& why, std::string_view what) { return why.message.find(what) != std::string::npos; }

  inline static std::unique_ptr<testing::temporary_folder> folder_;
  inline static std::unique_ptr<postgres_cluster> cluster_;
  inline static cluster_database database_;
};

TEST_F(PostgresRefusal, LetsInWhoeverHasThePassword) {
  EXPECT_TRUE(sync_wait(open_postgres(postgres_options(url(right_password))).value()->check()));
}

TEST_F(PostgresRefusal, NamesAWrongPasswordAndDoesNotTellIt) {
  auto const why = refusal(url(wrong_password));

  EXPECT_EQ(why.code, errc::unauthenticated) << why.message;
  EXPECT_TRUE(says(why, "password authentication failed for user \"sambung_app\"")) << why.message;
  EXPECT_FALSE(says(why, wrong_password)) << why.message;
  EXPECT_EQ(why.message.find('\n'), std::string::npos);
}

TEST_F(PostgresRefusal, HidesThePasswordInWhatTheServerSays) {
  auto const why = refusal(url("sambung_app"));

  EXPECT_EQ(why.code, errc::unauthenticated) << why.message;
  EXPECT_TRUE(says(why, "failed for user \"***\"")) << why.message;
  EXPECT_EQ(why.sensitive.find("sambung_app"), std::string::npos) << why.sensitive;
}

TEST_F(PostgresRefusal, NamesARoleThatIsNotThere) {
  auto elsewhere = database_.app_url;
  elsewhere.replace(elsewhere.find("sambung_app"), 11, "nobody_here");

  auto const why = refusal(elsewhere);

  EXPECT_EQ(why.code, errc::unauthenticated) << why.message;
  EXPECT_TRUE(says(why, "nobody_here")) << why.message;
}

TEST_F(PostgresRefusal, NamesADatabaseThatIsNotThere) {
  auto const why = refusal(url(right_password, "/nowhere"));

  EXPECT_EQ(why.code, errc::invalid_argument) << why.message;
  EXPECT_TRUE(says(why, "\"nowhere\"")) << why.message;
}

TEST_F(PostgresRefusal, NamesADatabaseThatTheRoleMayNotConnectTo) {
  auto const why = refusal(url(right_password, "/closed"));

  EXPECT_EQ(why.code, errc::permission_denied) << why.message;
  EXPECT_TRUE(says(why, "\"closed\"")) << why.message;
}

TEST_F(PostgresRefusal, SaysWhereNobodyListens) {
  auto const why = refusal("postgresql://sambung_app:" + std::string(wrong_password) + "@127.0.0.1:1/chat1");

  EXPECT_EQ(why.code, errc::unavailable) << why.message;
  EXPECT_TRUE(says(why, "127.0.0.1")) << why.message;
  EXPECT_FALSE(says(why, wrong_password)) << why.message;
}

TEST_F(PostgresRefusal, SaysWhatTheTwoDoNotAgreeOnOfTls) {
  auto const plain = refusal(url(right_password) + "?sslmode=require");
  auto const no_root = refusal(url(right_password) + "?sslmode=verify-full&sslrootcert=/nowhere/root.crt");

  EXPECT_EQ(plain.code, errc::invalid_argument) << plain.message;
  EXPECT_TRUE(says(plain, "SSL")) << plain.message;
  EXPECT_EQ(no_root.code, errc::invalid_argument) << no_root.message;
}

TEST_F(PostgresRefusal, NamesASettingThatLibpqDoesNotTake) {
  EXPECT_EQ(refusal(url(right_password) + "?sslmode=perhaps").code, errc::invalid_argument);
}

TEST_F(PostgresRefusal, WantsAPasswordEncodedBeforeItTellsAPieceOfIt) {
  for (auto const* password : {"se@cret", "sec/ret", "s@c/ret"}) {
    auto const why = refusal(url(password));

    EXPECT_EQ(why.code, errc::invalid_argument) << password;
    EXPECT_TRUE(says(why, "%40")) << why.message;
    EXPECT_FALSE(says(why, "cret")) << why.message;
  }
  EXPECT_EQ(refusal(url("se%40cret")).code, errc::unauthenticated);
}

TEST_F(PostgresRefusal, SpeaksOfTheMigratorToo) {
  postgres_options options(url(right_password));
  options.migrator_url = url(wrong_password);

  auto const why = sync_wait(open_postgres(options).value()->migrate(std::make_shared<schema const>())).error();

  EXPECT_EQ(why.code, errc::unauthenticated) << why.message;
}

TEST_F(PostgresRefusal, SpeaksOfSnapshotsToo) {
  auto const why = sync_wait(open_postgres_snapshot(postgres_options(url(wrong_password))).value()->check()).error();

  EXPECT_EQ(why.code, errc::unauthenticated) << why.message;
}

TEST_F(PostgresRefusal, IsAServerThatIsAwayOnceItHasLetSomebodyIn) {
  auto const store = open_postgres(postgres_options(url(right_password))).value();
  sync_wait(store->check()).value();

  cluster_->stop();
  auto const why = sync_wait(store->check()).error();
  cluster_->start();

  EXPECT_EQ(why.code, errc::unavailable);
  EXPECT_EQ(why.message, "the connection to the database is gone");
}

}  // namespace
}  // namespace sambung::tests::postgres_refusal_test
