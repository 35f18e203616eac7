// The commands of the reference server, end to end on real files.
#include <sambung/engine/engine.hpp>
#include <sambung/storage/sqlite/sqlite.hpp>
#include <sambung/testing/scripted_provider.hpp>
#include <sambung/testing/scripted_vendor.hpp>

#include "support/child_process.hpp"
#include "support/command.hpp"
#include "support/programs.hpp"
#include "support/raw_client.hpp"
#include "support/rpc_client.hpp"

#include <boost/asio/thread_pool.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

namespace sambung::command_line_test {
namespace {

using tests::child_process;
using tests::command_outcome;
using tests::rpc_client;

// The reference server on a database.
class served {
 public:
  explicit served(std::string const& url, std::string token = {})
      : process_(tests::reference_server_program(), {{"SAMBUNG_DATABASE_URL", url},
                                                     {"SAMBUNG_PORT", "0"},
                                                     {"SAMBUNG_RATE_LIMITS", "off"},
                                                     {"SAMBUNG_SECRET", "for sqlite and postgresql, not to be guessed"},
                                                     {"SAMBUNG_LEASE", "2"},
                                                     {"SAMBUNG_SHUTDOWN_GRACE", "1"}}),
        token_(std::move(token)) {
    if (token_.empty()) token_ = process_.after("API token, shown this once: ");
    port_ = static_cast<unsigned short>(std::stoi(process_.after("Sambung listens on http://127.0.0.1:")));
  }
  int stop() { return process_.end(SIGTERM); }
  std::string const& token() const { return token_; }
  rpc_client client() const { return rpc_client(port_, token_); }

 private:
  child_process process_;
  std::string token_;
  unsigned short port_ = 0;
};

std::string new_chat(rpc_client client) {
  return std::string(client.call("chat.create", {{"title", "T"}, {"model", "demo/demo"}}).body.at("id").as_string());
}

unsigned send(rpc_client client, std::string const& chat, std::string const& text) {
  return client.call("message.create", {{"chatId", chat}, {"text", text}}).status;
}

boost::json::array messages(rpc_client client, std::string const& chat) {
  return client.call("message.list", {{"chatId", chat}}).body.at("items").as_array();
}

class CommandLine : public ::testing::Test {
 protected:
  std::string file(std::string const& name) const { return (folder.path() / name).string(); }
  std::string url(std::string const& name) const { return "sqlite:" + file(name); }
  bool is_there(std::string const& name) const { return std::filesystem::exists(file(name)); }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder.path()), {}));
  }
  command_outcome run(std::vector<std::string> const& arguments,
                      std::map<std::string, std::string> const& variables = {}) const {
    return tests::run_command(tests::reference_server_program(), arguments, variables);
  }
  // A database with one chat and what was said in it.
  std::string lived_in(std::string const& name) const {
    served server(url(name));
    chat = new_chat(server.client());
    EXPECT_EQ(send(server.client(), chat, "Apa khabar?"), 200U);
    EXPECT_EQ(server.stop(), 0);
    return server.token();
  }
  std::int64_t rows_in(command_outcome const& done, std::string const& table) const {
    auto const at = done.output.find('\n' + table + ' ');
    return at == done.output.npos ? -1 : std::stoll(done.output.substr(at + 1 + table.size()));
  }

  testing::temporary_folder folder;
  mutable std::string chat;
};

TEST_F(CommandLine, BacksUpBesideAServerThatAnswersAndRestoresToAnother) {
  served live(url("chat.db"));
  auto const kept = new_chat(live.client());
  ASSERT_EQ(send(live.client(), kept, "Apa khabar?"), 200U);
  auto const before = messages(live.client(), kept);
  std::atomic<bool> stop = false;
  std::atomic<int> answered = 0;
  std::thread busy([&] {
    while (!stop) {
      answered += send(live.client(), new_chat(live.client()), "again") == 200U;
      answered.notify_all();
    }
  });
  answered.wait(0);

  auto const saved = run({"backup", "--to", file("saved.db")}, {{"SAMBUNG_DATABASE_URL", url("chat.db")}});
  auto const during = answered.load();
  answered.wait(during);
  stop = true;
  busy.join();
  auto const restored = run({"restore", "--from", file("saved.db"), "--to", url("other.db")});

  EXPECT_EQ(saved.status, 0) << saved.errors;
  EXPECT_GT(answered.load(), during);
  EXPECT_EQ(rows_in(saved, "messages") % 2, 0) << "a question is stored together with its answer";
  EXPECT_EQ(restored.status, 0) << restored.errors;
  EXPECT_GE(rows_in(saved, "messages"), 2);
  EXPECT_EQ(rows_in(restored, "total"), rows_in(saved, "total"));
  EXPECT_FALSE(is_there("saved.db-wal"));
  EXPECT_FALSE(is_there("saved.db-lock"));
  served other(url("other.db"), live.token());
  EXPECT_EQ(messages(other.client(), kept), before);
  EXPECT_EQ(send(other.client(), kept, "And now?"), 200U);
  EXPECT_EQ(live.stop(), 0);
  EXPECT_EQ(other.stop(), 0);
}

TEST_F(CommandLine, CopiesAndGoesOnWithACopy) {
  lived_in("from.db");

  auto const first = run({"copy", "--from", url("from.db"), "--to", url("to.db")});
  auto const refused = run({"copy", "--from", url("from.db"), "--to", url("to.db")});
  auto const resumed = run({"copy", "--from", url("from.db"), "--to", url("to.db"), "--resume"});

  EXPECT_EQ(first.status, 0) << first.errors;
  EXPECT_EQ(rows_in(first, "messages"), 2);
  EXPECT_NE(first.errors.find("copying "), std::string::npos);
  EXPECT_NE(first.errors.find("comparing "), std::string::npos);
  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(refused.errors, "sambung-server: the target is not empty: it holds rows in tenants\n");
  EXPECT_EQ(refused.output, "");
  EXPECT_EQ(resumed.status, 0) << resumed.errors;
  EXPECT_EQ(resumed.output, first.output);
}

TEST_F(CommandLine, NeverReplacesABackup) {
  lived_in("chat.db");
  std::ofstream(file("saved.db")) << "precious";

  auto const refused = run({"backup", "--from", url("chat.db"), "--to", file("saved.db")});

  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(refused.errors, "sambung-server: " + file("saved.db") + " is there already\n");
  EXPECT_EQ(std::filesystem::file_size(file("saved.db")), 8U);
}

TEST_F(CommandLine, LeavesNothingOfABackupThatFailed) {
  std::ofstream(file("chat.db")) << "no database";
  auto const before = files();

  auto const failed = run({"backup", "--from", url("chat.db"), "--to", file("saved.db")});

  EXPECT_EQ(failed.status, 1);
  EXPECT_NE(failed.errors.find("sqlite: file is not a database"), std::string::npos) << failed.errors;
  EXPECT_EQ(files(), before);
}

TEST_F(CommandLine, RestoresIntoEmptyDatabasesOnly) {
  lived_in("chat.db");
  ASSERT_EQ(run({"backup", "--from", url("chat.db"), "--to", file("saved.db")}).status, 0);

  auto const refused = run({"restore", "--from", file("saved.db")}, {{"SAMBUNG_DATABASE_URL", url("chat.db")}});
  auto const missing = run({"restore", "--from", file("missing.db"), "--to", url("new.db")});

  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(refused.errors, "sambung-server: the target is not empty: it holds rows in tenants\n");
  EXPECT_EQ(missing.status, 1);
  EXPECT_EQ(missing.errors, "sambung-server: there is no file " + file("missing.db") + "\n");
  EXPECT_FALSE(is_there("new.db"));
}

TEST_F(CommandLine, RefusesToLeaveOutAnApplicationsTables) {
  {
    std::vector<module_schema> modules{module_schema("notes")};
    auto const store = open_sqlite(sqlite_options(file("chat.db"))).value();
    sync_wait(store->migrate(standard_schema(modules))).value();
  }

  auto const refused = run({"backup", "--from", url("chat.db"), "--to", file("saved.db")});

  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.errors.find("the module notes"), std::string::npos) << refused.errors;
  EXPECT_FALSE(is_there("saved.db"));
}

// What a server says at its start, and how it ends.
class started {
 public:
  started(std::string const& url, std::map<std::string, std::string> variables) {
    variables.emplace("SAMBUNG_DATABASE_URL", url);
    variables.emplace("SAMBUNG_PORT", "0");
    process_.emplace(tests::reference_server_program(), variables);
    for (auto line = process_->line(); line; line = process_->line()) {
      said += *line + '\n';
      if (line->starts_with("Try: ")) break;
    }
    auto const mark = std::string("Sambung listens on http://127.0.0.1:");
    if (auto const at = said.find(mark); at != said.npos)
      port = static_cast<unsigned short>(std::stoi(said.substr(at + mark.size())));
  }
  int stop() { return process_->end(SIGTERM); }
  child_process& process() { return *process_; }

  std::string said;
  unsigned short port = 0;

 private:
  std::optional<child_process> process_;
};

std::map<std::string, std::string> production() {
  return {{"SAMBUNG_ENV", "production"},
          {"SAMBUNG_URL", "https://chat.example.com"},
          {"SAMBUNG_TRUSTED_PROXIES", "127.0.0.1"},
          {"SAMBUNG_SIGN_UP", "closed"}};
}

TEST_F(CommandLine, PrintsNoTokenInProduction) {
  started server(url("chat.db"), production());

  EXPECT_EQ(server.stop(), 0);
  EXPECT_NE(server.said.find("$SAMBUNG_TOKEN"), std::string::npos) << server.said;
  EXPECT_EQ(server.said.find("smb_"), std::string::npos) << server.said;
  started later(url("chat.db"), {});
  EXPECT_NE(later.said.find("API token, shown this once: smb_"), std::string::npos) << "there was none: " << later.said;
}

TEST_F(CommandLine, WritesTheFirstTokenIntoAFileOfItsOwner) {
  auto variables = production();
  variables["SAMBUNG_FIRST_TOKEN_FILE"] = file("token");
  variables["SAMBUNG_FIRST_TOKEN_LIFETIME"] = "3600";

  started server(url("chat.db"), variables);

  EXPECT_EQ(server.said.find("smb_"), std::string::npos) << server.said;
  EXPECT_NE(server.said.find(file("token")), std::string::npos) << server.said;
  auto const permissions = std::filesystem::status(file("token")).permissions();
  EXPECT_EQ(permissions, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::ifstream opened(file("token"));
  std::string token;
  std::getline(opened, token);
  auto const tokens = rpc_client(server.port, token).call("apiToken.getAll", boost::json::object()).body;
  auto const& record = tokens.at("items").at(0);
  auto const made = parse_iso8601(record.at("createdAt").as_string());
  auto const over = parse_iso8601(record.at("expiresAt").as_string());
  EXPECT_EQ(*over - *made, std::chrono::hours(1));
  EXPECT_EQ(server.stop(), 0);
  started again(url("chat.db"), variables);
  EXPECT_NE(again.port, 0) << "a database with a token wants no other";
}

TEST_F(CommandLine, MakesNoFirstTokenThatItCannotKeep) {
  auto variables = production();
  for (auto const& place : {file("taken"), file("no/such/folder/token")}) {
    std::ofstream(file("taken")) << "precious";
    variables["SAMBUNG_FIRST_TOKEN_FILE"] = place;
    variables["SAMBUNG_DATABASE_URL"] = url("chat.db");

    auto const refused = run({}, variables);

    EXPECT_EQ(refused.status, 1);
    EXPECT_NE(refused.errors.find(place), std::string::npos) << refused.errors;
    EXPECT_EQ((refused.output + refused.errors).find("smb_"), std::string::npos) << refused.output;
  }
  EXPECT_EQ(std::filesystem::file_size(file("taken")), 8U);
  variables["SAMBUNG_FIRST_TOKEN_FILE"] = file("token");
  started server(url("chat.db"), variables);
  EXPECT_TRUE(is_there("token"));
}

TEST_F(CommandLine, RefusesAnUnsafeProductionWithEveryReason) {
  auto variables = production();
  variables["SAMBUNG_DATABASE_URL"] = url("chat.db");
  variables["SAMBUNG_SIGN_UP"] = "first_user";
  variables["SAMBUNG_TRUSTED_PROXIES"] = "0.0.0.0/0";
  variables["SAMBUNG_SECRET"] = "canary is a secret that somebody made up";
  variables["SAMBUNG_RATE_LIMITS"] = "off";
  variables["OPENAI_API_KEY"] = "canary";
  variables["OPENAI_BASE_URL"] = "http://gateway.example/v1";

  auto const refused = run({}, variables);

  EXPECT_EQ(refused.status, 2);
  for (std::string const variable :
       {"SAMBUNG_SIGN_UP", "SAMBUNG_TRUSTED_PROXIES", "SAMBUNG_SECRET", "SAMBUNG_RATE_LIMITS", "OPENAI_BASE_URL"})
    EXPECT_NE(('\n' + refused.errors).find('\n' + variable + ": must "), std::string::npos) << refused.errors;
  EXPECT_EQ(std::ranges::count(refused.errors, '\n'), 5) << refused.errors;
  EXPECT_EQ(refused.errors.find("canary"), std::string::npos) << refused.errors;
  EXPECT_FALSE(is_there("chat.db"));
}

TEST_F(CommandLine, EndsItsGraceAtTheSecondSignal) {
  started server(url("chat.db"), {{"SAMBUNG_SHUTDOWN_GRACE", "3600"}});
  test::raw_client busy(server.port);
  busy.send("POST /rpc/chat/getAll HTTP/1.1\r\nHost: localhost\r\nContent-Le");  // a request that does not end
  test::raw_client idle(server.port);
  idle.call("GET", "/healthz");

  ::kill(server.process().pid(), SIGTERM);
  EXPECT_EQ(idle.read_to_end(), "") << "the grace has begun";

  EXPECT_EQ(server.stop(), 0);
}

TEST_F(CommandLine, ServesThePageThatItIsTold) {
  std::filesystem::create_directory(folder.path() / "page");
  std::ofstream(folder.path() / "page" / "index.html") << "a designer's";
  started own(url("own.db"), {});
  started designed(url("designed.db"), {{"SAMBUNG_WEB", file("page")}});
  started none(url("none.db"), {{"SAMBUNG_WEB", "off"}});

  auto const page = test::raw_client(own.port).call("GET", "/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.headers.at("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(test::raw_client(designed.port).call("GET", "/c/0192e4a0").body, "a designer's");
  EXPECT_TRUE(designed.said.starts_with("Open http://127.0.0.1:")) << designed.said;
  EXPECT_EQ(test::raw_client(none.port).call("GET", "/").status, 404);
  EXPECT_EQ(none.said.find("Open "), std::string::npos) << none.said;
}

TEST_F(CommandLine, TriesAModelThatIsThere) {
  started demo(url("demo.db"), {});
  EXPECT_NE(demo.said.find(R"("model":"demo/demo")"), std::string::npos) << demo.said;

  testing::scripted_vendor vendor;
  vendor.push(
      testing::vendor_script::response(200, R"({"data":[{"id":"text-embedding-3-small"},{"id":"gpt-4o-mini"}]})"));
  started other(url("other.db"), {{"OPENAI_API_KEY", "k"}, {"OPENAI_BASE_URL", vendor.base_url()}});
  EXPECT_NE(other.said.find(R"("model":"openai/gpt-4o-mini")"), std::string::npos) << other.said;

  started none(url("none.db"), {{"OPENAI_API_KEY", "k"}, {"OPENAI_BASE_URL", "http://127.0.0.1:1/v1"}});
  EXPECT_NE(none.said.find("/v1/models "), std::string::npos) << none.said;
  EXPECT_EQ(none.said.find("\"model\""), std::string::npos) << none.said;
}

TEST_F(CommandLine, MigratesADatabase) {
  auto const made = run({"migrate", "--url", url("new.db")});
  auto const again = run({"migrate"}, {{"SAMBUNG_DATABASE_URL", url("new.db")}});

  EXPECT_EQ(made.status, 0) << made.errors;
  auto const version = standard_schema()->modules().front().version();
  EXPECT_EQ(made.output, "module sambung is at version " + std::to_string(version) + "\n");
  EXPECT_EQ(again.output, made.output);
}

TEST_F(CommandLine, SealsKeysUnderANewSecret) {
  std::string const earlier = "the secret of before of thirty-two bytes";
  std::string const newest = "the secret from now on, just as many";
  {
    boost::asio::thread_pool io(1);
    engine_options options;
    options.storage = open_sqlite(sqlite_options(file("chat.db"))).value();
    std::vector<secret_string> secrets(1, secret_string(earlier));
    options.auth.secrets = secret_ring::make(std::move(secrets)).value();
    auto vendor = std::make_shared<testing::scripted_provider>();
    vendor->take_keys_for("vendor.example");
    options.providers.add("vendor", vendor);
    engine one(io.get_executor(), std::move(options));
    sync_wait(one.start());
    auto const acme = sync_wait(one.tenants().create("acme"));
    auto const ada = sync_wait(one.users().create(acme.id, "ada@example.com"));
    key_request key("vendor", secret_string("sk-0123456789abcdef"));
    sync_wait(one.workspace(principal::trusted(acme.id, ada.id, member_role::owner)).keys().create(key));
    sync_wait(one.shutdown());
  }
  auto const rewrap = [&](std::string const& secrets_before) {
    return run({"rewrap-keys"}, {{"SAMBUNG_DATABASE_URL", url("chat.db")},
                                 {"SAMBUNG_SECRET", newest},
                                 {"SAMBUNG_EARLIER_SECRETS", secrets_before}});
  };

  auto const lost = rewrap("");
  auto const done = rewrap(earlier);
  auto const again = rewrap("");

  EXPECT_EQ(lost.status, 1);
  EXPECT_EQ(done.output, "1 keys sealed under the newest secret\n") << done.errors;
  EXPECT_EQ(again.output, "0 keys sealed under the newest secret\n") << again.errors;
}

TEST_F(CommandLine, SaysWhatItCanDo) {
  auto const help = run({"--help"});
  auto const version = run({"--version"});

  EXPECT_EQ(help.status, 0);
  for (std::string const name : {"copy", "backup", "restore", "migrate"}) {
    EXPECT_NE(help.output.find("sambung-server " + name), std::string::npos) << name;
    auto const one = run({name, "--help"});
    EXPECT_EQ(one.status, 0);
    EXPECT_NE(one.output.find("sambung-server " + name + ' '), std::string::npos) << one.output;
  }
  EXPECT_TRUE(version.output.starts_with("sambung-server 0.")) << version.output;
}

// The page is written by scripts/variables.
TEST_F(CommandLine, ListsTheVariablesAsTheReferenceDoes) {
  auto const page = tests::repository_folder() / "docs/reference/command-line.md";
  std::ifstream opened(page);
  std::string const text((std::istreambuf_iterator<char>(opened)), {});
  std::string const begin = "<!-- variables -->\n";
  auto const from = text.find(begin) + begin.size();
  auto const to = text.find("<!-- end of variables -->");
  ASSERT_NE(to, text.npos);

  EXPECT_EQ(run({"--variables"}).output, text.substr(from, to - from));
}

TEST_F(CommandLine, ExitsWithTwoWhenItIsUsedWrongly) {
  std::vector<std::vector<std::string>> const wrong{
      {"fly"},
      {"--port", "1"},
      {"copy"},
      {"copy", "--from", "memory:"},
      {"copy", "--from", "memory:", "--to"},
      {"copy", "--fro", "memory:", "--to", "memory:"},
      {"backup", "saved.db"},
      {"backup", "--to", ""},
      {"migrate", "--url", "memory:", "--migrator-url", "postgresql://x"}};
  for (auto const& arguments : wrong) {
    auto const outcome = run(arguments);

    EXPECT_EQ(outcome.status, 2) << arguments.back();
    EXPECT_TRUE(outcome.errors.starts_with("sambung-server: ")) << outcome.errors;
    EXPECT_EQ(std::ranges::count(outcome.errors, '\n'), 1) << outcome.errors;
  }
  EXPECT_EQ(run({"migrate"}, {{"SAMBUNG_DATABASE_URL", "mysql://canary"}}).status, 2);
}

}  // namespace
}  // namespace sambung::command_line_test
