// history_checker: judges a database by the history of what was asked for and what was acknowledged.
#pragma once

#include "faults/scenario/history.hpp"

#include <sambung/engine/engine.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace sambung::tests {

enum class fault_kind {
  lost,        // acknowledged, and not there
  duplicated,  // there twice, or a repeated call did it again
  disordered,  // in another order than acknowledged
  forked,      // two messages behind one, or one behind none
  foreign,     // a text of another tenant
  stuck,       // not in a final state although nobody works on it
  changed,     // there, with another text or state than was acknowledged or asked for
  refused,     // a call that must succeed does not
  damaged,     // the database itself: judge()
};

struct fault {
  fault_kind kind;
  std::string what;
};

std::string_view to_string(fault_kind kind);
std::string to_string(std::vector<fault> const& faults);

// Works on any engine on the database that is judged, whatever its storage. The engine was started as the only one
// (deployment::sole), is fresh or idle, and its provider is a story_provider that does not pause. Lifetime: engine and
// storage outlive it.
class history_checker {
 public:
  history_checker(engine& e, storage& store) : engine_(e), store_(store) {}

  // Repeats every call that has a key, then reads everything. Empty: all is as it was acknowledged.
  std::vector<fault> faults_in(history const& told);

 private:
  struct send {
    send_asked asked;
    std::optional<question_stored> stored;
    std::size_t flushed = 0;
    std::optional<answer_final> ended;
  };
  struct chat_record {
    user_id owner;
    std::string key;
    std::optional<chat_id> id;
    std::vector<std::size_t> sends;  // positions in sends_
  };

  void read(history const& told);
  void place(account_made const& e);
  void place(chat_asked const& e);
  void place(chat_made const& e);
  void place(send_asked const& e);
  void place(question_stored const& e);
  void place(text_flushed const& e);
  void place(answer_final const& e);
  send& send_named(std::string const& key);

  void check_account(account_made const& who);
  void check_idle(account_made const& who);
  void repeat_chat(account_made const& who, chat_record& chat);
  void repeat_send(account_made const& who, send& one);
  void check_chat_list(account_made const& who);
  void check_chat(account_made const& who, chat_record const& chat);
  void check_links(std::vector<message> const& path);
  void check_texts(account_made const& who, std::vector<message> const& path);
  void check_send(send const& one, std::vector<message> const& path);
  void check_answer(send const& one, std::vector<message> const& path, message_id question);
  void check_tables(account_made const& who);
  void report(fault_kind kind, std::string what) { found_.push_back({kind, std::move(what)}); }

  sambung::chats chats_of(account_made const& who) {
    return engine_.workspace(principal::trusted(who.tenant, who.user, member_role::owner)).chats();
  }

  engine& engine_;
  storage& store_;
  std::vector<account_made> accounts_;
  std::vector<chat_record> chats_;
  std::vector<send> sends_;
  std::map<std::string, std::size_t> send_at_;
  std::map<tenant_id, std::size_t> path_messages_;  // how many were reached through the tenant's chats
  std::vector<fault> found_;
};

}  // namespace sambung::tests
