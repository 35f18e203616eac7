#include <sambung/provider/completion.hpp>
#include <sambung/provider/embedding.hpp>

#include <algorithm>

namespace sambung {
namespace {

void merge(std::optional<boost::json::object>& into, std::optional<boost::json::object> const& from) {
  if (!from) return;
  if (!into) into.emplace();
  for (auto const& item : *from) {
    auto& member = (*into)[item.key()];
    if (member.is_array() && item.value().is_array())
      for (auto const& element : item.value().get_array()) member.get_array().push_back(element);
    else member = item.value();
  }
}

}  // namespace

prompt_message::prompt_message(role who_, std::vector<part> parts_) : who(who_), parts(std::move(parts_)) {}

prompt_message::prompt_message(role who_, std::string text) : who(who_) {
  parts.push_back(text_part{std::move(text), {}});
}

tool_choice tool_choice::of(std::string name) {
  tool_choice one(kind::named);
  one.name = std::move(name);
  return one;
}

output_format output_format::schema_of(std::string name, boost::json::object schema) {
  output_format made;
  made.how = kind::json_schema;
  made.name = std::move(name);
  made.schema = std::move(schema);
  return made;
}

completion_request::completion_request() = default;

completion_request::completion_request(std::string model_, std::vector<prompt_message> messages_)
    : model(std::move(model_)), messages(std::move(messages_)) {}

std::string text_of(std::vector<part> const& parts) {
  std::string text;
  for (auto const& p : parts)
    if (auto const* t = std::get_if<text_part>(&p)) text += t->text;
  return text;
}

std::size_t size_of(completion_event const& event) {
  if (auto const* text = std::get_if<text_delta>(&event)) return text->text.size();
  if (auto const* reasoning = std::get_if<reasoning_delta>(&event)) return reasoning->text.size();
  if (auto const* call = std::get_if<tool_call_delta>(&event))
    return call->id.size() + call->name.size() + call->arguments.size();
  return 0;
}

std::size_t size_of(part const& said) {
  if (auto const* text = std::get_if<text_part>(&said)) return text->text.size();
  if (auto const* thought = std::get_if<reasoning_part>(&said)) return thought->text.size();
  auto const* call = std::get_if<tool_call_part>(&said);
  return call ? call->name.size() + call->arguments.size() : 0;
}

std::int64_t tokens_of_bytes(std::size_t bytes) noexcept { return static_cast<std::int64_t>((bytes + 3) / 4); }

void part_builder::add(completion_event const& event) {
  if (auto const* text = std::get_if<text_delta>(&event)) {
    auto* last = parts_.empty() ? nullptr : std::get_if<text_part>(&parts_.back());
    if (last) last->text += text->text;
    else parts_.push_back(text_part{text->text, {}});
  } else if (auto const* reasoning = std::get_if<reasoning_delta>(&event)) {
    add_reasoning(*reasoning);
  } else if (auto const* call = std::get_if<tool_call_delta>(&event)) {
    add_tool_call(*call);
  }
}

void part_builder::add(tool_result_part result) { parts_.push_back(std::move(result)); }

void part_builder::add_reasoning(reasoning_delta const& delta) {
  if (parts_.empty() || !std::holds_alternative<reasoning_part>(parts_.back())) parts_.push_back(reasoning_part{});
  auto& last = std::get<reasoning_part>(parts_.back());
  last.text += delta.text;
  merge(last.provider_data, delta.provider_data);
}

void part_builder::add_tool_call(tool_call_delta const& delta) {
  auto const index = static_cast<std::size_t>(delta.index < 0 ? 0 : delta.index);
  // An index that skips ahead is taken for the next call: the indexes of one answer are contiguous.
  auto const call = std::min(index, calls_.size());
  if (call == calls_.size()) {
    calls_.push_back(parts_.size());
    parts_.push_back(tool_call_part{});
  }
  auto& part = std::get<tool_call_part>(parts_[calls_[call]]);
  part.id += delta.id;
  part.name += delta.name;
  part.arguments += delta.arguments;
  merge(part.provider_data, delta.provider_data);
}

std::vector<part> part_builder::take() {
  calls_.clear();
  return std::exchange(parts_, {});
}

record_description describe_record(record_of<embedding_request>) {
  return record<embedding_request>().optional(&embedding_request::extra);
}

record_description describe_record(record_of<output_format>) {
  return record<output_format>()
      .text(&output_format::name, 0, 200)
      .optional(&output_format::name)
      .optional(&output_format::schema);
}

record_description describe_record(record_of<completion_request>) {
  return record<completion_request>()
      .optional(&completion_request::tools)
      .optional(&completion_request::extra)
      .optional(&completion_request::on_unsupported);
}

}  // namespace sambung
