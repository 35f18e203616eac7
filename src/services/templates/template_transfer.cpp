#include <sambung/services/templates/templates.hpp>

#include "services/templates/prompt_saving.hpp"

#include <algorithm>

namespace sambung {
namespace {

constexpr std::size_t max_archived = 1'000;
constexpr std::size_t max_archive_bytes = 8 * 1'048'576;

[[noreturn]] void refuse_too_much() {
  throw error(errc::payload_too_large, "an archive has at most 1,000 prompts and 8 MiB: name fewer of them");
}

task<std::vector<prompt_template>> own_templates(template_access const& reach) {
  std::vector<prompt_template> all;
  page_request which(max_page_size);
  do {
    query q = collection<prompt_template>::where(&prompt_template::owner_id, reach.user());
    auto found = (co_await reach.core().records<prompt_template>(reach.rows()).list(std::move(q), which)).value();
    for (auto& one : found.items) all.push_back(std::move(one));
    if (all.size() > max_archived) refuse_too_much();
    which.cursor = found.next_cursor;
  } while (which.cursor);
  co_return all;
}

archived_prompt archived(prompt_template const& of, prompt_version const& newest) {
  archived_prompt made;
  static_cast<prompt_content&>(made) = newest;
  made.name = of.name;
  made.description = of.description;
  made.category = of.category;
  made.command = of.command;
  return made;
}

// Oldest first: what a prompt includes is older, as a rule.
task<prompt_archive> make_archive(core_ptr core, principal who, std::vector<prompt_template_id> ids) {
  auto const reach = co_await template_access::open(*core, who, permission::content_read);
  if (ids.size() > max_archived) refuse_too_much();
  std::vector<prompt_template> wanted;
  for (auto const& id : ids) wanted.push_back(co_await reach.readable(id));
  if (ids.empty()) wanted = co_await own_templates(reach);
  std::ranges::sort(wanted, {}, &prompt_template::id);
  prompt_archive archive;
  std::size_t bytes = 0;
  for (auto const& one : wanted) {
    auto const newest = co_await reach.version_of(one, one.latest);
    archive.prompts.push_back(archived(one, newest));
    bytes += to_json_text(archive.prompts.back()).size();
    if (bytes > max_archive_bytes) refuse_too_much();
  }
  co_return archive;
}

task<imported_prompt> import_new(template_access const& reach, archived_prompt from) {
  new_prompt made_of;
  static_cast<prompt_content&>(made_of) = from;
  made_of.name = std::move(from.name);
  made_of.description = std::move(from.description);
  made_of.category = std::move(from.category);
  made_of.command = std::move(from.command);
  batch nothing_more;
  auto const id = reach.core().ids->next<prompt_template_id>();
  auto const made = co_await insert_prompt(reach, id, std::move(made_of), {}, std::move(nothing_more));
  imported_prompt out;
  out.outcome = import_outcome::imported;
  out.id = made.prompt.id;
  co_return out;
}

task<imported_prompt> import_again(template_access const& reach, prompt_template const& earlier, archived_prompt from) {
  imported_prompt out;
  out.id = earlier.id;
  prompt_content content = from;
  auto const newest = co_await reach.version_of(earlier, earlier.latest);
  auto const prepared = co_await prepare_version(reach, content, earlier.id, earlier.latest + 1, {});
  out.outcome = import_outcome::unchanged;
  if (prepared.version.content_hash == newest.content_hash) co_return out;
  auto const seen = co_await reach.changeable(earlier.id);
  prompt_update changes;
  changes.content = std::move(content);
  changes.note = "imported";
  co_await update_prompt(reach, seen, std::move(changes), {});
  out.outcome = import_outcome::updated;
  co_return out;
}

task<imported_prompt> import_one(template_access const& reach, archived_prompt from) {
  validate(from).value();
  auto const earlier = co_await own_of_name(reach, from.name);
  if (!earlier) co_return co_await import_new(reach, std::move(from));
  co_return co_await import_again(reach, *earlier, std::move(from));
}

void count(prompt_import& into, import_outcome outcome) {
  ++into.found;
  switch (outcome) {
    case import_outcome::imported:
      ++into.imported;
      return;
    case import_outcome::updated:
      ++into.updated;
      return;
    case import_outcome::unchanged:
      ++into.unchanged;
      return;
    case import_outcome::failed:
      ++into.failed;
      return;
  }
}

// What is wrong with one prompt is told of it; what is wrong with the call, or with storage, ends it.
bool is_of_the_prompt(errc code) {
  switch (code) {
    case errc::invalid_argument:
    case errc::payload_too_large:
    case errc::already_exists:
    case errc::permission_denied:
    case errc::quota_exceeded:
    case errc::conflict:
    case errc::not_found:
      return true;
    default:
      return false;
  }
}

task<prompt_import> read_archive(core_ptr core, principal who, prompt_archive from) {
  auto const reach = co_await template_access::open(*core, who, permission::content_write);
  if (from.format != prompt_archive_format || from.version != 1)
    throw error(failure(errc::invalid_argument, "not an archive of prompts of version 1", {{"format", "unknown"}}));
  if (from.prompts.size() > max_archived) refuse_too_much();
  prompt_import report;
  for (auto& one : from.prompts) {
    auto name = one.name;
    auto outcome = co_await as_result(import_one(reach, std::move(one)));
    if (!outcome && !is_of_the_prompt(outcome.error().code)) throw error(outcome.error());
    imported_prompt told;
    if (outcome) told = std::move(*outcome);
    else told.reason = std::string(to_string(outcome.error().code)), told.issues = outcome.error().issues;
    told.name = std::move(name);
    count(report, told.outcome);
    report.prompts.push_back(std::move(told));
  }
  co_return report;
}

}  // namespace

record_description describe_record(record_of<archived_prompt>) {
  return record<archived_prompt>()
      .text(&archived_prompt::name, 1, 400)
      .text(&archived_prompt::description, 0, 1'000)
      .optional(&archived_prompt::description)
      .text(&archived_prompt::category, 0, 60)
      .optional(&archived_prompt::category)
      .text(&archived_prompt::command, 1, 40);
}

record_description describe_record(record_of<prompt_archive>) {
  return record<prompt_archive>().text(&prompt_archive::format, 1, 40).items(&prompt_archive::prompts, max_archived);
}

task<prompt_archive> templates::export_prompts(std::vector<prompt_template_id> ids) const {
  return make_archive(core_, who_, std::move(ids));
}

task<prompt_import> templates::import_prompts(prompt_archive from) const {
  return read_archive(core_, who_, std::move(from));
}

}  // namespace sambung
