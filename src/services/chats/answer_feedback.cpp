#include <sambung/services/chats/chats.hpp>

#include "core/hashed_id.hpp"
#include "services/base/system_records.hpp"
#include "services/turns/chat_access.hpp"
#include "services/turns/kept_context.hpp"

namespace sambung {
namespace {

feedback_id feedback_id_of(message_id answer, user_id by) {
  return feedback_id{hashed_id(to_string(answer) + "/feedback/" + to_string(by))};
}

task<std::optional<feedback>> stored_feedback(chat_access const& access, message_id answer) {
  auto found = co_await access.core().records<feedback>(access.rows()).get(feedback_id_of(answer, access.user()));
  co_return if_found(std::move(found));
}

task<chat_id> chat_of_answer(chat_access const& access, message_id id) {
  auto const found = co_await access.own(id);
  if (found.first.role != role::assistant)
    throw error(failure(errc::invalid_argument, "only an answer has feedback", {{"messageId", "not an answer"}}));
  co_return found.second.id;
}

// Whose sums count it: the version that the answer was made with, as long as it is there.
task<std::optional<prompt_usage>> usage_of_answer(chat_access const& access, message_id answer) {
  auto const kept = co_await find_context(access.core(), access.rows(), answer);
  if (!kept || !kept->prompt_version_id || kept->prompt_gone) co_return std::nullopt;
  auto found = co_await access.core().records<prompt_version>(access.rows()).get(*kept->prompt_version_id);
  auto const version = if_found(std::move(found));
  if (!version) co_return std::nullopt;
  prompt_usage none_yet;
  none_yet.id = version->id;
  none_yet.template_id = version->template_id;
  none_yet.number = version->number;
  co_return none_yet;
}

// What the sums change by when an opinion does; 0 is none.
void count_opinion(batch& b, std::optional<prompt_usage> const& of, std::int64_t before, std::int64_t after) {
  if (!of || before == after) return;
  prompt_usage more;
  more.id = of->id;
  more.template_id = of->template_id;
  more.number = of->number;
  more.liked = (after > 0 ? 1 : 0) - (before > 0 ? 1 : 0);
  more.disliked = (after < 0 ? 1 : 0) - (before < 0 ? 1 : 0);
  count(more, b);
}

feedback first_feedback(chat_access const& access, message_id answer) {
  feedback made;
  made.id = feedback_id_of(answer, access.user());
  made.message_id = answer;
  made.user_id = access.user();
  made.created_at = access.core().clock->now();
  made.revision = 0;
  return made;
}

change change_of(feedback const& next, std::int64_t seen) {
  if (seen == 0) return insert(next);
  return update<feedback>(next.id)
      .set(&feedback::value, next.value)
      .set(&feedback::reason, next.reason)
      .set(&feedback::updated_at, next.updated_at)
      .set(&feedback::revision, next.revision)
      .when(&feedback::revision, seen);
}

void check_opinion(std::int64_t value) {
  if (value != 1 && value != -1) throw error(failure(errc::invalid_argument, "1 or -1", {{"value", "1 or -1"}}));
}

task<feedback> put_feedback(core_ptr core, principal who, message_id answer, std::int64_t value, std::string reason) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  check_opinion(value);
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto const home = co_await chat_of_answer(access, answer);
    auto const usage = co_await usage_of_answer(access, answer);
    auto const seen = co_await stored_feedback(access, answer);
    feedback next = first_feedback(access, answer);
    if (seen) next = *seen;
    auto const before = seen ? seen->value : 0;
    auto const revision = next.revision++;
    next.value = value;
    next.reason = reason;
    next.updated_at = core->clock->now();
    validate(next).value();
    batch b;
    b.add(require<chat>(home).when(&chat::state, chat_state::active));
    b.add(require<message>(answer));
    b.add(change_of(next, revision));
    count_opinion(b, usage, before, value);
    auto const written = co_await core->store->write(access.rows(), std::move(b));
    if (written) co_return next;
    if (written.error().code != errc::already_exists && !was_overtaken(written.error())) throw error(written.error());
  }
  throw error(errc::conflict, "the feedback kept changing");
}

task<void> take_feedback_back(core_ptr core, principal who, message_id answer) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    co_await chat_of_answer(access, answer);
    auto const usage = co_await usage_of_answer(access, answer);
    auto const seen = co_await stored_feedback(access, answer);
    if (!seen) co_return;
    batch b;
    b.add(erase<feedback>(seen->id).when(&feedback::revision, seen->revision));
    count_opinion(b, usage, seen->value, 0);
    auto const written = co_await core->store->write(access.rows(), std::move(b));
    if (written) co_return;
    if (!was_overtaken(written.error())) throw error(written.error());
  }
  throw error(errc::conflict, "the feedback kept changing");
}

task<std::optional<feedback>> read_feedback(core_ptr core, principal who, message_id answer) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  co_await chat_of_answer(access, answer);
  co_return co_await stored_feedback(access, answer);
}

}  // namespace

task<feedback> chats::give_feedback(message_id answer, std::int64_t value, std::string reason) const {
  return put_feedback(core_, who_, answer, value, std::move(reason));
}

task<void> chats::remove_feedback(message_id answer) const { return take_feedback_back(core_, who_, answer); }

task<std::optional<feedback>> chats::own_feedback(message_id answer) const {
  return read_feedback(core_, who_, answer);
}

}  // namespace sambung
