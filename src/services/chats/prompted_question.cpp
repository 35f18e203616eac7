#include "services/chats/prompted_question.hpp"

#include "services/chats/question.hpp"
#include "services/templates/prompt_rendering.hpp"
#include "services/turns/kept_context.hpp"

#include <algorithm>

namespace sambung {
namespace {

[[noreturn]] void refuse_question(std::string why) {
  throw error(failure(errc::invalid_argument, why, {{"text", why}}));
}

render_options filling_of(prompt_use const& use, chat_id in, send_options const& how) {
  render_options made;
  made.label = use.label;
  made.version = use.version;
  made.values = use.values;
  made.chat_id = in;
  made.model = how.model;
  return made;
}

task<used_prompt> filled(chat_access const& access, prompt_use use, chat_id in, send_options const& how) {
  auto const reach = co_await template_access::open(access.core(), access.who(), permission::content_read);
  auto filling = filling_of(use, in, how);
  auto made = co_await render_prompt(reach, use.id, std::move(filling));
  co_return use_of(std::move(made), std::move(use.values));
}

// What was sent of a prompt that cannot be filled in as it was.
used_prompt unresolved(answer_context const& kept) {
  used_prompt made;
  made.version_id = *kept.prompt_version_id;
  made.label = kept.prompt_label;
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

task<prompted_question> with_prompt(chat_access const& access, chat_id in, std::vector<part> parts, send_options how) {
  auto const use = std::exchange(how.prompt, std::nullopt);
  prompted_question made(std::move(parts), std::move(how));
  if (use) {
    auto prompt = co_await filled(access, *use, in, made.how);
    if (prompt.question && !made.parts.empty()) refuse_question("the prompt asks by itself");
    if (!prompt.question && made.parts.empty()) refuse_question("the prompt asks nothing: say something with it");
    if (prompt.question) made.parts.push_back(text_part{std::move(*prompt.question), {}});
    check_parts(made.parts);
    made.how = with_wishes(std::move(made.how), prompt.config);
    made.prompt = std::move(prompt);
  }
  co_return made;
}

task<prompted_question> with_prompt_of(chat_access const& access, message const& answer, send_options how) {
  if (how.prompt)
    throw error(failure(errc::invalid_argument, "another answer is made as the first was",
                        {{"prompt", "not for another answer"}}));
  prompted_question made({}, std::move(how));
  auto const kept = co_await find_context(access.core(), access.rows(), answer.id);
  if (!kept || !kept->prompt_version_id) co_return made;
  auto const found = co_await access.core().records<prompt_version>(access.rows()).get(*kept->prompt_version_id);
  if (!found && found.error().code == errc::unavailable) throw error(found.error());
  made.prompt = unresolved(*kept);
  if (!found) co_return made;
  made.prompt->template_id = found->template_id;
  made.prompt->number = found->number;
  if (!kept->prompt_values) co_return made;
  prompt_use use(found->template_id);
  use.version = found->number;
  use.values = *kept->prompt_values;
  auto again = co_await as_result(filled(access, std::move(use), answer.chat_id, made.how));
  if (!again && again.error().code == errc::unavailable) throw error(again.error());
  if (!again) co_return made;
  again->label = kept->prompt_label;
  made.how = with_wishes(std::move(made.how), again->config);
  made.prompt = std::move(*again);
  co_return made;
}

}  // namespace sambung
