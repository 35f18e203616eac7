#include <sambung/services/chats/chats.hpp>

#include "services/chats/question.hpp"
#include "services/turns/chat_access.hpp"
#include "services/turns/message_path.hpp"
#include "services/turns/message_texts.hpp"
#include "services/turns/turn_opening.hpp"
#include "services/turns/turns_state.hpp"

#include <algorithm>

namespace sambung {
namespace {

// How often a write is tried again when others changed the chat in between.
constexpr int append_attempts = 8;

// Of an answer that no turn of ours made: it began, it was all there, it ended.
constexpr std::int64_t events_of_whole_answer = 3;

// The message that the first one stands behind; none in an empty chat.
task<std::optional<message>> parent_in(chat_access const& access, chat const& home, std::optional<message_id> leaf) {
  if (!leaf) {
    auto start = co_await start_of(access.core(), access.rows(), home);
    co_return std::move(start.first);
  }
  auto found = co_await access.own(*leaf);
  if (found.second.id != home.id) throw_not_found();
  co_return std::move(found.first);
}

std::vector<message> behind(chat_access const& access, chat_id home, std::optional<message> const& parent,
                            std::vector<appended_message> const& said) {
  std::vector<message> made;
  made.reserve(said.size());
  message const* before = parent ? &*parent : nullptr;
  for (auto const& one : said) {
    auto next = new_message(access, home, one.role, before);
    next.parts = one.parts;
    if (one.role == role::assistant) next.last_event = events_of_whole_answer;
    before = &made.emplace_back(std::move(next));
  }
  return made;
}

batch storing(chat_access const& access, idempotent_call const& call, chat const& before,
              std::vector<message> const& made) {
  batch b;
  call.record(b, made.back().id.value);
  b.add(move_of(before, moved_to(access, before, made.back())));
  for (auto const& one : made) b.add(insert(one));
  for (auto const& one : made) add_text(b, access.user(), one);
  return b;
}

// What an earlier call with the same key stored.
task<std::vector<message>> stored_before(chat_access const& access, message_id last, std::size_t count) {
  auto found = co_await access.own(last);
  message_path path(access.core(), access.rows(), std::move(found.first), count);
  std::vector<message> newest_first;
  while (newest_first.size() < count) {
    auto next = co_await path.next();
    if (!next) break;
    newest_first.push_back(std::move(*next));
  }
  std::ranges::reverse(newest_first);
  co_return newest_first;
}

task<std::vector<message>> append_messages(core_ptr core, principal who, chat_id id, std::vector<appended_message> said,
                                           append_options how) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  validate(how).value();
  check_appended(said);
  idempotent_call const call(*core, access.rows(), access.user(), "message.append", how.idempotency_key,
                             [&] { return to_string(id) + to_json_text(how.leaf_id) + to_json_text(said); });
  for (int attempt = 0; attempt < append_attempts; ++attempt) {
    if (auto const first = co_await call.earlier())
      co_return co_await stored_before(access, message_id{*first}, said.size());
    auto const home = co_await access.own(id);
    auto const parent = co_await parent_in(access, home, how.leaf_id);
    if (parent && parent->state == message_state::streaming) {
      co_await clear_lost_turn(access, id);
      continue;
    }
    auto made = behind(access, id, parent, said);
    auto all = storing(access, call, home, made);
    auto const written = co_await core->store->write(access.rows(), std::move(all));
    if (written) {
      core->turns->heads.take(access.rows(), access.user(), id);
      co_return made;
    }
    auto const code = written.error().code;
    if (code != errc::already_exists && code != errc::conflict) throw error(written.error());
  }
  throw error(errc::conflict, "the chat kept changing");
}

}  // namespace

task<std::vector<message>> chats::append(chat_id id, std::vector<appended_message> messages, append_options how) const {
  return append_messages(core_, who_, id, std::move(messages), std::move(how));
}

}  // namespace sambung
