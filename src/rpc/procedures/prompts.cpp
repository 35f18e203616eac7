#include <sambung/rpc/procedures/prompts.hpp>

#include <limits>

namespace sambung {
namespace {

constexpr auto max_number = std::int64_t{1'000'000'000};
constexpr auto max_revision = std::numeric_limits<std::int64_t>::max();

task<stored_prompt> create_prompt(workspace desk, new_prompt in) {
  auto prompts = desk.templates();
  co_return co_await prompts.create(std::move(in));
}

task<list_output<prompt_template>> list_prompts(workspace desk, prompt_list_input in) {
  auto prompts = desk.templates();
  auto category = std::move(in.category);
  auto which = to_page_request(std::move(in));
  auto found = co_await prompts.list(std::move(which), std::move(category));
  co_return to_list(std::move(found));
}

task<list_output<prompt_template>> list_public_prompts(workspace desk, prompt_list_input in) {
  auto prompts = desk.templates();
  auto category = std::move(in.category);
  auto which = to_page_request(std::move(in));
  auto found = co_await prompts.list_public(std::move(which), std::move(category));
  co_return to_list(std::move(found));
}

task<list_output<prompt_template>> search_prompts(workspace desk, prompt_search_input in) {
  auto prompts = desk.templates();
  auto text = std::move(in.text);
  auto which = to_page_request(std::move(in));
  auto found = co_await prompts.search(std::move(text), std::move(which));
  co_return to_list(std::move(found));
}

task<prompt_counts> count_prompts(workspace desk, nothing) {
  auto prompts = desk.templates();
  co_return co_await prompts.counts();
}

task<stored_prompt> get_prompt(workspace desk, prompt_reference in) {
  auto prompts = desk.templates();
  co_return co_await prompts.get(in.id);
}

task<stored_prompt> update_prompt_of(workspace desk, prompt_update_input in) {
  auto prompts = desk.templates();
  prompt_update changes = in;
  co_return co_await prompts.update(in.id, std::move(changes), in.revision);
}

task<nothing> remove_prompt(workspace desk, prompt_reference in) {
  auto prompts = desk.templates();
  co_await prompts.remove(in.id);
  co_return nothing();
}

task<stored_prompt> duplicate_prompt(workspace desk, prompt_reference in) {
  auto prompts = desk.templates();
  co_return co_await prompts.duplicate(in.id);
}

task<rendered_prompt> render_prompt_of(workspace desk, prompt_render_input in) {
  auto prompts = desk.templates();
  render_options how = in;
  co_return co_await prompts.render(in.id, std::move(how));
}

task<prompt_preview> preview_prompt(workspace desk, prompt_preview_input in) {
  auto prompts = desk.templates();
  co_return co_await prompts.preview(std::move(in.content), std::move(in.values));
}

task<prompt_trial_report> try_prompt(workspace desk, prompt_trial in) {
  auto models = desk.completions();
  co_return co_await models.try_prompt(std::move(in));
}

task<list_output<prompt_version>> list_versions(workspace desk, version_list_input in) {
  auto prompts = desk.templates();
  auto const id = in.id;
  auto which = to_page_request(std::move(in));
  auto found = co_await prompts.versions(id, std::move(which));
  co_return to_list(std::move(found));
}

task<prompt_version> get_version(workspace desk, version_reference in) {
  auto prompts = desk.templates();
  co_return co_await prompts.version(in.id, in.number);
}

task<stored_prompt> restore_version(workspace desk, version_restore_input in) {
  auto prompts = desk.templates();
  co_return co_await prompts.restore(in.id, in.number, in.revision);
}

task<version_diff> diff_versions(workspace desk, version_diff_input in) {
  auto prompts = desk.templates();
  co_return co_await prompts.diff(in.id, in.before, in.after);
}

task<list_output<prompt_usage>> list_usage(workspace desk, prompt_usage_input in) {
  auto prompts = desk.templates();
  auto const id = in.id;
  auto which = to_page_request(std::move(in));
  auto found = co_await prompts.usage(id, std::move(which));
  co_return to_list(std::move(found));
}

task<label_list_output> list_labels(workspace desk, prompt_reference in) {
  auto prompts = desk.templates();
  label_list_output out;
  out.items = co_await prompts.labels(in.id);
  co_return out;
}

task<prompt_label> set_label(workspace desk, label_set_input in) {
  auto prompts = desk.templates();
  co_return co_await prompts.set_label(in.id, std::move(in.name), std::move(in.arms), in.protected_);
}

task<nothing> remove_label(workspace desk, label_reference in) {
  auto prompts = desk.templates();
  co_await prompts.remove_label(in.id, std::move(in.name));
  co_return nothing();
}

task<prompt_archive> export_prompts(workspace desk, prompt_export_input in) {
  auto prompts = desk.templates();
  co_return co_await prompts.export_prompts(std::move(in.ids));
}

task<prompt_import> import_prompts(workspace desk, prompt_archive in) {
  auto prompts = desk.templates();
  co_return co_await prompts.import_prompts(std::move(in));
}

void version_procedures(procedure_registry& registry) {
  constexpr auto read = permission::content_read;
  constexpr auto write = permission::content_write;
  // Each by the name it has here, and by that of earlier clients.
  for (auto const* name : {"prompt.versions.list", "prompt.getVersionHistory"})
    registry.call<version_list_input, list_output<prompt_version>>(
        name, read, "Lists the versions of a prompt, newest first.", list_versions);
  registry.call<version_reference, prompt_version>("prompt.versions.get", read, "Reads one version.", get_version);
  for (auto const* name : {"prompt.versions.restore", "prompt.restoreVersion"})
    registry.call<version_restore_input, stored_prompt>(
        name, write, "Makes a new version that says what an earlier one says.", restore_version);
  registry.call<version_diff_input, version_diff>("prompt.diff", read, "Says how one version comes from another.",
                                                  diff_versions);
  registry.call<prompt_usage_input, list_output<prompt_usage>>(
      "prompt.usage", read, "Says what each version of a prompt was used for.", list_usage);
  registry.call<prompt_reference, label_list_output>("prompt.label.list", read, "Lists the labels of a prompt.",
                                                     list_labels);
  registry.call<label_set_input, prompt_label>("prompt.label.set", write, "Has a label lead to versions.", set_label);
  registry.call<label_reference, nothing>("prompt.label.remove", write, "Removes a label.", remove_label);
}

}  // namespace

record_description describe_record(record_of<prompt_list_input>) {
  return record<prompt_list_input>().text(&prompt_list_input::category, 0, 60);
}

record_description describe_record(record_of<prompt_search_input>) {
  return record<prompt_search_input>().text(&prompt_search_input::text, 1, 200);
}

record_description describe_record(record_of<prompt_update_input>) {
  return record<prompt_update_input>().range(&prompt_update_input::revision, 1, max_revision);
}

record_description describe_record(record_of<prompt_preview_input>) {
  return record<prompt_preview_input>()
      .text(&prompt_preview_input::values, 0, max_rendered_bytes)
      .optional(&prompt_preview_input::values);
}

record_description describe_record(record_of<version_reference>) {
  return record<version_reference>().range(&version_reference::number, 1, max_number);
}

record_description describe_record(record_of<version_restore_input>) {
  return record<version_restore_input>().range(&version_restore_input::revision, 1, max_revision);
}

record_description describe_record(record_of<version_diff_input>) {
  return record<version_diff_input>()
      .range(&version_diff_input::before, 1, max_number)
      .range(&version_diff_input::after, 1, max_number);
}

record_description describe_record(record_of<label_reference>) {
  return record<label_reference>().text(&label_reference::name, 1, 40);
}

record_description describe_record(record_of<label_set_input>) {
  return record<label_set_input>().items(&label_set_input::arms, 8);
}

void prompt_procedures(procedure_registry& registry) {
  constexpr auto read = permission::content_read;
  constexpr auto write = permission::content_write;
  registry.call<new_prompt, stored_prompt>("prompt.create", write, "Keeps a prompt.", create_prompt);
  registry.call<prompt_list_input, list_output<prompt_template>>(
      "prompt.getAll", read, "Lists the caller's prompts and those shared with the tenant, newest first.",
      list_prompts);
  registry.call<prompt_list_input, list_output<prompt_template>>(
      "prompt.getPublicTemplates", read, "Lists the prompts shared with the tenant, newest first.",
      list_public_prompts);
  registry.call<prompt_search_input, list_output<prompt_template>>(
      "prompt.search", read, "Finds prompts by the words of their name and description.", search_prompts);
  registry.call<nothing, prompt_counts>("prompt.getCounts", read, "Counts the prompts by category.", count_prompts);
  registry.call<prompt_reference, stored_prompt>("prompt.getById", read, "Reads a prompt with its newest version.",
                                                 get_prompt);
  registry.call<prompt_update_input, stored_prompt>(
      "prompt.update", write, "Changes a prompt that still has the given revision; new content is a new version.",
      update_prompt_of);
  registry.call<prompt_reference, nothing>("prompt.delete", write, "Deletes a prompt with its versions and labels.",
                                           remove_prompt);
  registry.call<prompt_reference, stored_prompt>("prompt.duplicateFromPublic", write, "Copies a prompt for the caller.",
                                                 duplicate_prompt);
  registry.call<prompt_render_input, rendered_prompt>("prompt.render", read, "Fills in a prompt.", render_prompt_of);
  registry.call<prompt_preview_input, prompt_preview>(
      "prompt.preview", read, "Says what a prompt would become, and what is wrong with it.", preview_prompt);
  registry.call<prompt_trial, prompt_trial_report>("prompt.try", {permission::model_use, request_class::model},
                                                   "Asks a model the examples of a prompt's versions.", try_prompt);
  registry.call<prompt_export_input, prompt_archive>("prompt.exportPrompts", read, "Gives prompts as an archive.",
                                                     export_prompts);
  registry.call<prompt_archive, prompt_import>("prompt.importPrompts", write, "Takes the prompts of an archive.",
                                               import_prompts);
  version_procedures(registry);
}

}  // namespace sambung
