#include <sambung/core/given.hpp>
#include <sambung/core/json_schema.hpp>
#include <sambung/provider/provider.hpp>

#include "core/caught.hpp"
#include "core/storable.hpp"
#include "provider/answer_bounds.hpp"
#include "provider/sampling_check.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace sambung {
namespace {

result<void> outcome_of(char const* kind, std::vector<issue> issues) {
  if (issues.empty()) return {};
  auto const& first = issues.front();
  std::string message = std::string("invalid ") + kind + " request: " + first.path + ": " + first.message;
  return failure(errc::invalid_argument, std::move(message), std::move(issues));
}

constexpr std::size_t max_json_depth = 128;

result<void> validate(completion_request const& request) {
  std::vector<issue> issues;
  if (request.model.empty()) issues.push_back({"model", "required"});
  if (request.messages.empty()) issues.push_back({"messages", "at least one message is required"});
  add_sampling_faults(request.temperature, request.top_p, "top_p", issues);
  if (request.max_tokens && *request.max_tokens < 1) issues.push_back({"max_tokens", "must be at least 1"});
  return outcome_of("completion", std::move(issues));
}

result<void> validate(embedding_request const& request) {
  std::vector<issue> issues;
  if (request.model.empty()) issues.push_back({"model", "required"});
  if (request.texts.empty()) issues.push_back({"texts", "at least one text is required"});
  for (std::size_t i = 0; i < request.texts.size(); ++i)
    if (request.texts[i].empty()) issues.push_back({"texts[" + std::to_string(i) + "]", "must not be empty"});
  if (request.dimensions && *request.dimensions < 1) issues.push_back({"dimensions", "must be at least 1"});
  return outcome_of("embedding", std::move(issues));
}

failure unsupported(std::string const& model, std::vector<issue> issues) {
  auto message = "the model " + model + " does not support this: " + issues.front().path;
  return {errc::unsupported, std::move(message), std::move(issues)};
}

failure another_form(std::vector<issue> issues = {}) {
  return {errc::provider_error, "the provider's answer is not of the JSON form that was asked for", std::move(issues)};
}

// Answers that were cut off, filtered or call tools are what they are, and so are those to a request whose format a
// candidate could not keep to and left out.
result<void> keeps_to(output_format const& form, completion const& answer) {
  auto const calls = [](part const& one) { return std::holds_alternative<tool_call_part>(one); };
  auto const left_out = [](issue const& warning) { return warning.path == "format"; };
  if (answer.reason != finish_reason::stop || std::ranges::any_of(answer.parts, calls)) return {};
  if (std::ranges::any_of(answer.warnings, left_out)) return {};
  boost::json::parse_options options;
  options.max_depth = max_json_depth;
  boost::system::error_code fault;
  auto const value = boost::json::parse(text_of(answer.parts), fault, {}, options);
  if (fault) return another_form();
  bool const by_schema = form.how == output_format::kind::json_schema;
  if (!by_schema && !value.is_object()) return another_form();
  auto issues = by_schema ? check_json(value, form.schema) : std::vector<issue>();
  if (!issues.empty()) return another_form(std::move(issues));
  return {};
}

failure broken_off() { return {errc::unavailable, "the provider's answer broke off"}; }

bool is_for(provider_credential const& credential, std::string const& host) {
  return !credential.host.empty() && credential.host == host;
}

// Within a handler: what an adapter, which may be anybody's, threw. That the call was cancelled is thrown on.
failure adapter_fault() {
  auto const thrown = std::current_exception();
  if (is_cancellation(thrown)) std::rethrow_exception(thrown);
  return caught(thrown, "the provider failed", errc::provider_error);
}

// `call` an adapter: a failure is fit to be told and stored, whatever it threw or said.
template <class Call>
auto fenced(Call call) -> std::invoke_result_t<Call&> {
  failure why;
  try {
    auto running = detail::given(call());
    auto outcome = co_await std::move(running);
    if (outcome) co_return outcome;
    why = std::move(outcome).error();
    make_storable(why);
  } catch (...) {
    why = adapter_fault();
  }
  co_return why;
}

failure other_host() { return {errc::permission_denied, "the key was stored for another host than this provider's"}; }

// Holds every adapter to the contract of completion_stream: storable and bounded, ended by completion_finished or a
// failure, and silent behind its end.
class bounded_stream final : public completion_stream {
 public:
  bounded_stream(std::unique_ptr<completion_stream> inner, std::vector<issue> dropped)
      : inner_(std::move(inner)), dropped_(std::move(dropped)) {}

  std::string model() const override { return inner_->model(); }

  std::vector<issue> warnings() const override {
    auto all = dropped_;
    auto more = inner_->warnings();
    std::ranges::move(more, std::back_inserter(all));
    return all;
  }

  std::string billed_as() const override { return inner_->billed_as(); }

  task<result<std::optional<completion_event>>> next() override {
    if (fault_) co_return *fault_;
    if (finished_) co_return std::optional<completion_event>();
    try {
      auto running = detail::given(inner_->next());
      auto event = co_await std::move(running);
      if (event && *event && admits(**event)) co_return event;
      if (!event) end_with(std::move(event).error());
      else if (!*event) end_with(broken_off());
    } catch (...) {
      end_with(adapter_fault());
    }
    co_return *fault_;
  }

  std::optional<completion_event> ready() override {
    if (fault_ || finished_) return std::nullopt;
    try {
      auto event = inner_->ready();
      if (event && admits(*event)) return event;
    } catch (...) {
      end_with(adapter_fault());
    }
    return std::nullopt;
  }

 private:
  bool admits(completion_event& event) {
    fault_ = bounds_.admit(event);
    finished_ = std::holds_alternative<completion_finished>(event);
    return !fault_;
  }

  void end_with(failure why) {
    make_storable(why);
    fault_ = std::move(why);
  }

  std::unique_ptr<completion_stream> inner_;
  std::vector<issue> dropped_;
  answer_bounds bounds_;
  std::optional<failure> fault_;
  bool finished_ = false;
};

}  // namespace

record_description describe_record(record_of<provider_deadlines>) {
  return record<provider_deadlines>().all_optional();
}

std::vector<issue> completion_stream::warnings() const { return {}; }

std::optional<completion_event> completion_stream::ready() { return std::nullopt; }

model_capabilities provider::capabilities(std::string_view model) const { return known_models().of(model); }

// What was left out.
result<std::vector<issue>> provider::prepare(completion_request& request) const {
  if (request.credential && !is_for(*request.credential, key_host())) return other_host();
  std::vector<issue> dropped;
  if (!request.verbatim) {
    auto const known = request.capabilities ? *request.capabilities : capabilities(request.model);
    if (request.on_unsupported == unsupported_policy::drop) dropped = drop_excess(request, known);
    if (auto issues = excess_of(request, known); !issues.empty()) return unsupported(request.model, std::move(issues));
  }
  if (auto valid = validate(request); !valid) return valid.error();
  return dropped;
}

result<void> provider::check_request(embedding_request const& request) const {
  if (request.credential && !is_for(*request.credential, key_host())) return other_host();
  auto const known = request.capabilities ? *request.capabilities : capabilities(request.model);
  if (auto issues = excess_of(request, known); !issues.empty()) return unsupported(request.model, std::move(issues));
  return validate(request);
}

task<result<completion>> provider::complete(completion_request request) {
  auto dropped = prepare(request);
  if (!dropped) co_return dropped.error();
  auto const form = request.verbatim ? std::nullopt : request.format;
  auto answer = co_await fenced([&] { return do_complete(std::move(request)); });
  if (!answer) co_return answer;
  if (auto excess = answer_bounds().admit(answer->parts)) co_return std::move(*excess);
  if (form) {
    auto const kept = keeps_to(*form, *answer);
    if (!kept) co_return kept.error();
  }
  answer->warnings.insert(answer->warnings.begin(), dropped->begin(), dropped->end());
  co_return answer;
}

task<result<std::unique_ptr<completion_stream>>> provider::stream(completion_request request) {
  auto dropped = prepare(request);
  if (!dropped) co_return dropped.error();
  auto opened = co_await fenced([&] { return do_stream(std::move(request)); });
  if (!opened) co_return opened.error();
  if (!*opened) co_return failure(errc::provider_error, "the provider gave no answer");
  std::unique_ptr<completion_stream> bounded =
      std::make_unique<bounded_stream>(std::move(*opened), std::move(*dropped));
  co_return bounded;
}

task<result<embedding_batch>> provider::embed(embedding_request request) {
  if (auto valid = check_request(request); !valid) co_return valid.error();
  auto const texts = request.texts.size();
  auto batch = co_await fenced([&] { return do_embed(std::move(request)); });
  if (batch && batch->vectors.size() != texts)
    co_return failure(errc::provider_error, "the provider's embeddings are not one per text");
  co_return batch;
}

task<result<std::vector<model_info>>> provider::models() {
  auto offered = co_await fenced([&] { return do_models(); });
  if (offered)
    for (auto& one : *offered) {
      make_storable(one.id);
      make_storable(one.owned_by);
    }
  co_return offered;
}

task<result<void>> provider::check() {
  co_return co_await fenced([&] { return do_check(); });
}

task<result<completion>> provider::do_complete(completion_request request) {
  auto opened = co_await stream(std::move(request));
  if (!opened) co_return opened.error();
  auto& events = **opened;
  completion answer;
  part_builder parts;
  for (;;) {
    auto event = co_await events.next();
    if (!event) co_return event.error();
    if (!*event) break;
    if (auto const* usage = std::get_if<usage_report>(&**event)) {
      answer.usage = usage->usage;
      answer.raw_usage = usage->raw;
    } else if (auto const* end = std::get_if<completion_finished>(&**event)) {
      answer.reason = end->reason;
      answer.raw_reason = end->raw_reason;
    } else {
      parts.add(**event);
    }
  }
  answer.model = events.model();
  answer.warnings = events.warnings();
  answer.billed_as = events.billed_as();
  answer.parts = parts.take();
  co_return answer;
}

task<result<embedding_batch>> provider::do_embed(embedding_request) {
  co_return failure(errc::unsupported, "this provider has no embeddings");
}

task<result<void>> provider::do_check() {
  auto models = co_await do_models();
  if (!models) co_return models.error();
  co_return result<void>();
}

}  // namespace sambung
