#include <sambung/provider/registry.hpp>
#include <sambung/services/chats/chats.hpp>

#include "services/chats/prompted_question.hpp"
#include "services/chats/question.hpp"
#include "services/turns/chat_access.hpp"
#include "services/turns/kept_context.hpp"
#include "services/turns/message_path.hpp"
#include "services/turns/prompt.hpp"
#include "services/turns/tool_selection.hpp"
#include "services/turns/turn_opening.hpp"
#include "services/turns/turn_plan.hpp"
#include "services/turns/turns_state.hpp"

namespace sambung {
namespace {

task<context_report> preview_message(core_ptr core, principal who, chat_id id, std::vector<part> parts,
                                     send_options how) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  check_options(how);
  if (!how.prompt || !parts.empty()) check_parts(parts);
  auto home = co_await access.own(id);
  auto asked = co_await with_prompt(access, home, std::move(parts), std::move(how));
  how = std::move(asked.how);
  auto model = resolve(*core, how.model.value_or(home.model));
  auto tools = select_tools(core->turns->tools, core->turns->tool_limits, how);
  auto start = co_await start_of(*core, access.rows(), home);
  auto question = new_message(access, id, role::user, start.first ? &*start.first : nullptr);
  question.parts = std::move(asked.parts);
  auto answer = new_message(access, id, role::assistant, &question);
  answer.model = std::move(model.full_name);
  turn_plan plan{access.rows(),
                 access.who(),
                 std::move(home),
                 std::move(question),
                 std::move(start.first),
                 std::move(answer),
                 {},
                 std::move(model.provider_model),
                 std::move(model.provider),
                 {},
                 std::move(tools),
                 std::move(how),
                 {},
                 with_blocks_of(std::move(asked.prompt))};
  co_return co_await report_of_prompt(*core, plan, prompt_texts::shown);
}

// As it was told to the model.
context_report report_of(answer_context kept, std::string model) {
  context_report made;
  made.model = std::move(model);
  made.budget = kept.budget.value_or(0);
  made.tokens = kept.tokens.value_or(0);
  made.blocks = std::move(kept.blocks);
  made.not_listed = kept.not_listed;
  return made;
}

// What a turn had beside its chat that has not ended, or never did: its history is told as it would be now.
void add_blocks(context_report& to, answer_context kept) {
  to.tokens += tokens_beside_chat(kept);
  to.blocks.insert(to.blocks.begin(), std::make_move_iterator(kept.blocks.begin()),
                   std::make_move_iterator(kept.blocks.end()));
}

task<context_report> explain_answer(core_ptr core, principal who, message_id id) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  auto [answer, home] = co_await access.own(id);
  if (answer.role != role::assistant || !answer.parent_id)
    throw error(failure(errc::invalid_argument, "only an answer has a prompt", {{"messageId", "not an answer"}}));
  if (!answer.model) answer.model = home.model;
  auto kept = co_await find_context(*core, access.rows(), id);
  if (kept && kept->tokens) co_return report_of(std::move(*kept), std::move(*answer.model));
  auto question = (co_await core->records<message>(access.rows()).get(*answer.parent_id)).value();
  turn_plan plan{access.rows(),
                 access.who(),
                 std::move(home),
                 std::move(question),
                 {},
                 std::move(answer),
                 {},
                 {},
                 {},
                 {},
                 {},
                 {},
                 {},
                 {}};
  // Of a provider that is gone nothing is known.
  auto found = core->providers->find_model(*plan.answer.model);
  if (found) {
    plan.provider_model = std::string(found->model);
    plan.provider = std::move(found->provider);
  }
  auto report = co_await report_of_prompt(*core, plan, prompt_texts::left_out);
  if (kept) add_blocks(report, std::move(*kept));
  co_return report;
}

}  // namespace

task<context_report> chats::preview(chat_id id, std::string text, send_options how) const {
  std::vector<part> parts;
  if (!text.empty() || !how.prompt) parts.push_back(text_part{std::move(text), {}});
  return preview(id, std::move(parts), std::move(how));
}

task<context_report> chats::preview(chat_id id, std::vector<part> parts, send_options how) const {
  return preview_message(core_, who_, id, std::move(parts), std::move(how));
}

task<context_report> chats::explain(message_id answer) const { return explain_answer(core_, who_, answer); }

}  // namespace sambung
