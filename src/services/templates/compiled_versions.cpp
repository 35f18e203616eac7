#include "services/templates/compiled_versions.hpp"

#include "services/templates/prompt_compiling.hpp"
#include "services/templates/prompt_ids.hpp"
#include "services/templates/templates_state.hpp"

namespace sambung {
namespace {

// What is included is read with the rights of whoever renders it, and those may have changed.
task<bool> may_read_all(template_access const& reach, std::vector<prompt_template_id> const& included) {
  for (auto const& id : included) {
    auto const found = co_await as_result(reach.readable(id));
    if (!found) co_return false;
  }
  co_return true;
}

task<compiled_ref> compile_version(template_access const& reach, prompt_template const& of, std::int64_t number) {
  auto version = co_await reach.version_of(of, number);
  auto includes = co_await load_includes(reach, version, version.includes, std::nullopt);
  auto made = compile_prompt(version, includes);
  demand_compiled(made);
  co_return std::make_shared<compiled_version const>(std::move(version), std::move(*made.compiled),
                                                     std::move(includes.templates));
}

}  // namespace

std::size_t compiled_version::bytes() const {
  auto all = sizeof(*this) + compiled.bytes() + included.size() * sizeof(prompt_template_id);
  for (auto const& one : version.messages) all += sizeof(one) + one.text.size();
  // They are read rarely, and made of small pieces.
  return all + 4 * (to_json_text(version.variables).size() + to_json_text(version.examples).size() +
                    to_json_text(version.config).size() + to_json_text(version.includes).size());
}

compiled_ref compiled_versions::find(scope who, prompt_version_id id, timestamp now) {
  std::lock_guard lock(mutex_);
  auto const found = places_.find({who, id});
  if (found == places_.end()) return nullptr;
  found->second->used = now;
  entries_.splice(entries_.end(), entries_, found->second);
  return found->second->one;
}

void compiled_versions::keep(scope who, compiled_ref one, timestamp now) {
  auto const id = one->version.id;
  auto const bytes = one->bytes();
  if (bytes > max_bytes_) return;
  std::lock_guard lock(mutex_);
  if (auto const old = places_.find({who, id}); old != places_.end()) drop(old->second);
  bytes_ += bytes;
  entries_.push_back({{who, id}, now, bytes, std::move(one)});
  places_.emplace(entries_.back().at, std::prev(entries_.end()));
  while (bytes_ > max_bytes_) drop(entries_.begin());
}

void compiled_versions::forget(scope who, prompt_version_id id) {
  std::lock_guard lock(mutex_);
  if (auto const found = places_.find({who, id}); found != places_.end()) drop(found->second);
}

void compiled_versions::forget_all() {
  std::lock_guard lock(mutex_);
  while (!entries_.empty()) drop(entries_.begin());
}

void compiled_versions::forget_unused_since(timestamp when) {
  std::lock_guard lock(mutex_);
  while (!entries_.empty() && entries_.front().used < when) drop(entries_.begin());
}

std::size_t compiled_versions::bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}

void compiled_versions::drop(entries::iterator which) {
  bytes_ -= which->bytes;
  places_.erase(which->at);
  entries_.erase(which);
}

task<compiled_ref> compiled_version_of(template_access const& reach, prompt_template const& of, std::int64_t number) {
  auto& memory = reach.core().templates->compiled;
  auto const now = reach.core().clock->now();
  if (auto known = memory.find(reach.rows(), version_id_of(of.id, number), now)) {
    bool const allowed = co_await may_read_all(reach, known->included);
    if (allowed) co_return known;
  }
  auto made = co_await compile_version(reach, of, number);
  memory.keep(reach.rows(), made, now);
  co_return made;
}

}  // namespace sambung
