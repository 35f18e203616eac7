#include "template/compiler.hpp"

#include "template/variables.hpp"

#include <algorithm>

namespace sambung::templating {
namespace {

constexpr std::size_t max_faults = 100;
constexpr std::size_t max_variables = 256;  // with those of included texts
// Of all texts together, each as often as it is included: what texts that include each other cost is bounded.
constexpr std::size_t max_bytes_read = 4 * 1'048'576;

template_fault fault_about(std::string path, std::string why) {
  template_fault found;
  found.path = std::move(path);
  found.message = std::move(why);
  return found;
}

std::string quoted(std::string_view name) { return '"' + std::string(name) + '"'; }

}  // namespace

compiler::compiler(std::vector<prompt_variable> const& declared, include_resolver const& includes)
    : declared_(declared), includes_(includes) {
  for (auto const& one : built_ins()) slots_.emplace(one.name, static_cast<std::uint32_t>(slots_.size()));
  made_->variables = declared;
  auto slot = static_cast<std::uint32_t>(built_ins().size());
  for (auto const& one : declared) slots_.emplace(one.name, slot++);
  used_.resize(slot);
  out_.faults = declaration_faults(declared, "variables");
}

void compiler::add(std::string_view text, std::string path) {
  path_ = std::move(path);
  source outermost;
  outermost.text = text;
  read(outermost);
  made_->ends.push_back(made_->segments.size());
}

template_compilation compiler::finish() && {
  for (std::size_t i = 0; i < declared_.size(); ++i)
    if (!used_[built_ins().size() + i])
      out_.warnings.push_back(fault_about("variables[" + std::to_string(i) + "]", declared_[i].name + " is not used"));
  if (out_.faults.empty()) out_.compiled = program::finished(std::move(made_));
  if (out_.faults.size() > max_faults) out_.faults.resize(max_faults);
  return std::move(out_);
}

void compiler::read(source& in) {
  reading_.push_back(&in);
  landing_ = made_->segments.size();
  marks all(in.text);
  while (!is_given_up()) {
    auto const one = all.next();
    if (!one) break;
    if (reading_.size() == 1) outer_offset_ = one->offset;
    take(in, *one);
  }
  for (auto const& left : in.open) fault(left.offset, "#if is not closed by {{/if}}");
  reading_.pop_back();
}

void compiler::take(source& in, mark const& one) {
  switch (one.kind) {
    case mark_kind::literal:
      return take_literal(one.text);
    case mark_kind::variable:
      return take_variable(one);
    case mark_kind::if_:
      return open_if(in, one);
    case mark_kind::else_:
      return turn_to_else(in, one);
    case mark_kind::end_if:
      return close_if(in, one);
    case mark_kind::include:
      return include(in, one);
    case mark_kind::fault:
      return fault(one.offset, std::string(one.text));
  }
}

void compiler::take_literal(std::string_view text) {
  auto const begin = made_->literals.size();
  made_->literals += text;
  auto& segments = made_->segments;
  if (segments.size() > landing_ && segments.back().what == step::literal)
    segments.back().b = static_cast<std::uint32_t>(made_->literals.size());
  else emit(step::literal, begin, made_->literals.size());
}

void compiler::take_variable(mark const& one) {
  if (auto const slot = slot_of(one.text)) emit(step::slot, *slot);
  else fault(one.offset, quoted(one.text) + " is not declared");
}

void compiler::open_if(source& in, mark const& one) {
  auto const slot = slot_of(one.text);
  if (!slot) fault(one.offset, quoted(one.text) + " is not declared");
  if (in.open.size() == max_template_depth)
    fault(one.offset, "more than " + std::to_string(max_template_depth) + " #if inside each other");
  in.open.push_back({one.offset, made_->segments.size()});
  emit(step::jump_unless, slot.value_or(0));
}

void compiler::turn_to_else(source& in, mark const& one) {
  if (in.open.empty() || in.open.back().has_else)
    return fault(one.offset, in.open.empty() ? "{{else}} without {{#if}}" : "a second {{else}} in one {{#if}}");
  auto& open = in.open.back();
  auto const skip = made_->segments.size();
  emit(step::jump, 0);
  end_jump(open);
  open.jump = skip;
  open.has_else = true;
}

void compiler::close_if(source& in, mark const& one) {
  if (in.open.empty()) return fault(one.offset, "{{/if}} without {{#if}}");
  end_jump(in.open.back());
  in.open.pop_back();
}

void compiler::include(source& in, mark const& one) {
  auto const& known = resolved(in, one.text);
  if (!known) return fault(one.offset, quoted(one.text) + ": " + known.error().message);
  auto const& found = *known;
  if (!may_include(found, one)) return;
  adopt(found.id, found.variables, one);
  source inner;
  inner.text = found.text;
  inner.id = found.id;
  inner.reference = one.text;
  read(inner);
  landing_ = made_->segments.size();
}

// Once for each reference in a text, however often that is included: what comes of it may be large.
result<included_template> const& compiler::resolved(source const& in, std::string_view reference) {
  auto const place = std::pair(in.id, reference);
  auto known = resolved_.find(place);
  if (known == resolved_.end())
    known = resolved_.emplace(place, includes_(*parse_reference(reference), std::string(in.id))).first;
  return known->second;
}

bool compiler::may_include(included_template const& found, mark const& one) {
  auto const same = [&](source const* other) { return other->id == found.id; };
  bytes_read_ += found.text.size();
  if (std::ranges::any_of(reading_, same)) fault(one.offset, quoted(one.text) + " includes itself");
  else if (reading_.size() > max_include_depth)
    fault(one.offset, "more than " + std::to_string(max_include_depth) + " includes inside each other");
  else if (bytes_read_ > max_bytes_read) fault(one.offset, "too large with all that it includes");
  else return true;
  return false;
}

void compiler::adopt(std::string const& id, std::vector<prompt_variable> const& theirs, mark const& one) {
  if (!adopted_.insert(id).second) return;
  for (auto const& variable : theirs) {
    auto const [known, added] = slots_.emplace(variable.name, static_cast<std::uint32_t>(made_->slots()));
    if (!added && known->second < built_ins().size()) continue;
    if (!added && made_->variables[known->second - built_ins().size()].type != variable.type)
      fault(one.offset, quoted(variable.name) + " is of another type in " + quoted(one.text));
    if (!added) continue;
    made_->variables.push_back(variable);
    used_.push_back(true);
  }
  if (made_->variables.size() > max_variables)
    fault(one.offset, "more than " + std::to_string(max_variables) + " variables with those of included templates");
}

std::optional<std::uint32_t> compiler::slot_of(std::string_view name) {
  auto const found = slots_.find(std::string(name));
  if (found == slots_.end()) return std::nullopt;
  used_[found->second] = true;
  return found->second;
}

void compiler::emit(step what, std::size_t a, std::size_t b) {
  made_->segments.push_back({what, static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b)});
}

void compiler::end_jump(branch const& of) {
  auto& jump = made_->segments[of.jump];
  landing_ = made_->segments.size();
  (jump.what == step::jump ? jump.a : jump.b) = static_cast<std::uint32_t>(landing_);
}

// What is wrong inside an included text is told where the outermost one includes it.
void compiler::fault(std::size_t offset, std::string why) {
  if (is_given_up()) return;
  bool const inner = reading_.size() > 1;
  auto const place = position_of(reading_.front()->text, inner ? outer_offset_ : offset);
  auto found = fault_about(path_, inner ? "in " + quoted(reading_.back()->reference) + ": " + why : std::move(why));
  found.line = place.line;
  found.column = place.column;
  out_.faults.push_back(std::move(found));
}

bool compiler::is_given_up() const { return out_.faults.size() >= max_faults; }

}  // namespace sambung::templating

namespace sambung {

template_compilation compile_template(std::span<std::string_view const> texts,
                                      std::vector<prompt_variable> const& variables, include_resolver const& includes) {
  templating::compiler compiler(variables, includes);
  for (std::size_t i = 0; i < texts.size(); ++i) compiler.add(texts[i], "messages[" + std::to_string(i) + "].text");
  return std::move(compiler).finish();
}

}  // namespace sambung
