// templates: prompts that are kept. Reached by workspace::templates().
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/page.hpp>
#include <sambung/core/task.hpp>
#include <sambung/records/prompt_label.hpp>
#include <sambung/records/prompt_usage.hpp>
#include <sambung/records/prompt_version.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/services/base/core_ref.hpp>
#include <sambung/services/templates/prompt_archive.hpp>
#include <sambung/services/templates/rendered_prompt.hpp>
#include <sambung/template/field_diff.hpp>
#include <sambung/template/line_diff.hpp>

#include <memory>

namespace sambung {

// What a new template is made of.
struct new_prompt : prompt_content {
  new_prompt() = default;

  std::string name;
  std::string description;
  std::string category;
  std::optional<std::string> command;
  sambung::visibility visibility = visibility::private_;
  std::string note;                            // of its first version
  std::optional<std::string> idempotency_key;  // 1 to 200 bytes
};
SAMBUNG_DESCRIBE_STRUCT(new_prompt, (prompt_content),
                        (name, description, category, command, visibility, note, idempotency_key))
SAMBUNG_API record_description describe_record(record_of<new_prompt>);

// What changes; what is not named stays as it is.
struct prompt_update {
  prompt_update() = default;

  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<std::string> category;
  std::optional<std::string> command;  // empty: none
  std::optional<sambung::visibility> visibility;
  std::optional<prompt_content> content;  // a new version, unless the newest says the same
  std::optional<std::string> note;        // of that version
};
SAMBUNG_DESCRIBE_STRUCT(prompt_update, (), (name, description, category, command, visibility, content, note))
SAMBUNG_API record_description describe_record(record_of<prompt_update>);

// A template with one of its versions.
struct stored_prompt {
  prompt_template prompt;
  prompt_version version;
  std::vector<template_fault> warnings;  // of what was just saved
};
SAMBUNG_DESCRIBE_STRUCT(stored_prompt, (), (prompt, version, warnings))

// How a message of one version comes from that of another.
struct message_diff {
  std::int64_t number = 0;  // of the message, from 0
  std::vector<diff_line> lines;
};
SAMBUNG_DESCRIBE_STRUCT(message_diff, (), (number, lines))

struct version_diff {
  std::vector<message_diff> messages;  // those that differ
  std::vector<field_change> fields;    // of everything else: "config.model", "variables.topic.max"
};
SAMBUNG_DESCRIBE_STRUCT(version_diff, (), (messages, fields))

struct category_count {
  std::string category;
  std::int64_t count = 0;
};
SAMBUNG_DESCRIBE_STRUCT(category_count, (), (category, count))

// How many templates there are: the caller's own, what others share with the tenant, and both by category.
struct prompt_counts {
  std::int64_t own = 0;
  std::int64_t shared = 0;
  std::vector<category_count> categories;
  bool more = false;  // there are older ones, which were not counted
};
SAMBUNG_DESCRIBE_STRUCT(prompt_counts, (), (own, shared, categories, more))

// So many of the caller's own are counted before the older ones are left out, and so many of those that are shared; by
// up to max_rows more.
inline constexpr std::size_t max_counted_prompts = 5'000;

// What a template may have of versions and of labels.
inline constexpr std::int64_t max_prompt_versions = 1'000;
inline constexpr std::size_t max_prompt_labels = 50;

// Everything that is read is the caller's own, or shared with the tenant; what it includes, too: sharing a template
// shares nothing else. Changing takes its owner with content_write, or content_manage for what is shared.
//
// Thread safety: cheap value; safe to use from any thread. Lifetime: as for chats.
//
// Every operation throws sambung::error. errc::not_found: no such template, version or label, or another's.
// errc::invalid_argument: every fault listed, those of texts with line and column. errc::permission_denied: the role
// may not. errc::conflict: a revision that is not the stored one. errc::already_exists: the name or the command is
// taken among the owner's. errc::quota_exceeded: over the limits above. errc::unavailable: storage.
class SAMBUNG_API templates {
 public:
  // content_write; content_publish to share it at once. Repeating it with the same idempotency key returns the first.
  task<stored_prompt> create(new_prompt from) const;

  // With its newest version.
  task<stored_prompt> get(prompt_template_id id) const;

  // The caller's own and what is shared, newest first; of one category, if it is named.
  task<page<prompt_template>> list(page_request which = page_request(),
                                   std::optional<std::string> category = std::nullopt) const;
  // What is shared with the tenant, the caller's own included.
  task<page<prompt_template>> list_public(page_request which = page_request(),
                                          std::optional<std::string> category = std::nullopt) const;
  // Those of list() whose name and description have every word of `text`.
  task<page<prompt_template>> search(std::string text, page_request which = page_request()) const;
  task<prompt_counts> counts() const;

  // One batch: all of it, or nothing. Sharing it, and changing what is shared, takes content_publish.
  task<stored_prompt> update(prompt_template_id id, prompt_update changes, std::int64_t revision) const;
  // With its versions and labels.
  task<void> remove(prompt_template_id id) const;
  // A private copy of the caller's own, of the newest version. "<name> (2)" and so on where the name is taken.
  task<stored_prompt> duplicate(prompt_template_id id) const;

  // Newest first.
  task<page<prompt_version>> versions(prompt_template_id id, page_request which = page_request()) const;
  task<prompt_version> version(prompt_template_id id, std::int64_t number) const;
  // A new version that says what that one says, with what it included.
  task<stored_prompt> restore(prompt_template_id id, std::int64_t number, std::int64_t revision) const;
  task<version_diff> diff(prompt_template_id id, std::int64_t before, std::int64_t after) const;

  task<std::vector<prompt_label>> labels(prompt_template_id id) const;
  // Makes it, or replaces its arms. `protect` takes content_manage, and so does whatever is done to a protected one;
  // without it a label stays what it is.
  task<prompt_label> set_label(prompt_template_id id, std::string name, std::vector<prompt_arm> arms,
                               std::optional<bool> protect = std::nullopt) const;
  task<void> remove_label(prompt_template_id id, std::string name) const;

  // What versions were used for, by whomever, newest first: of those that were sent in a chat. For the owner, and for
  // content_manage. Turns and opinions that are removed are not: they were counted when they ended, or were given.
  task<page<prompt_usage>> usage(prompt_template_id id, page_request which = page_request()) const;

  // Fills it in. errc::payload_too_large over max_rendered_bytes.
  task<rendered_prompt> render(prompt_template_id id, render_options how = render_options()) const;
  // What would be saved, and, where it compiles and `values` fit, what would be rendered. Faults are told, not thrown.
  task<prompt_preview> preview(prompt_content content, boost::json::object values) const;

  // Those that are named, or all of the caller's own: up to 1,000 of them and 8 MiB, else errc::payload_too_large.
  task<prompt_archive> export_prompts(std::vector<prompt_template_id> ids = {}) const;
  // Each by itself, in order, so that one may include what stands before it. A name that the caller has already gets a
  // new version, unless the newest says the same. So a repetition changes nothing.
  task<prompt_import> import_prompts(prompt_archive from) const;

 private:
  friend class workspace;
  templates(std::shared_ptr<engine_core> core, principal who);

  detail::core_ref core_;
  principal who_;
};

}  // namespace sambung
