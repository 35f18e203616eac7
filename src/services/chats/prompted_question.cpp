#include "services/chats/prompted_question.hpp"

#include <sambung/records/chat_setup.hpp>

#include "services/base/system_records.hpp"
#include "services/chats/question.hpp"
#include "services/templates/prompt_rendering.hpp"
#include "services/turns/kept_context.hpp"

#include <algorithm>

namespace sambung {
namespace {

[[noreturn]] void refuse_question(std::string why) {
  throw error(failure(errc::invalid_argument, why, {{"text", why}}));
}

render_options filling_of(prompt_use const& use, chat const& in, send_options const& how) {
  render_options made;
  made.label = use.label;
  made.version = use.version;
  made.values = use.values;
  made.chat_id = in.id;
  made.model = how.model;
  return made;
}

void check_use(prompt_use const& use) {
  if (!use.follow_label || !use.version) return;
  throw error(failure(errc::invalid_argument, "either a label is followed or a version stays",
                      {{"prompt.followLabel", "not together with a version"}}));
}

// What a new question in the chat is asked with, unless it brings its own.
task<std::optional<prompt_use>> standing_prompt(chat_access const& access, chat const& in) {
  if (!in.has_setup) co_return std::nullopt;
  auto stored = co_await access.core().records<chat_setup>(access.rows()).get(in.id);
  auto setup = if_found(std::move(stored));
  if (!setup) co_return std::nullopt;
  co_return std::move(setup->prompt);
}

// The version of then, or what its label leads to now.
prompt_use use_again(answer_context const& kept, prompt_version const& was) {
  prompt_use made(was.template_id);
  made.values = *kept.prompt_values;
  made.follow_label = kept.follows_label;
  if (kept.follows_label) made.label = kept.prompt_label;
  else made.version = was.number;
  return made;
}

// What is damaged, or not the caller's any more, is as good as gone. Throws errc::unavailable.
template <class T>
std::optional<T> if_there(result<T> outcome) {
  if (outcome) return std::move(*outcome);
  if (outcome.error().code == errc::unavailable) throw error(outcome.error());
  return std::nullopt;
}

// What was sent of a prompt that cannot be filled in again.
used_prompt unresolved(answer_context const& kept) {
  used_prompt made;
  made.gone = true;
  made.version_id = *kept.prompt_version_id;
  made.label = kept.prompt_label;
  made.follows_label = kept.follows_label;
  made.values = kept.prompt_values.value_or(boost::json::object());
  for (auto gone : kept.blocks) {
    if (gone.source.kind != "template") continue;
    gone.state = block_state::dropped;
    gone.reason = context_reason::unresolved;
    made.left_out.push_back(std::move(gone));
  }
  return made;
}

}  // namespace

task<used_prompt> fill_in_prompt(chat_access const& access, prompt_use use, chat const& in, send_options const& how) {
  check_use(use);
  auto const reach = co_await template_access::open(access.core(), access.who(), permission::content_read);
  auto filling = filling_of(use, in, how);
  auto rendered = co_await render_prompt(reach, use.id, std::move(filling), in.model);
  auto made = use_of(std::move(rendered), std::move(use.values));
  made.follows_label = use.follow_label;
  if (use.follow_label) made.label = std::move(use.label);  // what is followed, also where that is no label of its own
  co_return made;
}

task<prompted_question> with_prompt(chat_access const& access, chat const& in, std::vector<part> parts,
                                    send_options how) {
  auto use = std::exchange(how.prompt, std::nullopt);
  if (!use) {
    auto standing = co_await standing_prompt(access, in);
    use = std::move(standing);
  }
  prompted_question made(std::move(parts), std::move(how));
  if (use) {
    auto prompt = co_await fill_in_prompt(access, *use, in, made.how);
    if (prompt.question && !made.parts.empty()) refuse_question("the prompt asks by itself");
    if (!prompt.question && made.parts.empty()) refuse_question("the prompt asks nothing: say something with it");
    if (prompt.question) made.parts.push_back(text_part{std::move(*prompt.question), {}});
    check_parts(made.parts);
    made.how = with_wishes(std::move(made.how), prompt.config);
    made.prompt = std::move(prompt);
  }
  co_return made;
}

task<prompted_question> with_prompt_of(chat_access const& access, chat const& in, message const& answer,
                                       send_options how) {
  if (how.prompt)
    throw error(failure(errc::invalid_argument, "another answer is made as the first was",
                        {{"prompt", "not for another answer"}}));
  prompted_question made({}, std::move(how));
  auto const kept = co_await find_context(access.core(), access.rows(), answer.id);
  if (!kept || !kept->prompt_version_id) co_return made;
  made.prompt = unresolved(*kept);
  auto stored = co_await access.core().records<prompt_version>(access.rows()).get(*kept->prompt_version_id);
  auto const version = if_there(std::move(stored));
  if (!version || !kept->prompt_values) co_return made;
  auto use = use_again(*kept, *version);
  auto outcome = co_await as_result(fill_in_prompt(access, std::move(use), in, made.how));
  auto again = if_there(std::move(outcome));
  if (!again) co_return made;
  again->label = kept->prompt_label;
  made.how = with_wishes(std::move(made.how), again->config);
  made.prompt = std::move(*again);
  co_return made;
}

}  // namespace sambung
