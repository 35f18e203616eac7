#include <sambung/provider/capabilities.hpp>

#include "provider/prompt_rules.hpp"

#include <algorithm>
#include <iterator>

namespace sambung {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  auto const star = pattern.find('*');
  if (star == pattern.npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  text.remove_prefix(star);
  auto const rest = pattern.substr(star + 1);
  for (std::size_t skipped = 0; skipped <= text.size(); ++skipped)
    if (matches(rest, text.substr(skipped))) return true;
  return false;
}

support first(support known, support otherwise) { return known == support::unknown ? otherwise : known; }

std::string place_of(std::size_t message, std::size_t part) {
  return "messages[" + std::to_string(message) + "].parts[" + std::to_string(part) + ']';
}

using drop = void (*)(completion_request&, model_capabilities const&);

// What is too much in a request, and how to take it out.
struct too_much {
  issue what;
  drop take_out;
};

char const* why_not(part const& one, model_capabilities const& model) {
  if (model.images == support::no && std::holds_alternative<image_part>(one)) return "this model sees no images";
  if (model.files == support::no && std::holds_alternative<file_part>(one)) return "this model reads no files";
  return nullptr;
}

void drop_parts(completion_request& request, model_capabilities const& model) {
  for (auto& message : request.messages)
    std::erase_if(message.parts, [&](part const& one) { return why_not(one, model) != nullptr; });
  request.messages = without_empty(std::move(request.messages));
}

void drop_tools(completion_request& request, model_capabilities const&) {
  request.tools.clear();
  request.choice.reset();
}

void shorten_stop(completion_request& request, model_capabilities const& model) {
  request.stop.resize(static_cast<std::size_t>(*model.max_stop));
}

void lower_max_tokens(completion_request& request, model_capabilities const& model) {
  request.max_tokens = model.max_output_tokens;
}

void lower_temperature(completion_request& request, model_capabilities const& model) {
  request.temperature = model.max_temperature;
}

template <auto Member>
void reset(completion_request& request, model_capabilities const&) {
  (request.*Member).reset();
}

class excess {
 public:
  excess(completion_request const& request, model_capabilities const& model) : request_(request), model_(model) {}

  std::vector<too_much> find() && {
    using asked = completion_request;
    if (!request_.tools.empty()) need(model_.tools, "tools", "this model calls no tools", drop_tools);
    optional<&asked::parallel_tool_calls>(model_.parallel_tool_calls, "parallel_tool_calls",
                                          "this model cannot be told whether to call tools in parallel");
    format();
    optional<&asked::effort>(model_.reasoning_effort, "effort", "this model's effort cannot be chosen");
    optional<&asked::temperature>(model_.sampling, "temperature", "this model has a temperature of its own");
    temperature();
    optional<&asked::top_p>(model_.sampling, "top_p", "this model samples in its own way");
    optional<&asked::seed>(model_.seed, "seed", "this model takes no seed");
    optional<&asked::presence_penalty>(model_.penalties, "presence_penalty", "this model takes no penalties");
    optional<&asked::frequency_penalty>(model_.penalties, "frequency_penalty", "this model takes no penalties");
    stop();
    max_tokens();
    parts();
    return std::move(found_);
  }

 private:
  void add(std::string path, std::string why, drop take_out) {
    found_.push_back({{std::move(path), std::move(why)}, take_out});
  }

  void need(support known, char const* name, char const* why, drop take_out) {
    if (known == support::no) add(name, why, take_out);
  }

  template <auto Member>
  void optional(support known, char const* name, char const* why) {
    if (request_.*Member) need(known, name, why, reset<Member>);
  }

  void format() {
    if (!request_.format) return;
    auto const take_out = reset<&completion_request::format>;
    if (request_.format->how == output_format::kind::json_schema)
      need(model_.json_schema, "format", "this model keeps to no JSON schema", take_out);
    else need(model_.json_object, "format", "this model cannot be held to JSON", take_out);
  }

  void stop() {
    if (request_.stop.empty()) return;
    auto const clear = [](completion_request& request, model_capabilities const&) { request.stop.clear(); };
    need(model_.stop, "stop", "this model takes no stop sequences", clear);
    if (model_.stop != support::no && model_.max_stop && std::ssize(request_.stop) > *model_.max_stop)
      add("stop", "this model takes at most " + std::to_string(*model_.max_stop) + " stop sequences", shorten_stop);
  }

  void temperature() {
    auto const most = model_.max_temperature;
    if (model_.sampling == support::no || !most || !request_.temperature || *request_.temperature <= *most) return;
    auto text = std::to_string(*most);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    add("temperature", "this model takes a temperature of at most " + text, lower_temperature);
  }

  void max_tokens() {
    auto const most = model_.max_output_tokens;
    if (!most || !request_.max_tokens || *request_.max_tokens <= *most) return;
    add("max_tokens", "this model's answers have at most " + std::to_string(*most) + " tokens", lower_max_tokens);
  }

  void parts() {
    if (model_.images != support::no && model_.files != support::no) return;
    for (std::size_t i = 0; i < request_.messages.size(); ++i)
      for (std::size_t j = 0; j < request_.messages[i].parts.size(); ++j)
        if (auto const* why = why_not(request_.messages[i].parts[j], model_)) add(place_of(i, j), why, drop_parts);
  }

  completion_request const& request_;
  model_capabilities const& model_;
  std::vector<too_much> found_;
};

}  // namespace

record_description describe_record(record_of<model_capabilities>) {
  return record<model_capabilities>().all_optional();
}

model_capabilities merged(model_capabilities const& known, model_capabilities const& otherwise) {
  model_capabilities out = known;
  for (auto const member : {&model_capabilities::images, &model_capabilities::files, &model_capabilities::tools,
                            &model_capabilities::parallel_tool_calls, &model_capabilities::json_object,
                            &model_capabilities::json_schema, &model_capabilities::reasoning_effort,
                            &model_capabilities::sampling, &model_capabilities::seed, &model_capabilities::penalties,
                            &model_capabilities::stop, &model_capabilities::chat, &model_capabilities::embeddings})
    out.*member = first(known.*member, otherwise.*member);
  for (auto const member :
       {&model_capabilities::max_stop, &model_capabilities::max_output_tokens, &model_capabilities::context_tokens})
    if (!(out.*member)) out.*member = otherwise.*member;
  if (!out.max_temperature) out.max_temperature = otherwise.max_temperature;
  return out;
}

capability_table& capability_table::add(std::string pattern, model_capabilities known) {
  rows_.push_back({std::move(pattern), known});
  return *this;
}

model_capabilities capability_table::of(std::string_view model) const {
  model_capabilities all;
  for (auto row = rows_.rbegin(); row != rows_.rend(); ++row)
    if (matches(row->pattern, model)) all = merged(all, row->known);
  return all;
}

std::vector<issue> excess_of(completion_request const& request, model_capabilities const& model) {
  std::vector<issue> issues;
  if (model.chat == support::no) issues.push_back({"model", "this model has no completions"});
  for (auto& each : excess(request, model).find()) issues.push_back(std::move(each.what));
  return issues;
}

std::vector<issue> excess_of(embedding_request const&, model_capabilities const& model) {
  std::vector<issue> issues;
  if (model.embeddings == support::no) issues.push_back({"model", "this model has no embeddings"});
  return issues;
}

std::vector<issue> drop_excess(completion_request& request, model_capabilities const& model) {
  std::vector<issue> dropped;
  for (auto& each : excess(request, model).find()) {
    each.take_out(request, model);
    dropped.push_back(std::move(each.what));
  }
  return dropped;
}

}  // namespace sambung
