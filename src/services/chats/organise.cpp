#include <sambung/services/chats/organise.hpp>

#include "core/case_folding.hpp"
#include "core/hashed_id.hpp"
#include "services/base/row_erasing.hpp"
#include "services/chats/organising.hpp"

#include <algorithm>
#include <map>

namespace sambung {
namespace {

using tags_by_form = std::map<std::string, tag>;  // by tag::folded

std::string form_of(std::string const& name) {
  auto form = case_folded(name);
  if (!form || form->empty()) throw_wrong_name("must be readable text");
  return std::move(*form);
}

tag new_tag(engine_core& core, user_id owner, std::string name) {
  tag made;
  made.id = core.ids->next<tag_id>();
  made.owner_id = owner;
  made.folded = form_of(name);
  made.name = std::move(name);
  made.created_at = made.updated_at = core.clock->now();
  return made;
}

tagging_id tagging_id_of(tag_id of, uuid subject) {
  return tagging_id{hashed_id(to_string(of) + '/' + to_string(subject))};
}

tagging new_tagging(engine_core const& core, tag_id of, uuid subject) {
  tagging made;
  made.id = tagging_id_of(of, subject);
  made.tag_id = of;
  made.subject_id = subject;
  made.created_at = core.clock->now();
  return made;
}

change require_own(tag_id id, user_id owner) { return require<tag>(id).when(&tag::owner_id, owner); }

query tags_of_user(user_id owner) {
  std::vector<std::string> by_form(1, "folded");
  return collection<tag>::where(&tag::owner_id, owner).order(std::move(by_form), direction::ascending);
}

query taggings_with(tag_id id) {
  query q = collection<tagging>::where(&tagging::tag_id, id);
  return std::move(q).where(where(&tagging::subject_kind, tag_subject::chat));
}

task<tag> own_tag(chat_access const& access, tag_id id) {
  auto found = co_await access.core().records<tag>(access.rows()).get(id);
  if (!found && found.error().code != errc::not_found) throw error(found.error());
  if (!found || found->owner_id != access.user()) throw_not_found();
  co_return std::move(*found);
}

task<tags_by_form> every_tag(chat_access const& access) {
  auto const tags = access.core().records<tag>(access.rows());
  tags_by_form all;
  page_request which(max_page_size);
  do {
    auto found = (co_await tags.list(tags_of_user(access.user()), which)).value();
    for (auto& one : found.items) {
      auto form = one.folded;
      all.emplace(std::move(form), std::move(one));
    }
    which.cursor = std::move(found.next_cursor);
  } while (which.cursor);
  co_return all;
}

void demand_room(std::size_t tags) {
  if (tags > max_tags) throw error(errc::quota_exceeded, "at most " + std::to_string(max_tags) + " tags of one user");
}

// --- verbs
// ------------------------------------------------------------------------------------------------------------

task<page<tag>> list_tags(core_ptr core, principal who, page_request which) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  auto const tags = core->records<tag>(access.rows());
  co_return (co_await tags.list(tags_of_user(access.user()), std::move(which))).value();
}

task<tag> make_tag(core_ptr core, principal who, std::string name, std::optional<std::string> colour) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  auto made = new_tag(*core, access.user(), checked_name(name, description_of<tag>()));
  made.colour = std::move(colour);
  validate(made).value();
  auto const make = [&]() -> task<batch> {
    auto const all = co_await every_tag(access);
    if (all.contains(made.folded)) throw error(errc::already_exists, "there is a tag of that name");
    demand_room(all.size() + 1);
    batch b;
    b.add(insert(made));
    co_return b;
  };
  std::function<task<batch>()> const again(std::cref(make));
  co_await write_claimed(access, "tags", again);
  co_return made;
}

task<tag> call_tag(core_ptr core, principal who, tag_id id, std::string name, std::int64_t revision) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  auto changed = co_await own_tag(access, id);
  changed.name = checked_name(name, description_of<tag>());
  changed.folded = form_of(changed.name);
  changed.updated_at = core->clock->now();
  changed.revision = revision + 1;
  auto renaming = update<tag>(id)
                      .set(&tag::name, changed.name)
                      .set(&tag::folded, changed.folded)
                      .set(&tag::updated_at, changed.updated_at)
                      .set(&tag::revision, changed.revision)
                      .when(&tag::owner_id, access.user())
                      .when(&tag::revision, revision);
  auto const written = co_await core->records<tag>(access.rows()).write(std::move(renaming));
  if (written) co_return changed;
  auto const code = written.error().code;
  if (code == errc::not_found) throw_not_found();
  if (code == errc::conflict) throw error(errc::conflict, "the tag has changed since");
  if (code == errc::already_exists) throw error(code, "there is a tag of that name");
  throw error(written.error());
}

// One step of what a tag loses, to another or to nobody; empty behind the last. The tag goes with its last.
task<batch> next_step(chat_access const& access, tag_id from, std::optional<tag_id> into) {
  (void)co_await own_tag(access, from);
  if (into) (void)co_await own_tag(access, *into);
  auto const taggings = access.core().records<tagging>(access.rows());
  page_request const which(into ? erasing_step / 2 : erasing_step);
  auto const found = (co_await taggings.list(taggings_with(from), which)).value();
  batch b;
  b.add(require_own(from, access.user()));
  if (into) b.add(require_own(*into, access.user()));
  for (auto const& one : found.items) {
    b.add(erase<tagging>(one.id));
    if (!into) continue;
    auto const moved = new_tagging(access.core(), *into, one.subject_id);
    auto const there = co_await taggings.get(moved.id);
    if (!there && there.error().code != errc::not_found) throw error(there.error());
    if (!there) b.add(insert(moved));
  }
  if (!found.next_cursor) b.add(erase<tag>(from).when(&tag::owner_id, access.user()));
  co_return b;
}

task<bool> is_there(chat_access const& access, tag_id id) {
  auto const found = co_await as_result(own_tag(access, id));
  if (!found && found.error().code != errc::not_found) throw error(found.error());
  co_return found.has_value();
}

task<void> dissolve(chat_access const& access, tag_id from, std::optional<tag_id> into) {
  auto const make = [&]() -> task<batch> { return next_step(access, from, into); };
  std::function<task<batch>()> const again(std::cref(make));
  for (bool left = true; left;) {
    co_await write_claimed(access, "tags", again);
    left = co_await is_there(access, from);
  }
}

task<tag> join_tags(core_ptr core, principal who, tag_id from, tag_id into) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  if (from == into) throw error(errc::invalid_argument, "a tag cannot be merged into itself");
  auto kept = co_await own_tag(access, into);
  co_await dissolve(access, from, into);
  co_return kept;
}

task<void> drop_tag(core_ptr core, principal who, tag_id id) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  co_await dissolve(access, id, std::nullopt);
}

task<std::vector<tagging>> taggings_of(chat_access const& access, chat_id subject) {
  auto const taggings = access.core().records<tagging>(access.rows());
  page_request const which(max_page_size);
  query q = collection<tagging>::where(&tagging::subject_id, subject.value);
  auto found = (co_await taggings.list(std::move(q), which)).value();
  co_return std::move(found.items);
}

// The chat's tags as they are wanted, and what makes them so.
struct wanted_tags {
  std::vector<tag> tags;
  batch changes;
};

task<wanted_tags> wanted_of(chat_access const& access, chat_id subject, std::vector<std::string> const& names) {
  auto& core = access.core();
  (void)co_await access.own(subject);
  auto const present = co_await taggings_of(access, subject);
  auto all = co_await every_tag(access);
  wanted_tags wanted;
  wanted.changes.add(require_own(subject, access.user()));
  std::map<tagging_id, tag> by_tagging;
  for (auto const& name : names) {
    auto one = new_tag(core, access.user(), name);
    auto const [at, is_new] = all.emplace(one.folded, one);
    if (is_new) wanted.changes.add(insert(at->second));
    by_tagging.emplace(tagging_id_of(at->second.id, subject.value), at->second);
  }
  demand_room(all.size());
  for (auto const& one : present)
    if (!by_tagging.contains(one.id)) wanted.changes.add(erase<tagging>(one.id));
  for (auto const& [id, one] : by_tagging) {
    wanted.tags.push_back(one);
    if (std::ranges::count(present, id, &tagging::id) > 0) continue;
    auto const made = new_tagging(core, one.id, subject.value);
    wanted.changes.add(insert(made));
  }
  std::ranges::sort(wanted.tags, {}, &tag::folded);
  co_return wanted;
}

task<std::vector<tag>> put_tags(core_ptr core, principal who, chat_id subject, std::vector<std::string> names) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  for (auto& name : names) name = checked_name(name, description_of<tag>());
  if (names.size() > max_tags_of_subject)
    throw error(errc::invalid_argument, "at most " + std::to_string(max_tags_of_subject) + " tags");
  std::vector<tag> tags;
  auto const make = [&]() -> task<batch> {
    auto wanted = co_await wanted_of(access, subject, names);
    tags = std::move(wanted.tags);
    co_return std::move(wanted.changes);
  };
  std::function<task<batch>()> const again(std::cref(make));
  co_await write_claimed(access, "tags", again);
  co_return tags;
}

task<std::vector<tag>> read_tags(core_ptr core, principal who, chat_id subject) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  (void)co_await access.own(subject);
  auto const present = co_await taggings_of(access, subject);
  std::vector<tag> tags;
  for (auto const& one : present) {
    auto found = co_await as_result(own_tag(access, one.tag_id));
    if (found) tags.push_back(std::move(*found));
    else if (found.error().code != errc::not_found) throw error(found.error());
  }
  std::ranges::sort(tags, {}, &tag::folded);
  co_return tags;
}

task<page<chat_id>> list_tagged(core_ptr core, principal who, tag_id id, page_request which) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  (void)co_await own_tag(access, id);
  auto const taggings = core->records<tagging>(access.rows());
  auto found = (co_await taggings.list(taggings_with(id), std::move(which))).value();
  page<chat_id> out;
  for (auto const& one : found.items) out.items.push_back(chat_id{one.subject_id});
  out.next_cursor = std::move(found.next_cursor);
  out.damaged = found.damaged;
  co_return out;
}

}  // namespace

organise::organise(std::shared_ptr<engine_core> core, principal who) : core_(std::move(core)), who_(std::move(who)) {}

task<page<tag>> organise::tags(page_request which) const { return list_tags(core_, who_, std::move(which)); }

task<tag> organise::create_tag(std::string name, std::optional<std::string> colour) const {
  return make_tag(core_, who_, std::move(name), std::move(colour));
}

task<tag> organise::rename_tag(tag_id id, std::string name, std::int64_t revision) const {
  return call_tag(core_, who_, id, std::move(name), revision);
}

task<tag> organise::merge_tags(tag_id from, tag_id into) const { return join_tags(core_, who_, from, into); }

task<void> organise::remove_tag(tag_id id) const { return drop_tag(core_, who_, id); }

task<std::vector<tag>> organise::set_tags(chat_id subject, std::vector<std::string> names) const {
  return put_tags(core_, who_, subject, std::move(names));
}

task<std::vector<tag>> organise::tags_of(chat_id subject) const { return read_tags(core_, who_, subject); }

task<page<chat_id>> organise::tagged_chats(tag_id id, page_request which) const {
  return list_tagged(core_, who_, id, std::move(which));
}

}  // namespace sambung
