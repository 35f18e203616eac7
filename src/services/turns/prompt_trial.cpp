#include <sambung/services/turns/prompt_trial.hpp>

#include <sambung/core/json_schema.hpp>
#include <sambung/services/turns/completions.hpp>

#include "context/assembly.hpp"
#include "services/templates/prompt_rendering.hpp"
#include "services/turns/completion_call.hpp"
#include "services/turns/turns_state.hpp"
#include "services/turns/used_prompt.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <atomic>

namespace sambung {

using namespace boost::asio::experimental::awaitable_operators;

namespace {

constexpr std::size_t trials_at_once = 4;
// What a prompt may have whose model is not known better.
constexpr std::int64_t trial_budget = 128'000;

struct trial_call {
  trial_call() = default;

  trial_answer so_far;
  completion_request request;
  std::optional<prompt_expectation> expect;
};

[[noreturn]] void refuse_trial(std::string field, std::string why) {
  throw error(failure(errc::invalid_argument, why, {{std::move(field), why}}));
}

std::vector<issue> faults_by_schema(boost::json::object const& schema, std::string const& text) {
  auto const value = parse_json(text);
  if (!value) return {{"schema", "it is not JSON"}};
  auto faults = check_json(*value, schema);
  for (auto& one : faults) one.path = one.path.empty() ? "schema" : "schema." + one.path;
  return faults;
}

std::vector<issue> unmet(prompt_expectation const& wanted, std::string const& text) {
  std::vector<issue> faults;
  if (wanted.contains && text.find(*wanted.contains) == std::string::npos)
    faults.push_back({"contains", "it does not say that"});
  if (wanted.equals && text != *wanted.equals) faults.push_back({"equals", "it says something else"});
  if (!wanted.schema) return faults;
  for (auto& one : faults_by_schema(*wanted.schema, text)) faults.push_back(std::move(one));
  return faults;
}

void tell_failure(trial_answer& of, failure const& why, std::optional<prompt_expectation> const& wanted) {
  of.error = std::string(to_string(why.code));
  of.message = why.message;
  of.issues = why.issues;
  if (wanted) of.passed = false;
}

// A version that is to be tried.
struct trial_subject {
  trial_subject() = default;

  std::optional<std::int64_t> version;
  std::optional<std::vector<prompt_include>> pins;  // none: they are looked up
  prompt_content content;
};

task<std::vector<trial_subject>> subjects_of(template_access const& reach, prompt_trial const& from) {
  std::vector<trial_subject> all;
  if (from.id) {
    auto const of = co_await reach.readable(*from.id);
    auto numbers = from.versions;
    if (numbers.empty()) numbers.push_back(of.latest);
    for (auto const number : numbers) {
      auto version = co_await reach.version_of(of, number);
      trial_subject one;
      one.version = number;
      one.pins = std::move(version.includes);
      one.content = std::move(version);
      all.push_back(std::move(one));
    }
  }
  if (from.content) {
    trial_subject one;
    one.content = *from.content;
    all.push_back(std::move(one));
  }
  if (all.empty()) refuse_trial("id", "either a prompt or content");
  co_return all;
}

std::vector<prompt_example> examples_of(prompt_trial const& from, trial_subject const& subject) {
  auto examples = from.examples.empty() ? subject.content.examples : from.examples;
  if (examples.empty()) examples.emplace_back();
  return examples;
}

// The messages as a turn without a history has them.
std::vector<prompt_message> messages_of(engine_core& core, used_prompt prompt, prompt_trial const& from,
                                        std::string const& model) {
  if (prompt.question && from.text) refuse_trial("text", "the prompt asks by itself");
  if (!prompt.question && !from.text) refuse_trial("text", "the prompt asks nothing: say something with it");
  prompt_message asked(role::user, prompt.question ? *prompt.question : *from.text);
  assembly_plan plan(model, history_message("", std::move(asked)));
  plan.budget = trial_budget;
  plan.blocks = std::move(prompt.blocks);
  return assemble(std::move(plan), *core.turns->tokens).value().messages;
}

task<completion_request> request_for(template_access const& reach, prompt_trial const& from,
                                     trial_subject const& subject, prompt_example const& example, std::string model) {
  prompt_filling filling;
  filling.content = subject.content;
  filling.pins = subject.pins.value_or(std::vector<prompt_include>());
  filling.values = example.values;
  filling.model = model;
  auto rendered = co_await render_content(reach, std::move(filling));
  auto prompt = use_of(std::move(rendered), example.values);
  send_options how;
  how.max_tokens = from.max_tokens;
  how = with_wishes(std::move(how), prompt.config);
  completion_request request;
  request.model = model;
  set_options(request, how);
  request.messages = messages_of(reach.core(), std::move(prompt), from, model);
  co_return request;
}

// What cannot be filled in is an answer of its own; other failures end the trial.
bool is_the_examples(failure const& why) {
  return why.code == errc::invalid_argument || why.code == errc::unsupported || why.code == errc::payload_too_large;
}

task<std::vector<trial_call>> calls_of(template_access const& reach, prompt_trial const& from) {
  auto const subjects = co_await subjects_of(reach, from);
  std::vector<trial_call> calls;
  for (auto const& subject : subjects) {
    auto const model = from.model ? from.model : subject.content.config.model;
    if (!model) refuse_trial("model", "the prompt names none");
    auto const examples = examples_of(from, subject);
    for (auto const& example : examples) {
      if (calls.size() == max_trial_calls)
        refuse_trial("examples", "at most " + std::to_string(max_trial_calls) + " with all versions");
      trial_call one;
      one.so_far.version = subject.version;
      one.so_far.example = example.name;
      one.so_far.model = *model;
      one.expect = example.expect;
      auto request = co_await as_result(request_for(reach, from, subject, example, *model));
      if (!request && !is_the_examples(request.error())) throw error(request.error());
      if (request) one.request = std::move(*request);
      else tell_failure(one.so_far, request.error(), one.expect);
      calls.push_back(std::move(one));
    }
  }
  co_return calls;
}

// Makes the calls, some of them beside each other; each has a place of its own for what comes of it.
class trial_run {
 public:
  trial_run(core_ptr core, principal who, std::vector<trial_call> calls)
      : core_(std::move(core)), who_(std::move(who)), calls_(std::move(calls)) {}

  task<void> work(std::size_t workers) {
    if (workers > 1) co_await (work_alone() && work(workers - 1));
    else co_await work_alone();
  }

  prompt_trial_report report() && {
    prompt_trial_report made;
    for (auto& one : calls_) {
      if (one.so_far.passed) ++(*one.so_far.passed ? made.passed : made.failed);
      made.answers.push_back(std::move(one.so_far));
    }
    return made;
  }

 private:
  task<void> work_alone() {
    for (auto at = next_++; at < calls_.size(); at = next_++)
      if (!calls_[at].so_far.error) co_await make(calls_[at]);
  }

  task<void> make(trial_call& one) {
    auto request = std::move(one.request);
    auto const said = co_await as_result(complete_counted(core_, who_, std::move(request)));
    if (!said) {
      tell_failure(one.so_far, said.error(), one.expect);
      co_return;
    }
    one.so_far.text = text_of(said->parts);
    one.so_far.usage = said->usage;
    if (!one.expect) co_return;
    one.so_far.issues = unmet(*one.expect, one.so_far.text);
    one.so_far.passed = one.so_far.issues.empty();
  }

  core_ptr core_;
  principal who_;
  std::vector<trial_call> calls_;
  std::atomic<std::size_t> next_ = 0;
};

task<prompt_trial_report> run_trial(core_ptr core, principal who, prompt_trial from) {
  co_await admit(*core, who, permission::model_use);
  auto const reach = co_await template_access::open(*core, who, permission::content_read);
  validate(from).value();
  auto calls = co_await calls_of(reach, from);
  auto const workers = std::min(calls.size(), trials_at_once);
  trial_run run(core, who, std::move(calls));
  co_await run.work(workers);
  co_return std::move(run).report();
}

}  // namespace

record_description describe_record(record_of<prompt_trial>) {
  return record<prompt_trial>()
      .range(&prompt_trial::versions, 1, 1'000'000'000)
      .items(&prompt_trial::versions, 8)
      .items(&prompt_trial::examples, max_trial_calls)
      .text(&prompt_trial::text, 1, 65'536)
      .text(&prompt_trial::model, 1, 200)
      .range(&prompt_trial::max_tokens, 1, 10'000'000);
}

task<prompt_trial_report> completions::try_prompt(prompt_trial from) const {
  return run_trial(core_, who_, std::move(from));
}

}  // namespace sambung
