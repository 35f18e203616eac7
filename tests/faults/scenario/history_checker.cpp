#include "faults/scenario/history_checker.hpp"

#include "core/sha256.hpp"
#include "faults/scenario/story_provider.hpp"

#include <sambung/records/active_turn.hpp>
#include <sambung/storage/collection.hpp>
#include <sambung/testing/scopes.hpp>

#include <algorithm>

namespace sambung::tests {
namespace {

bool final_state(message_state state) { return state != message_state::pending && state != message_state::streaming; }

// Every page of a list, in its order.
template <class T, class List>
std::vector<T> all_of(List list) {
  std::vector<T> found;
  page_request which(max_page_size);
  do {
    auto page = sync_wait(list(which));
    found.insert(found.end(), page.items.begin(), page.items.end());
    which.cursor = page.next_cursor;
  } while (which.cursor);
  return found;
}

template <class R>
task<page<R>> one_page(collection<R> table, page_request which) {
  auto found = co_await table.list(table.all(), std::move(which));
  co_return std::move(found).value();
}

// Every row of the tenant.
template <class R>
std::vector<R> rows_of(storage& store, tenant_id tenant) {
  collection<R> const table(store, testing::tenant_scope(tenant));
  return all_of<R>([&](page_request const& which) { return one_page(table, which); });
}

}  // namespace

std::string_view to_string(fault_kind kind) {
  switch (kind) {
    case fault_kind::lost:
      return "lost";
    case fault_kind::duplicated:
      return "duplicated";
    case fault_kind::disordered:
      return "disordered";
    case fault_kind::forked:
      return "forked";
    case fault_kind::foreign:
      return "foreign";
    case fault_kind::stuck:
      return "stuck";
    case fault_kind::changed:
      return "changed";
    case fault_kind::refused:
      return "refused";
    case fault_kind::damaged:
      return "damaged";
  }
  return "";
}

std::string to_string(std::vector<fault> const& faults) {
  std::string text;
  for (auto const& one : faults) text += std::string(to_string(one.kind)) + ": " + one.what + '\n';
  return text;
}

std::vector<fault> history_checker::faults_in(history const& told) {
  read(told);
  for (auto const& who : accounts_) {
    check_account(who);
    check_idle(who);
  }
  // A send whose turn is stuck would be followed until its lease is over.
  if (!found_.empty()) return std::move(found_);
  for (auto const& who : accounts_) {
    for (auto& chat : chats_) {
      if (chat.owner != who.user) continue;
      repeat_chat(who, chat);
      for (auto const position : chat.sends) repeat_send(who, sends_[position]);
      check_chat(who, chat);
    }
    check_chat_list(who);
    check_idle(who);
    check_tables(who);
  }
  return std::move(found_);
}

// --- the history -----------------------------------------------------------------------------------------------------

void history_checker::read(history const& told) {
  for (auto const& event : told) std::visit([this](auto const& e) { place(e); }, event);
}

void history_checker::place(account_made const& e) { accounts_.push_back(e); }

void history_checker::place(chat_asked const& e) { chats_.push_back({e.owner, e.key, {}, {}}); }

void history_checker::place(chat_made const& e) { std::ranges::find(chats_, e.key, &chat_record::key)->id = e.chat; }

void history_checker::place(send_asked const& e) {
  auto const chat = std::ranges::find(chats_, std::optional(e.chat), &chat_record::id);
  chat->sends.push_back(sends_.size());
  send_at_[e.key] = sends_.size();
  sends_.push_back({e, {}, 0, {}});
}

void history_checker::place(question_stored const& e) {
  auto& one = send_named(e.key);
  if (one.stored && (one.stored->question != e.question || one.stored->answer != e.answer))
    report(fault_kind::duplicated, "the send " + e.key + " was acknowledged twice, with different messages");
  one.stored = e;
}

void history_checker::place(text_flushed const& e) { send_named(e.key).flushed = e.bytes; }

void history_checker::place(answer_final const& e) { send_named(e.key).ended = e; }

history_checker::send& history_checker::send_named(std::string const& key) { return sends_[send_at_.at(key)]; }

// --- repeated calls --------------------------------------------------------------------------------------------------

void history_checker::check_account(account_made const& who) {
  auto const role = sync_wait(as_result(engine_.users().role(who.tenant, who.user)));
  if (!role) report(fault_kind::lost, "the account " + who.canary + ": " + role.error().message);
}

void history_checker::repeat_chat(account_made const& who, chat_record& chat) {
  new_chat again(chat.key, "story/teller");
  again.idempotency_key = chat.key;
  auto const made = sync_wait(as_result(chats_of(who).create(again)));
  if (!made) return report(fault_kind::refused, "the chat " + chat.key + ": " + made.error().message);
  if (chat.id && *chat.id != made->id) report(fault_kind::lost, "the chat " + chat.key + " was made again");
}

void history_checker::repeat_send(account_made const& who, send& one) {
  if (!one.asked.keyed) return;
  send_options how;
  how.idempotency_key = one.asked.key;
  auto repeated = sync_wait(as_result(chats_of(who).send(one.asked.chat, one.asked.text, how)));
  if (!repeated) return report(fault_kind::refused, "the send " + one.asked.key + ": " + repeated.error().message);
  if (one.stored && one.stored->answer != repeated->message_id())
    report(fault_kind::lost, "the send " + one.asked.key + " was answered again");
  auto const answer = sync_wait(as_result(repeated->answer()));
  if (!answer) report(fault_kind::refused, "the answer of " + one.asked.key + ": " + answer.error().message);
}

// --- what is there ---------------------------------------------------------------------------------------------------

void history_checker::check_chat_list(account_made const& who) {
  std::map<std::string, std::size_t> titles;
  auto chats = chats_of(who);
  for (auto const& chat : all_of<chat>([&](page_request const& which) { return chats.list(which); }))
    ++titles[chat.title];
  for (auto const& chat : chats_)
    if (chat.owner == who.user && titles[chat.key] > 1) report(fault_kind::duplicated, "the chat " + chat.key);
}

void history_checker::check_chat(account_made const& who, chat_record const& chat) {
  if (!chat.id) return;
  std::vector<message> path;
  try {
    auto chats = chats_of(who);
    path = all_of<message>([&](page_request const& which) { return chats.messages(*chat.id, which); });
  } catch (error const& e) {
    return report(fault_kind::lost, "the chat " + chat.key + ": " + e.what());
  }
  std::ranges::reverse(path);
  path_messages_[who.tenant] += path.size();
  check_links(path);
  check_texts(who, path);
  std::size_t after = 0;
  for (auto const position : chat.sends) {
    auto const& one = sends_[position];
    check_send(one, path);
    if (!one.stored) continue;
    auto const at = std::ranges::find(path, one.stored->question, &message::id);
    auto const place = static_cast<std::size_t>(at - path.begin());
    if (place < after) report(fault_kind::disordered, "the question of " + one.asked.key);
    after = place == path.size() ? after : place;
  }
}

void history_checker::check_links(std::vector<message> const& path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    auto const& one = path[i];
    auto const parent = i == 0 ? std::optional<message_id>() : std::optional(path[i - 1].id);
    if (one.parent_id != parent || one.depth != static_cast<std::int64_t>(i))
      report(fault_kind::forked, "the message " + to_string(one.id) + " is not behind its predecessor");
    if (one.role != (i % 2 == 0 ? role::user : role::assistant))
      report(fault_kind::disordered, "the message " + to_string(one.id) + " has another role than its place");
  }
}

void history_checker::check_texts(account_made const& who, std::vector<message> const& path) {
  for (auto const& one : path) {
    auto const text = text_of(one.parts);
    for (auto const& other : accounts_)
      if (other.tenant != who.tenant && text.find(other.canary) != text.npos)
        report(fault_kind::foreign, "the message " + to_string(one.id) + " has a text of " + other.canary);
  }
}

void history_checker::check_send(send const& one, std::vector<message> const& path) {
  std::vector<message_id> questions;
  for (auto const& m : path)
    if (m.role == role::user && text_of(m.parts) == one.asked.text) questions.push_back(m.id);
  if (questions.size() > 1) return report(fault_kind::duplicated, "the question of " + one.asked.key);
  if (questions.empty()) {
    if (one.stored || one.asked.keyed) report(fault_kind::lost, "the question of " + one.asked.key);
    return;
  }
  if (one.stored && one.stored->question != questions.front())
    return report(fault_kind::lost, "the question of " + one.asked.key + ": another has its text");
  check_answer(one, path, questions.front());
}

void history_checker::check_answer(send const& one, std::vector<message> const& path, message_id question) {
  auto const found = std::ranges::find(path, std::optional(question), &message::parent_id);
  if (found == path.end()) return report(fault_kind::lost, "the answer of " + one.asked.key);
  if (one.stored && one.stored->answer != found->id)
    return report(fault_kind::lost, "the answer of " + one.asked.key + ": another is there");
  auto const text = text_of(found->parts);
  auto const story = story_about(one.asked.text);
  bool const fits = found->state == message_state::complete ? text == story : story.starts_with(text);
  if (!fits) report(fault_kind::changed, "the answer of " + one.asked.key + " is not what the provider said");
  if (text.size() < one.flushed) report(fault_kind::lost, "text of the answer of " + one.asked.key + " that was read");
  if (one.ended && (one.ended->state != found->state || one.ended->text_hash != sha256_hex(text)))
    report(fault_kind::changed, "the answer of " + one.asked.key + " is not as it was acknowledged");
}

// Nobody works, so nothing may be in the middle of something.
void history_checker::check_idle(account_made const& who) {
  try {
    for (auto const& turn : rows_of<active_turn>(store_, who.tenant))
      report(fault_kind::stuck, "the turn of " + to_string(turn.id) + " is still active");
    for (auto const& chunk : rows_of<turn_chunk>(store_, who.tenant))
      report(fault_kind::stuck, "a piece of " + to_string(chunk.message_id) + " is left");
    for (auto const& one : rows_of<message>(store_, who.tenant))
      if (!final_state(one.state)) report(fault_kind::stuck, "the message " + to_string(one.id));
  } catch (error const& e) {
    report(fault_kind::refused, std::string("reading the tables: ") + e.what());
  }
}

void history_checker::check_tables(account_made const& who) {
  try {
    auto const messages = rows_of<message>(store_, who.tenant).size();
    if (messages != path_messages_[who.tenant])
      report(fault_kind::forked, std::to_string(messages) + " messages are stored and " +
                                     std::to_string(path_messages_[who.tenant]) + " are in a chat");
  } catch (error const& e) {
    report(fault_kind::refused, std::string("reading the tables: ") + e.what());
  }
}

}  // namespace sambung::tests
