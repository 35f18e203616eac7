#include <sambung/rpc/procedures/tags.hpp>

namespace sambung {
namespace {

task<list_output<tag>> list_tags(workspace desk, list_input in) {
  auto organise = desk.organise();
  auto which = to_page_request(std::move(in));
  auto found = co_await organise.tags(std::move(which));
  co_return to_list(std::move(found));
}

task<tag> create_tag(workspace desk, tag_create_input in) {
  auto organise = desk.organise();
  co_return co_await organise.create_tag(std::move(in.name), std::move(in.colour));
}

task<tag> rename_tag(workspace desk, tag_rename_input in) {
  auto organise = desk.organise();
  co_return co_await organise.rename_tag(in.id, std::move(in.name), in.revision);
}

task<tag> merge_tags(workspace desk, tag_merge_input in) {
  auto organise = desk.organise();
  co_return co_await organise.merge_tags(in.id, in.into);
}

task<nothing> delete_tag(workspace desk, tag_reference in) {
  auto organise = desk.organise();
  co_await organise.remove_tag(in.id);
  co_return nothing();
}

task<tag_list_output> set_tags(workspace desk, tag_set_input in) {
  auto organise = desk.organise();
  tag_list_output out;
  out.items = co_await organise.set_tags(in.chat_id, std::move(in.names));
  co_return out;
}

task<tag_list_output> tags_of(workspace desk, tagged_chat in) {
  auto organise = desk.organise();
  tag_list_output out;
  out.items = co_await organise.tags_of(in.chat_id);
  co_return out;
}

task<list_output<tagged_chat>> list_tagged(workspace desk, tagged_list_input in) {
  auto organise = desk.organise();
  auto const id = in.id;
  auto which = to_page_request(std::move(in));
  auto found = co_await organise.tagged_chats(id, std::move(which));
  page<tagged_chat> chats;
  for (auto const one : found.items) chats.items.push_back({one});
  chats.next_cursor = std::move(found.next_cursor);
  chats.damaged = found.damaged;
  co_return to_list(std::move(chats));
}

}  // namespace

record_description describe_record(record_of<tag_create_input>) {
  return record<tag_create_input>().text(&tag_create_input::name, 1, 60).text(&tag_create_input::colour, 1, 32);
}

record_description describe_record(record_of<tag_rename_input>) {
  return record<tag_rename_input>().text(&tag_rename_input::name, 1, 60);
}

record_description describe_record(record_of<tag_set_input>) {
  return record<tag_set_input>().items(&tag_set_input::names, max_tags_of_subject).required(&tag_set_input::names);
}

void tag_procedures(procedure_registry& registry) {
  constexpr auto read = permission::chat_read;
  constexpr auto write = permission::chat_write;
  registry.call<list_input, list_output<tag>>("tag.getAll", read, "Lists the caller's tags by name.", list_tags);
  registry.call<tag_create_input, tag>("tag.create", write, "Makes a tag.", create_tag);
  registry.call<tag_rename_input, tag>("tag.rename", write, "Renames a tag that still has the given revision.",
                                       rename_tag);
  registry.call<tag_merge_input, tag>("tag.merge", write, "Gives whatever has one tag another instead.", merge_tags);
  registry.call<tag_reference, nothing>("tag.delete", write, "Deletes a tag; what had it stays.", delete_tag);
  registry.call<tag_set_input, tag_list_output>("tag.set", write, "Gives a chat these tags and no others.", set_tags);
  registry.call<tagged_chat, tag_list_output>("tag.getBySubject", read, "Lists the tags of a chat by name.", tags_of);
  registry.call<tagged_list_input, list_output<tagged_chat>>("tag.getSubjects", read, "Lists the chats with a tag.",
                                                             list_tagged);
}

}  // namespace sambung
