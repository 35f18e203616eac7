// Where chats are in the lists of their owner.
#include <sambung/services/chats/chats.hpp>

#include "services/base/system_records.hpp"
#include "services/chats/own_folder.hpp"

namespace sambung {

namespace {

task<page<chat>> list_chats(core_ptr core, principal who, page_request which, chat_list_options what) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_read);
  if (what.folder && *what.folder != folder_id()) (void)co_await own_folder(access, *what.folder);
  query q = chats_in(access.user(), what.archived, what.folder);
  co_return (co_await core->records<chat>(access.rows()).list(std::move(q), std::move(which))).value();
}

// The revision stays: who edits a chat meanwhile edits nothing else than before.
task<chat> mark_chat(core_ptr core, principal who, chat_id id, bool chat::* mark, bool to) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  auto marking =
      update<chat>(id).set(mark, to).when(&chat::owner_id, access.user()).when(&chat::state, chat_state::active);
  auto const written = co_await core->records<chat>(access.rows()).write(std::move(marking));
  if (!written && was_overtaken(written.error())) throw_not_found();  // another's is answered as a missing one
  written.value();
  co_return co_await access.own(id);
}

task<chat> put_chat(core_ptr core, principal who, chat_id id, std::optional<folder_id> into) {
  auto const access = co_await chat_access::open(*core, who, permission::chat_write);
  if (into == folder_id()) into.reset();
  auto const make = [&]() -> task<batch> {
    (void)co_await access.own(id);
    batch b;
    if (into) {
      (void)co_await own_folder(access, *into);
      b.add(require_own(*into, access.user()));
    }
    b.add(update<chat>(id)
              .set(&chat::folder_id, into)
              .when(&chat::owner_id, access.user())
              .when(&chat::state, chat_state::active));
    co_return b;
  };
  std::function<task<batch>()> const again(std::cref(make));
  co_await write_claimed(access, folder_list, again);
  co_return co_await access.own(id);
}

}  // namespace

task<page<chat>> chats::list(page_request which, chat_list_options what) const {
  return list_chats(core_, who_, std::move(which), std::move(what));
}

task<chat> chats::pin(chat_id id) const { return mark_chat(core_, who_, id, &chat::pinned, true); }

task<chat> chats::unpin(chat_id id) const { return mark_chat(core_, who_, id, &chat::pinned, false); }

task<chat> chats::archive(chat_id id) const { return mark_chat(core_, who_, id, &chat::archived, true); }

task<chat> chats::unarchive(chat_id id) const { return mark_chat(core_, who_, id, &chat::archived, false); }

task<chat> chats::move(chat_id id, std::optional<folder_id> into) const { return put_chat(core_, who_, id, into); }

}  // namespace sambung
