// What a chat is set up with.
#include <sambung/records/answer_context.hpp>
#include <sambung/services/chats/chats.hpp>

#include "services/base/system_records.hpp"
#include "services/chats/prompted_question.hpp"

namespace sambung {
namespace {

[[noreturn]] void refuse_prompt(std::string field, std::string why) {
  throw error(failure(errc::invalid_argument, why, {{std::move(field), why}}));
}

void check_values(chat_setup_content const& what) {
  if (what.prompt && to_json_text(what.prompt->values).size() > max_kept_value_bytes)
    refuse_prompt("prompt.values", "at most " + std::to_string(max_kept_value_bytes) + " bytes");
}

task<chat_setup> stored_setup(chat_access const& access, chat_id id) {
  auto stored = co_await access.core().records<chat_setup>(access.rows()).get(id);
  auto found = if_found(std::move(stored));
  if (found) co_return std::move(*found);
  chat_setup none;
  none.id = id;
  co_return none;
}

// With the version that its label leads to now, unless it follows the label.
task<prompt_use> settled(chat_access const& access, chat const& in, prompt_use use) {
  auto const made = co_await fill_in_prompt(access, use, in, send_options());
  if (made.question) refuse_prompt("prompt.id", "it asks by itself: send it with a turn");
  if (!use.follow_label) {
    use.version = made.number;
    use.label.reset();
  }
  co_return use;
}

// How it is stored that the chat has become one with a setup, or without: whoever remembers it as it was is refused.
change marked(chat const& home, bool has_setup) {
  return update<chat>(home.id)
      .set(&chat::has_setup, has_setup)
      .set(&chat::revision, home.revision + 1)
      .when(&chat::revision, home.revision)
      .when(&chat::state, chat_state::active);
}

change stored_as(chat_setup const& next, std::int64_t seen) {
  if (seen == 0) return insert(next);
  return update<chat_setup>(next.id)
      .set(&chat_setup::prompt, next.prompt)
      .set(&chat_setup::updated_at, next.updated_at)
      .set(&chat_setup::revision, next.revision)
      .when(&chat_setup::revision, seen);
}

task<chat_setup> put_setup(core_ptr core, principal who, chat_id id, chat_setup_content what, std::int64_t revision) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  validate(what).value();
  check_values(what);
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto const home = co_await access.own(id);
    auto next = co_await stored_setup(access, id);
    if (next.revision != revision) throw error(errc::conflict, "the chat was set up otherwise since");
    next.prompt.reset();
    if (what.prompt) {
      auto use = co_await settled(access, home, *what.prompt);
      next.prompt = std::move(use);
    }
    auto const now = core->clock->now();
    if (revision == 0) next.created_at = now;
    next.updated_at = now;
    next.revision = revision + 1;
    bool const has_setup = next.prompt.has_value();
    batch b;
    if (home.has_setup == has_setup) b.add(require<chat>(id).when(&chat::state, chat_state::active));
    else b.add(marked(home, has_setup));
    b.add(stored_as(next, revision));
    auto const written = co_await core->store->write(access.rows(), std::move(b));
    if (written) co_return next;
    // Turns move the chat's revision; another setup is seen in the next round.
    if (written.error().code != errc::already_exists && !was_overtaken(written.error())) throw error(written.error());
  }
  throw error(errc::conflict, "the chat kept changing");
}

task<chat_setup> read_setup(core_ptr core, principal who, chat_id id) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  co_await access.own(id);
  co_return co_await stored_setup(access, id);
}

}  // namespace

task<chat_setup> chats::setup(chat_id id) const { return read_setup(core_, who_, id); }

task<chat_setup> chats::set_up(chat_id id, chat_setup_content what, std::int64_t revision) const {
  return put_setup(core_, who_, id, std::move(what), revision);
}

}  // namespace sambung
