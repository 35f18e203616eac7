// The folders of organise.
#include <sambung/services/chats/organise.hpp>

#include "services/base/row_erasing.hpp"
#include "services/base/system_records.hpp"
#include "services/chats/folder_tree.hpp"
#include "services/chats/own_folder.hpp"

#include <array>

namespace sambung {
namespace {

query folders_of_user(user_id owner) {
  std::vector<std::string> by_place{"parent_id", "position"};
  query q = collection<folder>::where(&folder::owner_id, owner);
  q = std::move(q).where(where(&folder::kind, folder_kind::chat));
  return std::move(q).order(std::move(by_place), direction::ascending);
}

task<folder_tree> tree_of(chat_access const& access) {
  auto const folders = access.core().records<folder>(access.rows());
  std::vector<folder> all;
  page_request which(max_page_size);
  do {
    auto found = (co_await folders.list(folders_of_user(access.user()), which)).value();
    std::ranges::move(found.items, std::back_inserter(all));
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
  co_return folder_tree(std::move(all));
}

std::int64_t checked_position(std::int64_t position) {
  auto const& table = description_of<folder>();
  auto const& limits = table.fields[*table.position("position")];
  if (position >= limits.minimum && position <= limits.maximum) return position;
  auto const why = "must be " + std::to_string(limits.minimum) + " to " + std::to_string(limits.maximum);
  throw error(failure(errc::invalid_argument, "position: " + why, {{"position", why}}));
}

// What a batch that puts something into `parent` relies on.
void require_parent(batch& b, folder_id parent, user_id owner) {
  if (parent != folder_id()) b.add(require_own(parent, owner));
}

change changed(folder const& before, folder const& after, timestamp now) {
  return update<folder>(after.id)
      .set(&folder::parent_id, after.parent_id)
      .set(&folder::name, after.name)
      .set(&folder::position, after.position)
      .set(&folder::updated_at, now)
      .set(&folder::revision, before.revision + 1)
      .when(&folder::owner_id, before.owner_id)
      .when(&folder::revision, before.revision);
}

// --- verbs
// ------------------------------------------------------------------------------------------------------------

task<page<folder>> list_folders(core_ptr core, principal who, page_request which) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  auto const folders = core->records<folder>(access.rows());
  co_return (co_await folders.list(folders_of_user(access.user()), std::move(which))).value();
}

task<folder> make_folder(core_ptr core, principal who, std::string name, folder_id parent) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  folder made;
  made.id = core->ids->next<folder_id>();
  made.owner_id = access.user();
  made.parent_id = parent;
  made.name = checked_name(name, description_of<folder>());
  made.created_at = made.updated_at = core->clock->now();
  auto const make = [&]() -> task<batch> {
    auto const tree = co_await tree_of(access);
    tree.demand_room(made, parent);
    if (tree.size() >= max_folders)
      throw error(errc::quota_exceeded, "at most " + std::to_string(max_folders) + " folders of one user");
    made.position = tree.end_of(parent);
    batch b;
    require_parent(b, parent, access.user());
    b.add(insert(made));
    co_return b;
  };
  std::function<task<batch>()> const again(std::cref(make));
  co_await write_claimed(access, folder_list, again);
  co_return made;
}

task<folder> call_folder(core_ptr core, principal who, folder_id id, std::string name, std::int64_t revision) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  auto const before = co_await own_folder(access, id);
  if (before.revision != revision) throw error(errc::conflict, "the folder has changed since");
  auto after = before;
  after.name = checked_name(name, description_of<folder>());
  after.updated_at = core->clock->now();
  after.revision = revision + 1;
  auto renaming = changed(before, after, after.updated_at);
  auto const written = co_await core->records<folder>(access.rows()).write(std::move(renaming));
  if (written) co_return after;
  auto const code = written.error().code;
  if (code == errc::not_found) throw_not_found();
  if (code == errc::conflict) throw error(errc::conflict, "the folder has changed since");
  if (code == errc::already_exists) throw error(code, "there is a folder of that name");
  throw error(written.error());
}

task<folder> put_folder(core_ptr core, principal who, folder_id id, folder_id parent,
                        std::optional<std::int64_t> position) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  if (position) (void)checked_position(*position);
  folder after;
  auto const make = [&]() -> task<batch> {
    auto const tree = co_await tree_of(access);
    auto const& before = tree.at(id);
    tree.demand_room(before, parent);
    after = before;
    after.parent_id = parent;
    after.position = position ? *position : tree.end_of(parent);
    after.updated_at = core->clock->now();
    ++after.revision;
    batch b;
    require_parent(b, parent, access.user());
    b.add(changed(before, after, after.updated_at));
    co_return b;
  };
  std::function<task<batch>()> const again(std::cref(make));
  co_await write_claimed(access, folder_list, again);
  co_return after;
}

// Some of the chats in the folder, to where it is itself; whether they were all that were left.
task<bool> add_chats(chat_access const& access, folder const& from, batch& b) {
  std::optional<folder_id> to;
  if (from.parent_id != folder_id()) to = from.parent_id;
  bool all = true;
  constexpr std::array both{false, true};
  for (bool const archived : both) {
    auto const found = co_await keys_of(access.core(), access.rows(), chats_in(access.user(), archived, from.id));
    for (auto const& key : found.keys)
      b.add(update<chat>(key)
                .set(&chat::folder_id, to)
                .when(&chat::owner_id, access.user())
                .when(&chat::folder_id, std::optional<folder_id>(from.id)));
    all = all && !found.more;
  }
  co_return all;
}

// One step of a folder's content on its way up. The folder goes with the last: before what was in it takes its place,
// which may be called as it is.
task<batch> next_step(chat_access const& access, folder_id id) {
  auto const tree = co_await tree_of(access);
  auto const& from = tree.at(id);
  batch b;
  b.add(require_own(id, access.user()));
  require_parent(b, from.parent_id, access.user());
  auto const all = co_await add_chats(access, from, b);
  if (!all) co_return b;
  b.add(erase<folder>(id).when(&folder::owner_id, access.user()));
  for (auto const& one : tree.moved_up(id)) b.add(changed(tree.at(one.id), one, access.core().clock->now()));
  co_return b;
}

task<void> drop_folder(core_ptr core, principal who, folder_id id) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  auto const make = [&]() -> task<batch> { return next_step(access, id); };
  std::function<task<batch>()> const again(std::cref(make));
  for (bool left = true; left;) {
    co_await write_claimed(access, folder_list, again);
    auto const found = co_await as_result(own_folder(access, id));
    if (!found && found.error().code != errc::not_found) throw error(found.error());
    left = found.has_value();
  }
}

}  // namespace

task<page<folder>> organise::folders(page_request which) const { return list_folders(core_, who_, std::move(which)); }

task<folder> organise::create_folder(std::string name, std::optional<folder_id> parent) const {
  return make_folder(core_, who_, std::move(name), parent.value_or(folder_id()));
}

task<folder> organise::rename_folder(folder_id id, std::string name, std::int64_t revision) const {
  return call_folder(core_, who_, id, std::move(name), revision);
}

task<folder> organise::move_folder(folder_id id, std::optional<folder_id> parent,
                                   std::optional<std::int64_t> position) const {
  return put_folder(core_, who_, id, parent.value_or(folder_id()), position);
}

task<void> organise::remove_folder(folder_id id) const { return drop_folder(core_, who_, id); }

}  // namespace sambung
