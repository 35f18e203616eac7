#include <sambung/server/configuration.hpp>
#include <sambung/services/turns.hpp>

#include <gtest/gtest.h>

#include <map>

namespace sambung {
namespace {

environment from(std::map<std::string, std::string> values) {
  return [values = std::move(values)](std::string const& name) -> std::optional<std::string> {
    auto const found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

TEST(Configuration, HasDefaults) {
  auto const config = read_configuration(from({}));

  ASSERT_TRUE(config);
  EXPECT_EQ(config->database_url, "sqlite:sambung.db");
  EXPECT_EQ(config->host, "127.0.0.1");
  EXPECT_EQ(config->port, 8787);
  EXPECT_EQ(config->migrator_url, "");
  EXPECT_EQ(config->shutdown_grace, std::chrono::seconds(10));
  EXPECT_EQ(config->lease, turn_options().lease);
  EXPECT_TRUE(config->providers.find("demo"));
}

TEST(Configuration, ReadsEveryVariable) {
  auto const config = read_configuration(from({{"SAMBUNG_DATABASE_URL", "memory:"},
                                               {"DATABASE_URL", "sqlite:other.db"},
                                               {"SAMBUNG_HOST", "0.0.0.0"},
                                               {"SAMBUNG_PORT", "0"},
                                               {"SAMBUNG_ENV", "production"},
                                               {"SAMBUNG_SHUTDOWN_GRACE", "0"},
                                               {"SAMBUNG_LEASE", "3600"},
                                               {"SAMBUNG_ALLOWED_HOSTS", "chat.example.com, other.example.com:8443"},
                                               {"SAMBUNG_ALLOWED_ORIGINS", "https://chat.example.com"}}));

  ASSERT_TRUE(config);
  EXPECT_EQ(config->database_url, "memory:");
  EXPECT_EQ(config->port, 0);
  EXPECT_EQ(config->stage, deployment_stage::production);
  EXPECT_EQ(config->shutdown_grace, std::chrono::seconds(0));
  EXPECT_EQ(config->lease, std::chrono::hours(1));
  EXPECT_EQ(config->allowed_hosts, (std::vector<std::string>{"chat.example.com", "other.example.com:8443"}));
  EXPECT_EQ(config->allowed_origins, (std::vector<std::string>{"https://chat.example.com"}));
}

TEST(Configuration, TakesTheCommonNameOfTheDatabase) {
  EXPECT_EQ(read_configuration(from({{"DATABASE_URL", "sqlite:x.db"}}))->database_url, "sqlite:x.db");
}

TEST(Configuration, TakesPostgreSqlByBothOfItsSchemes) {
  for (std::string const url : {"postgresql://app@db/sambung", "postgres://app@db/sambung"}) {
    auto const config =
        read_configuration(from({{"SAMBUNG_DATABASE_URL", url}, {"SAMBUNG_MIGRATOR_URL", "postgresql://owner@db/x"}}));

    ASSERT_TRUE(config);
    EXPECT_EQ(config->database_url, url);
    EXPECT_EQ(config->migrator_url, "postgresql://owner@db/x");
  }
}

TEST(Configuration, RefusesAMigratorForOtherDatabases) {
  auto const config =
      read_configuration(from({{"SAMBUNG_DATABASE_URL", "memory:"}, {"SAMBUNG_MIGRATOR_URL", "postgresql://x@db/x"}}));

  ASSERT_FALSE(config);
  EXPECT_EQ(describe(config.error()), "SAMBUNG_MIGRATOR_URL: is for a PostgreSQL database only\n");
}

TEST(Configuration, RefusesTimesThatAreNone) {
  for (auto const* text : {"0", "3601", "1s", "-1", "1.5", "canary"}) {
    auto const config = read_configuration(from({{"SAMBUNG_LEASE", text}}));

    ASSERT_FALSE(config) << text;
    EXPECT_EQ(describe(config.error()), "SAMBUNG_LEASE: must be whole seconds, 1 to 3600\n");
  }
  EXPECT_FALSE(read_configuration(from({{"SAMBUNG_SHUTDOWN_GRACE", "-1"}})));
}

TEST(Configuration, OfTheDatabaseAloneIgnoresTheRest) {
  std::map<std::string, std::string> const variables{{"DATABASE_URL", "sqlite:x.db"}, {"SAMBUNG_PORT", "none"}};

  ASSERT_TRUE(read_database_configuration(from(variables)));
  EXPECT_EQ(read_database_configuration(from(variables))->database_url, "sqlite:x.db");
  EXPECT_FALSE(read_database_configuration(from({{"DATABASE_URL", "mysql:x"}})));
}

TEST(Configuration, NamesEveryProblemAndNoValue) {
  auto const config = read_configuration(from({{"SAMBUNG_DATABASE_URL", "mysql://canary"},
                                               {"SAMBUNG_HOST", "http://canary"},
                                               {"SAMBUNG_PORT", "65536"},
                                               {"SAMBUNG_ENV", "canary"},
                                               {"SAMBUNG_ALLOWED_HOSTS", "a/canary"},
                                               {"SAMBUNG_ALLOWED_ORIGINS", "https://canary/path"}}));

  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().issues.size(), 6u);
  auto const text = describe(config.error());
  EXPECT_NE(text.find("SAMBUNG_PORT: must be a number from 0 to 65535\n"), std::string::npos);
  EXPECT_EQ(text.find("canary"), std::string::npos) << text;
}

TEST(Open, RefusesUnknownDatabases) {
  EXPECT_EQ(open_storage("mysql:x").error().code, errc::invalid_argument);
  EXPECT_EQ(open_storage("sqlite:").error().code, errc::invalid_argument);
  EXPECT_TRUE(open_storage("memory:"));
}

TEST(Open, FindsProvidersByTheirVendorsVariables) {
  auto const found =
      providers_from(from({{"OPENAI_API_KEY", "k"}, {"OPENROUTER_API_KEY", "k"}, {"OLLAMA_HOST", "localhost"}}));

  ASSERT_TRUE(found);
  for (auto const* name : {"openai", "openrouter", "ollama"}) EXPECT_TRUE(found->find(name)) << name;
  EXPECT_FALSE(found->find("demo"));
}

TEST(Open, NamesTheVariableThatIsWrong) {
  auto const found = providers_from(from({{"OPENAI_BASE_URL", "ftp://x"}}));

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().issues.at(0).path, "OPENAI_BASE_URL");
}

}  // namespace
}  // namespace sambung
