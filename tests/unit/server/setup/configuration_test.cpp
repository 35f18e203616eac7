#include <sambung/provider/vendors/compatible.hpp>
#include <sambung/server/setup/configuration.hpp>
#include <sambung/services/turns/turns.hpp>

#include "temporary_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <set>

namespace sambung::configuration_test {
namespace {

environment from(std::map<std::string, std::string> values) {
  return [values = std::move(values)](std::string const& name) -> std::optional<std::string> {
    auto const found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

constexpr char const* good_secret = "kZq3vT9xW1bN7mR5cY2hJ8dL4fG6sP0a";

std::string problems_of(std::map<std::string, std::string> values) {
  auto const config = read_configuration(from(std::move(values)));
  return config ? std::string() : describe(config.error());
}

// A production that is as it should be, changed.
std::string problems_in_production(std::map<std::string, std::string> changes) {
  std::map<std::string, std::string> values{
      {"SAMBUNG_ENV", "production"}, {"SAMBUNG_URL", "https://chat.example.com"}, {"SAMBUNG_SIGN_UP", "closed"}};
  for (auto& [name, value] : changes) values[name] = value;
  std::erase_if(values, [](auto const& one) { return one.second.empty(); });
  return problems_of(std::move(values));
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
  auto const config =
      read_configuration(from({{"SAMBUNG_DATABASE_URL", "sqlite:mine.db"},
                               {"DATABASE_URL", "sqlite:other.db"},
                               {"SAMBUNG_URL", "https://chat.example.com/"},
                               {"SAMBUNG_SECRET", good_secret},
                               {"SAMBUNG_EARLIER_SECRETS", std::string(good_secret) + "1, " + good_secret + "2"},
                               {"SAMBUNG_SIGN_UP", "closed"},
                               {"SAMBUNG_JWT_ISSUER", "us"},
                               {"SAMBUNG_JWT_AUDIENCE", "them"},
                               {"SAMBUNG_TRUSTED_PROXIES", "10.0.0.0/8, ::1"},
                               {"SAMBUNG_RATE_LIMITS", "address=5/s:6"},
                               {"SAMBUNG_HOST", "0.0.0.0"},
                               {"SAMBUNG_PORT", "0"},
                               {"SAMBUNG_ENV", "production"},
                               {"SAMBUNG_SHUTDOWN_GRACE", "0"},
                               {"SAMBUNG_LEASE", "3600"},
                               {"SAMBUNG_MODEL_BODY_BYTES", "65536"},
                               {"SAMBUNG_ALLOWED_HOSTS", "chat.example.com, other.example.com:8443"},
                               {"SAMBUNG_ALLOWED_ORIGINS", "https://chat.example.com"}}));

  ASSERT_TRUE(config);
  EXPECT_EQ(config->database_url, "sqlite:mine.db");
  EXPECT_EQ(config->url, "https://chat.example.com/");
  EXPECT_EQ(config->auth.secrets.size(), 3u);
  EXPECT_EQ(config->auth.secrets.at(0).view(), good_secret);
  EXPECT_EQ(config->auth.sign_up, sign_up_policy::closed);
  EXPECT_EQ(config->auth.jwt.issuer, "us");
  EXPECT_EQ(config->auth.jwt.audience, "them");
  EXPECT_EQ(config->trusted_proxies, (std::vector<std::string>{"10.0.0.0/8", "::1"}));
  EXPECT_EQ(config->rates.address.burst, 6);
  EXPECT_EQ(config->port, 0);
  EXPECT_EQ(config->stage, deployment_stage::production);
  EXPECT_EQ(config->shutdown_grace, std::chrono::seconds(0));
  EXPECT_EQ(config->lease, std::chrono::hours(1));
  EXPECT_EQ(config->limits.max_model_body_bytes, 65'536u);
  EXPECT_EQ(config->allowed_hosts, (std::vector<std::string>{"chat.example.com", "other.example.com:8443"}));
  EXPECT_EQ(config->allowed_origins, (std::vector<std::string>{"https://chat.example.com"}));
}

TEST(Configuration, TakesTheCommonNameOfTheDatabase) {
  EXPECT_EQ(read_configuration(from({{"DATABASE_URL", "sqlite:x.db"}}))->database_url, "sqlite:x.db");
}

TEST(Configuration, TakesPostgreSqlByBothOfItsSchemes) {
  for (std::string const url : {"postgresql://app@db/sambung", "postgres://app@db/sambung"}) {
    auto const config = read_configuration(from({{"SAMBUNG_DATABASE_URL", url},
                                                 {"SAMBUNG_SECRET", good_secret},
                                                 {"SAMBUNG_MIGRATOR_URL", "postgresql://owner@db/x"}}));

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

TEST(Configuration, TakesAFolderForThePage) {
  EXPECT_EQ(read_configuration(from({}))->web, "");
  EXPECT_EQ(read_configuration(from({{"SAMBUNG_WEB", "off"}}))->web, "off");
  EXPECT_EQ(read_configuration(from({{"SAMBUNG_WEB", "/"}}))->web, "/");
  for (auto const* text : {"on", "/no/such/folder", "/dev/null"})
    EXPECT_EQ(problems_of({{"SAMBUNG_WEB", text}}), "SAMBUNG_WEB: must be off or a folder\n") << text;
}

TEST(Configuration, SaysHowLongKeysLastAndHowManyFailuresAreNoted) {
  auto const usual = read_configuration(from({}));
  auto const set =
      read_configuration(from({{"SAMBUNG_IDEMPOTENCY_LIFETIME", "86400"}, {"SAMBUNG_AUDITED_FAILURES", "12"}}));

  ASSERT_TRUE(usual && set);
  EXPECT_EQ(usual->idempotency_lifetime, std::chrono::days(7));
  EXPECT_EQ(set->idempotency_lifetime, std::chrono::days(1));
  EXPECT_EQ(set->auth.audited_failures, 12);
  EXPECT_FALSE(read_configuration(from({{"SAMBUNG_IDEMPOTENCY_LIFETIME", "3599"}})));
  EXPECT_FALSE(read_configuration(from({{"SAMBUNG_AUDITED_FAILURES", "0"}})));
}

TEST(Configuration, OfTheDatabaseAloneIgnoresTheRest) {
  std::map<std::string, std::string> const variables{{"DATABASE_URL", "sqlite:x.db"}, {"SAMBUNG_PORT", "none"}};

  ASSERT_TRUE(read_database_configuration(from(variables)));
  EXPECT_EQ(read_database_configuration(from(variables))->database_url, "sqlite:x.db");
  EXPECT_FALSE(read_database_configuration(from({{"DATABASE_URL", "mysql:x"}})));
}

TEST(Configuration, RefusesSecretsThatCanBeGuessed) {
  for (std::string const secret :
       {"short-canary", "canary-change-me-canary-change-me-canary", "CHANGE_ME_canary_canary_canary_canary",
        "your-secret-here-canary-your-secret-here", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    auto const text = problems_of({{"SAMBUNG_SECRET", secret}});
    EXPECT_TRUE(text.starts_with("SAMBUNG_SECRET: must be at least 32 bytes")) << text;
    EXPECT_EQ(text.find("canary"), text.npos);
  }
  EXPECT_EQ(problems_of({{"SAMBUNG_SECRET", good_secret}, {"SAMBUNG_EARLIER_SECRETS", good_secret}}),
            "SAMBUNG_EARLIER_SECRETS: must differ from each other and from SAMBUNG_SECRET\n");
  EXPECT_NE(problems_of({{"SAMBUNG_DATABASE_URL", "postgresql://x@db/x"}}).find("SAMBUNG_SECRET: is required"),
            std::string::npos);
}

TEST(Configuration, WantsBothFilesOfACertificate) {
  EXPECT_EQ(problems_of({{"SAMBUNG_TLS_KEY", "k"}}), "SAMBUNG_TLS_CERTIFICATE: is required with SAMBUNG_TLS_KEY\n");
  EXPECT_EQ(problems_of({{"SAMBUNG_TLS_CERTIFICATE", "c"}}),
            "SAMBUNG_TLS_KEY: is required with SAMBUNG_TLS_CERTIFICATE\n");
}

TEST(Configuration, RefusesAKeyFileThatIsNone) {
  EXPECT_NE(problems_of({{"SAMBUNG_JWT_KEY_FILE", "/nowhere"}}).find("SAMBUNG_JWT_KEY_FILE: must be"),
            std::string::npos);
}

TEST(Configuration, LaysPricesOverThoseThatItBrings) {
  testing::temporary_folder const folder;
  auto const file = folder.path() / "prices.json";
  std::ofstream(file) << R"({"prices":[{"model":"openai/*","from":"2020-01-01","input":7,"output":8}]})";
  auto const now = timestamp(std::chrono::sys_days(std::chrono::year(2026) / 1 / 31));

  auto const usual = read_configuration(from({})).value();
  auto const own = read_configuration(from({{"SAMBUNG_PRICES", file.string()}})).value();

  EXPECT_EQ(usual.prices.find("openai/gpt-4o-mini", now)->input, 150'000);
  EXPECT_EQ(own.prices.find("openai/gpt-4o-mini", now)->input, 7);
  EXPECT_EQ(own.prices.find("demo/demo", now)->input, 0);
}

TEST(Configuration, ListsEveryFaultOfPrices) {
  testing::temporary_folder const folder;
  auto const file = folder.path() / "prices.json";
  std::ofstream(file) << R"({"prices":[{"model":"openai","from":"soon","input":7,"output":8}]})";

  EXPECT_EQ(problems_of({{"SAMBUNG_PRICES", file.string()}}),
            "SAMBUNG_PRICES: prices[0].model: must be provider/model, with a '*' at the end only\n"
            "SAMBUNG_PRICES: prices[0].from: must be a day, such as 2024-07-18\n");
  EXPECT_NE(problems_of({{"SAMBUNG_PRICES", "/nonexistent"}}).find("SAMBUNG_PRICES: must be a file"),
            std::string::npos);
}

// Whether production says, with a reason, that this one variable is wrong.
bool refused(std::map<std::string, std::string> changes, std::string const& variable) {
  auto const text = problems_in_production(std::move(changes));
  return text.starts_with(variable + ": ") && text.find('\n') == text.size() - 1 &&
         text.find(": ", variable.size() + 2) != text.npos;
}

TEST(Configuration, OfProductionRefusesWhatIsUnsafe) {
  EXPECT_EQ(problems_in_production({}), "");
  EXPECT_TRUE(refused({{"SAMBUNG_URL", ""}}, "SAMBUNG_URL"));
  EXPECT_TRUE(refused({{"SAMBUNG_URL", "http://chat.example.com"}}, "SAMBUNG_URL"));
  EXPECT_TRUE(refused({{"SAMBUNG_DATABASE_URL", "memory:"}}, "SAMBUNG_DATABASE_URL"));
  EXPECT_TRUE(refused({{"SAMBUNG_ALLOWED_ORIGINS", "http://chat.example.com"}}, "SAMBUNG_ALLOWED_ORIGINS"));
  EXPECT_TRUE(refused({{"SAMBUNG_HOST", "0.0.0.0"}}, "SAMBUNG_HOST"));
  EXPECT_EQ(problems_in_production({{"SAMBUNG_ALLOWED_ORIGINS", "http://localhost:5173"}}), "");
  EXPECT_EQ(problems_in_production({{"SAMBUNG_HOST", "0.0.0.0"}, {"SAMBUNG_TRUSTED_PROXIES", "10.0.0.0/8"}}), "");
}

TEST(Configuration, OfProductionLetsNobodyOwnTheServerByComingFirst) {
  EXPECT_TRUE(refused({{"SAMBUNG_SIGN_UP", ""}}, "SAMBUNG_SIGN_UP")) << "behind a proxy on the same machine";
  EXPECT_TRUE(
      refused({{"SAMBUNG_SIGN_UP", "first_user"}, {"SAMBUNG_TRUSTED_PROXIES", "127.0.0.1"}}, "SAMBUNG_SIGN_UP"));
  EXPECT_EQ(problems_in_production({{"SAMBUNG_SIGN_UP", "open"}}), "");
}

TEST(Configuration, OfProductionDoesNotTrustTheWholeWorld) {
  for (auto const* all :
       {"0.0.0.0/0", "::/0", "10.0.0.1, 0.0.0.0/0", "0.0.0.0/1,128.0.0.0/1", "2000::/3", "::/1,8000::/1", "0.0.0.0/7"})
    EXPECT_TRUE(refused({{"SAMBUNG_TRUSTED_PROXIES", all}}, "SAMBUNG_TRUSTED_PROXIES")) << all;
  for (auto const* some :
       {"10.0.0.0/8", "172.16.0.0/12,192.168.0.0/16", "fc00::/7", "fd00::/8", "2a06:98c0::/29", "::1", "127.0.0.1"})
    EXPECT_EQ(problems_in_production({{"SAMBUNG_TRUSTED_PROXIES", some}}), "") << some;
  EXPECT_EQ(problems_of({{"SAMBUNG_TRUSTED_PROXIES", "0.0.0.0/0"}}), "");
}

TEST(Configuration, OfProductionSendsNoKeyOverHttpToAnotherMachine) {
  EXPECT_TRUE(refused({{"OPENAI_API_KEY", "k"}, {"OPENAI_BASE_URL", "http://gateway.example/v1"}}, "OPENAI_BASE_URL"));
  EXPECT_TRUE(refused({{"ANTHROPIC_BASE_URL", "http://10.0.0.7"}}, "ANTHROPIC_BASE_URL")) << "stored keys go there";
  EXPECT_TRUE(refused({{"VLLM_API_KEY", "k"}, {"VLLM_BASE_URL", "http://[2001:db8::1]:8000/v1"}}, "VLLM_BASE_URL"));
  EXPECT_TRUE(
      refused({{"OPENAI_API_KEY", "k"}, {"OPENAI_BASE_URL", "HTTP://127.0.0.1.evil.example/v1"}}, "OPENAI_BASE_URL"));
  for (auto const* url :
       {"https://gateway.example/v1", "http://localhost:4000/v1", "http://127.0.0.1:4000/v1", "http://[::1]:4000/v1"})
    EXPECT_EQ(problems_in_production({{"OPENAI_API_KEY", "k"}, {"OPENAI_BASE_URL", url}}), "") << url;
  EXPECT_EQ(problems_in_production({{"VLLM_BASE_URL", "http://gpu.internal:8000/v1"}, {"OLLAMA_HOST", "gpu.internal"}}),
            "")
      << "no key goes there";
}

// How calls end that bring a key which somebody has stored for the provider.
std::vector<errc> outcomes_with_a_key(provider& asked) {
  auto const key = std::make_shared<provider_credential const>(secret_string("sk-stored"), asked.key_host());
  std::vector<prompt_message> messages;
  messages.emplace_back(role::user, "hi");
  completion_request question("m", std::move(messages));
  question.credential = key;
  embedding_request texts("m", {"hi"});
  texts.credential = key;
  return {sync_wait(asked.complete(question)).error().code, sync_wait(asked.stream(question)).error().code,
          sync_wait(asked.embed(texts)).error().code};
}

TEST(Configuration, OfProductionSendsNoStoredKeyOverHttpToAnotherMachine) {
  auto const outcomes = [](std::string const& stage, std::string const& vllm, std::string const& ollama) {
    auto const found = providers_from(from({{"SAMBUNG_ENV", stage},
                                            {"SAMBUNG_UPSTREAM_RETRIES", "0"},
                                            {"VLLM_BASE_URL", vllm},
                                            {"OLLAMA_HOST", ollama}}))
                           .value();
    auto all = outcomes_with_a_key(*found.find("vllm").value());
    std::ranges::move(outcomes_with_a_key(*found.find("ollama").value()), std::back_inserter(all));
    return all;
  };
  std::vector<errc> const refused(6, errc::permission_denied);
  std::vector<errc> const nobody_there(6, errc::unavailable);

  EXPECT_EQ(outcomes("production", "http://192.0.2.1:1/v1", "192.0.2.1"), refused);
  EXPECT_EQ(outcomes("production", "http://127.0.0.1:1/v1", "localhost:1"), nobody_there);
  EXPECT_EQ(outcomes("production", "https://127.0.0.1:1/v1", "https://127.0.0.1:1"), nobody_there);
}

TEST(Configuration, OfProductionWantsSecretsThatNobodyCanGuess) {
  for (std::string const weak :
       {"this is a very long secret for everybody", "MySuperSecretKeyForProduction2026!",
        "0123456789abcdef0123456789abcdef", "abcdefghijklmnopqrstuvwxyz0123456789",
        "qwertyqwertyqwertyqwertyqwertyqwerty", "Sambung-Production-Secret-Key-2026-v1",
        "kZq3vT9xkZq3vT9xkZq3vT9xkZq3vT9xkZq3vT9x", "correct horse battery staple correct horse battery staple"}) {
    EXPECT_EQ(problems_of({{"SAMBUNG_SECRET", weak}}), "") << weak << ": no production";
    EXPECT_TRUE(refused({{"SAMBUNG_SECRET", weak}}, "SAMBUNG_SECRET")) << weak;
    EXPECT_TRUE(
        refused({{"SAMBUNG_SECRET", good_secret}, {"SAMBUNG_EARLIER_SECRETS", weak}}, "SAMBUNG_EARLIER_SECRETS"));
    EXPECT_TRUE(refused({{"SAMBUNG_EARLIER_SECRETS", weak}}, "SAMBUNG_EARLIER_SECRETS")) << weak;
  }
}

TEST(Configuration, OfProductionTakesWhatGeneratorsMake) {
  constexpr std::string_view hexadecimal = "0123456789abcdef";
  constexpr std::string_view base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::mt19937 random(1);
  for (auto const& [alphabet, size] : {std::pair(hexadecimal, 48u), std::pair(base64, 43u), std::pair(base64, 64u)})
    for (int i = 0; i < 1'000; ++i) {
      std::string made;
      while (made.size() < size) made += alphabet[random() % alphabet.size()];
      EXPECT_EQ(problems_in_production({{"SAMBUNG_SECRET", made}}), "") << made;
    }
}

TEST(Configuration, OfProductionBoundsTheRates) {
  for (auto const* rates :
       {"off", "address=off", "principal=off", "credentials=off", "account=off", "address=1000000000/s:400",
        "account=1/m:1000000000", "everywhere=off", "device=off", "account=100/s:10", "credentials=200/s:30"})
    EXPECT_TRUE(refused({{"SAMBUNG_RATE_LIMITS", rates}}, "SAMBUNG_RATE_LIMITS")) << rates;
  EXPECT_EQ(problems_in_production({{"SAMBUNG_RATE_LIMITS", "address=1000/s:4000,account=2/m:10,model=off"}}), "");
}

TEST(Configuration, OfProductionListsEverythingAtOnce) {
  auto const text = problems_of({{"SAMBUNG_ENV", "production"},
                                 {"SAMBUNG_HOST", "0.0.0.0"},
                                 {"SAMBUNG_DATABASE_URL", "memory:"},
                                 {"SAMBUNG_RATE_LIMITS", "off"},
                                 {"SAMBUNG_ALLOWED_ORIGINS", "http://chat.example.com"}});

  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 6) << text;
}

TEST(Configuration, SaysWhereOperatorsAskAndWhoTheyAre) {
  auto const usual = read_configuration(from({})).value();
  EXPECT_EQ(usual.admin_address, "127.0.0.1:9464");
  EXPECT_TRUE(usual.measured);
  EXPECT_EQ(usual.metrics_for, metrics_exposure::operators);

  auto const own = read_configuration(from({{"SAMBUNG_ADMIN_ADDRESS", "0.0.0.0:9464"},
                                            {"SAMBUNG_ADMIN_TOKEN", good_secret},
                                            {"SAMBUNG_METRICS", "public"}}))
                       .value();
  EXPECT_EQ(own.admin_address, "0.0.0.0:9464");
  EXPECT_EQ(own.admin_token.view(), good_secret);
  EXPECT_EQ(own.metrics_for, metrics_exposure::everybody);
  EXPECT_FALSE(read_configuration(from({{"SAMBUNG_METRICS", "off"}}))->measured);
  EXPECT_EQ(problems_of({{"SAMBUNG_ADMIN_ADDRESS", "unix:/run/sambung/admin.sock"}}), "");
  EXPECT_EQ(problems_of({{"SAMBUNG_ADMIN_ADDRESS", "off"}}), "");
}

TEST(Configuration, LetsNobodyBeAnOperatorFromElsewhereWithoutAToken) {
  EXPECT_EQ(problems_of({{"SAMBUNG_ADMIN_ADDRESS", "0.0.0.0:9464"}}),
            "SAMBUNG_ADMIN_TOKEN: is required unless SAMBUNG_ADMIN_ADDRESS is a loopback address or a UNIX socket\n");
  for (std::string const token : {"short", "changemechangemechangemechangeme", "kZq3vT9xW1bN7mR5 cY2hJ8dL4fG6sP0a"})
    EXPECT_TRUE(problems_of({{"SAMBUNG_ADMIN_TOKEN", token}}).starts_with("SAMBUNG_ADMIN_TOKEN: ")) << token;
  for (std::string const address : {"nowhere", "0.0.0.0", "unix:", "http://127.0.0.1:1"})
    EXPECT_TRUE(problems_of({{"SAMBUNG_ADMIN_ADDRESS", address}}).starts_with("SAMBUNG_ADMIN_ADDRESS: ")) << address;
  EXPECT_TRUE(problems_of({{"SAMBUNG_METRICS", "on"}}).starts_with("SAMBUNG_METRICS: "));
  EXPECT_NE(problems_in_production({{"SAMBUNG_ADMIN_TOKEN", "operatoroperatoroperatoroperator"}})
                .find("SAMBUNG_ADMIN_TOKEN: must be random in production"),
            std::string::npos);
}

TEST(Configuration, NamesEveryProblemAndNoValue) {
  auto const config = read_configuration(from({{"SAMBUNG_DATABASE_URL", "mysql://canary"},
                                               {"SAMBUNG_HOST", "http://canary"},
                                               {"SAMBUNG_PORT", "65536"},
                                               {"SAMBUNG_ENV", "canary"},
                                               {"SAMBUNG_URL", "canary"},
                                               {"SAMBUNG_SIGN_UP", "canary"},
                                               {"SAMBUNG_TRUSTED_PROXIES", "canary"},
                                               {"SAMBUNG_RATE_LIMITS", "canary"},
                                               {"SAMBUNG_ALLOWED_HOSTS", "a/canary"},
                                               {"SAMBUNG_ALLOWED_ORIGINS", "https://canary/path"}}));

  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().issues.size(), 10u);
  auto const text = describe(config.error());
  EXPECT_NE(text.find("SAMBUNG_PORT: must be a number from 0 to 65535\n"), std::string::npos);
  EXPECT_EQ(text.find("canary"), std::string::npos) << text;
}

TEST(Configuration, DescribesEveryVariable) {
  std::set<std::string> names;
  for (auto const& one : configuration_variables()) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    for (auto const& text : {one.form, one.by_default, one.meaning}) {
      EXPECT_NE(text, "") << one.name;
      EXPECT_EQ(text.find_first_of("|\n"), text.npos) << one.name;
    }
  }
  for (auto const* name : {"SAMBUNG_PORT", "OPENAI_API_KEY", "OLLAMA_HOST", "SAMBUNG_MODEL_ALIASES", "NO_PROXY"})
    EXPECT_TRUE(names.contains(name)) << name;
}

TEST(Configuration, TakesTheDefaultThatItDescribes) {
  for (auto const& one : configuration_variables()) {
    auto value = one.by_default;
    std::erase(value, '`');
    auto const literal = one.by_default != value || value.find_first_not_of("0123456789") == value.npos;
    if (!literal || value.find(' ') != value.npos) continue;
    EXPECT_EQ(problems_of({{one.name, value}}), "") << one.name;
  }
}

TEST(Configuration, NeverRepeatsTheValueOfAVariable) {
  for (auto const& one : configuration_variables()) {
    if (one.seen != sensitivity::secret) continue;
    for (auto const& name : {one.name, one.alias})
      EXPECT_EQ(problems_of({{name, "://canary/ x"}}).find("canary"), std::string::npos) << name;
  }
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

TEST(Open, FindsEveryVendorOfTheTableByItsKeyOrItsAddress) {
  for (auto const& vendor : compatible_vendors()) {
    auto const variable = vendor.key == key_need::required ? vendor.key_variable : vendor.url_variable;
    auto const found = providers_from(from({{std::string(variable), "https://llm.example/v1"}}));
    ASSERT_TRUE(found) << variable;
    EXPECT_TRUE(found->find(vendor.name)) << variable;
    EXPECT_FALSE(found->find("demo"));
  }
  auto const anthropic = providers_from(from({{"ANTHROPIC_API_KEY", "k"}}));
  EXPECT_EQ((*anthropic->find("anthropic"))->key_host(), "api.anthropic.com");
}

TEST(Open, SendsKeysToTheAddressThatTheVariablesName) {
  auto const found = providers_from(from({{"OPENAI_API_KEY", "k"},
                                          {"GEMINI_API_KEY", "k"},
                                          {"ANTHROPIC_BASE_URL", "https://claude.example"},
                                          {"OLLAMA_HOST", "0.0.0.0"}}));

  ASSERT_TRUE(found);
  EXPECT_EQ((*found->find("openai"))->key_host(), "api.openai.com");
  EXPECT_EQ((*found->find("gemini"))->key_host(), "generativelanguage.googleapis.com");
  EXPECT_EQ((*found->find("anthropic"))->key_host(), "claude.example");
  EXPECT_EQ((*found->find("ollama"))->key_host(), "127.0.0.1:11434");
}

TEST(Open, OffersVendorsWithoutAKeyOnlyForKeysOfTheVault) {
  auto const found = providers_from(from({{"SAMBUNG_PROVIDERS", "openai, anthropic,lmstudio,demo"}}));

  ASSERT_TRUE(found) << found.error().message;
  for (auto const* name : {"openai", "anthropic"}) {
    std::vector<prompt_message> messages;
    messages.emplace_back(role::user, "hi");
    auto const answer = sync_wait((*found->find(name))->complete(completion_request("m", std::move(messages))));
    ASSERT_FALSE(answer) << name;
    EXPECT_EQ(answer.error().code, errc::unauthenticated);
    EXPECT_EQ(answer.error().status, 0);
  }
  EXPECT_TRUE(found->find("lmstudio"));
  EXPECT_TRUE(found->find("demo"));
  EXPECT_FALSE(found->find("ollama"));
}

TEST(Providers, AreAllThereWhenAllAreWanted) {
  auto const found = providers_from(from({{"SAMBUNG_PROVIDERS", "all"}, {"OPENAI_API_KEY", "k"}}));

  ASSERT_TRUE(found.has_value());
  for (auto const* name : {"openai", "anthropic", "ollama", "llamacpp", "demo"}) EXPECT_TRUE(found->find(name)) << name;
}

TEST(Open, KnowsNoOtherVendors) {
  auto const found = providers_from(from({{"SAMBUNG_PROVIDERS", "openai,opanai"}}));

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().issues.at(0).path, "SAMBUNG_PROVIDERS");
  EXPECT_NE(found.error().issues.at(0).message.find("opanai"), std::string::npos);
  EXPECT_NE(found.error().issues.at(0).message.find("anthropic"), std::string::npos);
}

TEST(Open, NamesTheVariableThatIsWrong) {
  auto const found = providers_from(from({{"OPENAI_BASE_URL", "ftp://x"}}));

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().issues.at(0).path, "OPENAI_BASE_URL");
}

TEST(Open, TakesAliasesThatLeadToAProvider) {
  auto const found = providers_from(
      from({{"OPENAI_API_KEY", "k"}, {"SAMBUNG_MODEL_ALIASES", "smart = fast, fast=openai/gpt-4o-mini"}}));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->find_model("smart")->full_name, "openai/gpt-4o-mini");
  EXPECT_TRUE(providers_from(from({{"SAMBUNG_MODEL_ALIASES", "x=demo/demo"}})));

  auto const several = providers_from(from(
      {{"OPENAI_API_KEY", "k"}, {"SAMBUNG_PROVIDERS", "demo"}, {"SAMBUNG_MODEL_ALIASES", "x=openai/m + demo/demo"}}));
  EXPECT_EQ(several->find_model("x")->full_name, "openai/m");
  EXPECT_NE(several->find_model("x")->provider, several->find("openai").value());

  for (auto const* list : {"fast", "fast=", "x=openai/m+", "x=openai/m+nobody/m", "=a/b", "a/b=c/d", "x=nobody/m",
                           "x=y", "x=y,y=x", "x=openai/m,x=openai/n"}) {
    auto const wrong = providers_from(from({{"OPENAI_API_KEY", "k"}, {"SAMBUNG_MODEL_ALIASES", list}}));
    ASSERT_FALSE(wrong) << list;
    EXPECT_EQ(wrong.error().issues.at(0).path, "SAMBUNG_MODEL_ALIASES") << list;
  }
}

TEST(Open, NamesTheNumberOfUpstreamConnectionsThatIsNone) {
  for (auto const* text : {"1", "512", "65535"})
    EXPECT_TRUE(providers_from(from({{"OPENAI_API_KEY", "k"}, {"SAMBUNG_UPSTREAM_CONNECTIONS", text}}))) << text;
  for (auto const* text : {"0", "65536", "-1", "+5", "1.5", "5 ", "many", "99999999999999999999999"}) {
    auto const wrong = read_configuration(from({{"SAMBUNG_UPSTREAM_CONNECTIONS", text}}));
    ASSERT_FALSE(wrong) << text;
    EXPECT_EQ(describe(wrong.error()), "SAMBUNG_UPSTREAM_CONNECTIONS: must be a number from 1 to 65535\n");
  }
}

TEST(Open, TakesHowPatientlyVendorsAreAsked) {
  auto const with = [](char const* name, char const* value) {
    return providers_from(from({{"OPENAI_API_KEY", "k"}, {name, value}}));
  };
  EXPECT_EQ(provider_deadlines().idle, std::chrono::minutes(15)) << "models think";
  EXPECT_EQ(provider_deadlines().total, std::chrono::hours(2));
  std::map<char const*, std::vector<char const*>> const wrong{{"SAMBUNG_UPSTREAM_SILENCE", {"0", "86401", "ten"}},
                                                              {"SAMBUNG_UPSTREAM_TIME", {"0", "86401"}},
                                                              {"SAMBUNG_UPSTREAM_LINE_BYTES", {"65535", "67108865"}},
                                                              {"SAMBUNG_UPSTREAM_RETRIES", {"-1", "11"}}};
  for (auto const& [name, values] : wrong) {
    EXPECT_TRUE(with(name, name == std::string("SAMBUNG_UPSTREAM_LINE_BYTES") ? "65536" : "5")) << name;
    for (auto const* value : values) EXPECT_EQ(with(name, value).error().issues.at(0).path, name) << value;
  }
}

TEST(Open, NamesTheProxyThatIsWrongIfAProviderWouldUseIt) {
  EXPECT_TRUE(providers_from(from({{"ALL_PROXY", "socks5://x"}})));
  auto const found =
      providers_from(from({{"ALL_PROXY", "socks5://x"}, {"OPENAI_API_KEY", "k"}, {"OPENROUTER_API_KEY", "k"}}));

  ASSERT_FALSE(found);
  ASSERT_EQ(found.error().issues.size(), 1u);
  EXPECT_EQ(found.error().issues[0].path, "ALL_PROXY");
}

}  // namespace
}  // namespace sambung::configuration_test
