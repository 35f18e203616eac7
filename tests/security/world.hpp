// Three tenants with two users each behind a real server, everybody with chats, keys, tokens and sessions: what the
// attacks of this folder have to do with.
#pragma once

#include "services/turns/approval_keys.hpp"
#include "support/served_engine.hpp"

#include <sambung/records/session.hpp>
#include <sambung/records/tool_decision.hpp>
#include <sambung/records/tool_grant.hpp>
#include <sambung/security/token.hpp>
#include <sambung/testing/scopes.hpp>

#include <array>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace sambung::security_tests {

using test::raw_client;
using test::raw_response;
using test::served_engine;

inline constexpr std::string_view password = "correct horse battery";

// What a server writes to its access log. Lifetime: outlives the server.
class kept_log {
 public:
  access_log_sink sink() {
    return [this](std::string_view lines) {
      std::lock_guard lock(mutex_);
      lines_ += lines;
    };
  }
  // Once the server has stopped.
  std::string const& lines() const { return lines_; }

 private:
  std::mutex mutex_;
  std::string lines_;
};

// How a request says who sends it: one header line.
enum class credential { api_token, session_cookie, session_token, jwt };
inline constexpr std::array credentials{credential::api_token, credential::session_cookie, credential::session_token,
                                        credential::jwt};

// Ids by what they name: "chat", "message", "user", ...
using named_ids = std::map<std::string, std::string>;

// One user and what is theirs.
struct citizen {
  tenant_id tenant;
  user_id user;
  std::string email;
  member_role role = member_role::owner;
  std::map<credential, std::string> headers;
  named_ids ids;
  std::int64_t chat_revision = 0;
  std::vector<std::string> canaries;  // texts that nobody else may ever see
};

class world {
 public:
  explicit world(server_options options = server_options(), request_rates rates = no_rates(),
                 std::shared_ptr<sambung::storage> store = memory_storage())
      : served(with_page(std::move(options)), rates, with_secret(), std::move(store)) {
    served.provider->take_keys_for("vendor.example");
    served.provider->otherwise(
        [](completion_request const&) { return testing::answer_script().text("the answer").usage(1, 1).finish(); });
    for (auto const* name : {"acme", "globex", "initech"}) {
      auto const tenant = sync_wait(served.engine.tenants().create(name)).id;
      citizens.push_back(settle(tenant, std::string("owner@") + name + ".example", member_role::owner));
      citizens.push_back(settle(tenant, std::string("member@") + name + ".example", member_role::member));
    }
  }

  // A new user of the tenant with everything a user can have.
  citizen settle(tenant_id tenant, std::string email, member_role role) {
    citizen made;
    made.tenant = tenant;
    made.email = std::move(email);
    made.role = role;
    made.user = sync_wait(served.engine.users().create(tenant, made.email, role)).id;
    made.ids["user"] = to_string(made.user);
    made.ids["tenant"] = to_string(tenant);
    sync_wait(served.engine.users().set_password(made.user, secret_string(std::string(password))));
    sign_in(made);
    furnish(made);
    return made;
  }

  // New credentials of every kind.
  void sign_in(citizen& who) {
    auto auth = served.engine.auth();
    auto const in = sync_wait(auth.sign_in(who.email, secret_string(std::string(password))));
    who.ids["session"] = to_string(in.session.id);
    std::string const token(in.token.view());
    auto const pair = sync_wait(auth.issue_tokens(in.session.id));
    token_options everything(permission_set::all());
    auto const issued = sync_wait(served.engine.api_tokens().create(who.tenant, who.user, "probe", everything));
    who.ids["token"] = to_string(issued.record.id);
    who.headers[credential::api_token] = "Authorization: Bearer " + issued.secret + "\r\n";
    who.headers[credential::session_token] = "Authorization: Bearer " + token + "\r\n";
    who.headers[credential::jwt] = "Authorization: Bearer " + std::string(pair.access.view()) + "\r\n";
    who.headers[credential::session_cookie] = cookie_of(token) + "Origin: " + origin + "\r\n";
    for (auto const& secret : {issued.secret, token, std::string(pair.refresh.view())}) who.canaries.push_back(secret);
  }

  std::string cookie_of(std::string const& token) {
    auto const& ring = served.engine.auth().options().secrets;
    auto signed_value = sign_cookie(token, ring.at(0));
    std::string encoded;
    for (char const c : signed_value) {
      if (c == '+') encoded += "%2B";
      else if (c == '/') encoded += "%2F";
      else if (c == '=') encoded += "%3D";
      else encoded += c;
    }
    return "Cookie: better-auth.session_token=" + encoded + "\r\n";
  }

  served_engine served;
  std::vector<citizen> citizens;
  // The server's own, as the requests of raw_client name it.
  static constexpr char const* origin = "http://localhost";

 private:
  // Every attack meets a page as well.
  static server_options with_page(server_options options) {
    static constexpr static_file files[] = {static_file("index.html", "the page"), static_file("assets/app.js", "")};
    static_options page;
    page.pages = {"/", "/c/*", "/admin/*"};
    if (!options.static_files) options.static_files = static_files::table(files, page).value();
    return options;
  }

  static auth_options with_secret() {
    auto options = served_engine::quick_passwords();
    std::vector<secret_string> secrets(1, secret_string("a secret of thirty-two bytes or more"));
    options.secrets = secret_ring::make(std::move(secrets)).value();
    return options;
  }

  void furnish(citizen& who) {
    auto desk = served.engine.workspace(principal::trusted(who.tenant, who.user, who.role));
    auto chats = desk.chats();
    auto const secret_text = "canary-text-" + who.ids["user"];
    auto const chat = sync_wait(chats.create("canary-title-" + who.ids["user"], "test/scripted"));
    who.ids["chat"] = to_string(chat.id);
    auto turn = sync_wait(chats.send(chat.id, secret_text));
    auto const answer = sync_wait(turn.answer());
    who.ids["message"] = to_string(answer.id);
    who.chat_revision = sync_wait(chats.get(chat.id)).revision;
    ask_about_a_tool(who, chat.id, answer.id);
    key_request key("test", secret_string("sk-canary-" + who.ids["user"]));
    who.ids["key"] = to_string(sync_wait(desk.keys().create(key)).id);
    for (auto const& canary : {secret_text, "canary-title-" + who.ids["user"], "sk-canary-" + who.ids["user"]})
      who.canaries.push_back(canary);
    new_prompt kept;
    kept.name = "canary-prompt-" + who.ids["user"];
    template_message said;
    said.text = "canary-words-" + who.ids["user"];
    kept.messages.push_back(said);
    who.canaries.push_back(kept.name);
    who.canaries.push_back(said.text);
    who.ids["prompt"] = to_string(sync_wait(desk.templates().create(std::move(kept))).prompt.id);
    auto const tag = sync_wait(desk.organise().set_tags(chat.id, {"canary-tag-" + who.ids["user"]})).front();
    who.ids["tag"] = to_string(tag.id);
    who.canaries.push_back(tag.name);
    auto const folder = sync_wait(desk.organise().create_folder("canary-folder-" + who.ids["user"]));
    who.ids["folder"] = to_string(folder.id);
    who.canaries.push_back(folder.name);
    if (who.role != member_role::owner) return;
    auto const invited = sync_wait(desk.invitations().create("guest-" + who.email));
    who.ids["invitation"] = to_string(invited.record.id);
    who.canaries.emplace_back(invited.secret.view());
  }

  // A call that waits for the user's word, and a tool that needs none any more.
  void ask_about_a_tool(citizen& who, chat_id where, message_id answer) {
    tool_decision asked;
    asked.call_id = "x";  // what the attacks name
    asked.id = decision_id_of(answer, asked.call_id);
    asked.chat_id = where;
    asked.message_id = answer;
    asked.owner_id = who.user;
    asked.tool = "order";
    asked.fingerprint = std::string(64, '0');
    asked.arguments = "canary-arguments-" + who.ids["user"];
    asked.created_at = system_clock()->now();
    asked.until = asked.created_at + std::chrono::hours(1'000);
    tool_grant granted;
    granted.id = tool_grant_id{asked.id.value};
    granted.owner_id = who.user;
    granted.tool = "order";
    granted.fingerprint = asked.fingerprint;
    granted.created_at = asked.created_at;
    batch b;
    b.add(insert(asked)).add(insert(granted));
    sync_wait(served.storage->write(testing::tenant_scope(who.tenant), std::move(b))).value();
    who.ids["grant"] = to_string(granted.id);
    who.canaries.push_back(asked.arguments);
  }
};

}  // namespace sambung::security_tests
