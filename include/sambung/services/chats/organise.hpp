// organise: a user's own tags and folders, by which they keep their chats in order. Reached by workspace::organise().
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/page.hpp>
#include <sambung/core/task.hpp>
#include <sambung/records/chat.hpp>
#include <sambung/records/folder.hpp>
#include <sambung/records/tag.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/services/base/core_ref.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sambung {

// Of one user in a tenant, and on one subject.
inline constexpr std::size_t max_tags = 1'000;
inline constexpr std::size_t max_tags_of_subject = 32;

// Of one user in a tenant, and in one another.
inline constexpr std::size_t max_folders = 1'000;
inline constexpr std::size_t max_folder_depth = 8;

// Two names are one tag when they read alike: case and normal form do not count. A name is 1 to 60 bytes in one line,
// blanks around it are left out. A folder's name is 1 to 400 bytes in one line, and compared as it is written.
//
// Thread safety: safe to use from any thread. Lifetime: as for chats. Throws sambung::error: errc::permission_denied
// without chat_read or chat_write; errc::not_found for a tag, folder or chat that is missing or another user's, alike.
class SAMBUNG_API organise {
 public:
  // By name, as it is compared.
  task<page<tag>> tags(page_request which = page_request()) const;

  // errc::already_exists when the user has it; errc::quota_exceeded past max_tags.
  task<tag> create_tag(std::string name, std::optional<std::string> colour = std::nullopt) const;

  // errc::conflict unless `revision` is the stored one; errc::already_exists when another tag is called so.
  task<tag> rename_tag(tag_id id, std::string name, std::int64_t revision) const;

  // What has `from` has `into` afterwards, and `from` is gone. Cut off, it has happened for some, and goes on when it
  // is called again. errc::invalid_argument when both are one.
  task<tag> merge_tags(tag_id from, tag_id into) const;

  task<void> remove_tag(tag_id id) const;

  // The chat has these tags afterwards and no others; those that are not there yet are made. At most
  // max_tags_of_subject.
  task<std::vector<tag>> set_tags(chat_id subject, std::vector<std::string> names) const;

  // By name.
  task<std::vector<tag>> tags_of(chat_id subject) const;

  // The chats that have the tag, in no order that means anything.
  task<page<chat_id>> tagged_chats(tag_id id, page_request which = page_request()) const;

  // All of them: those in the same place together, by position. chats::list() has what is in one, chats::move() puts a
  // chat into one.
  task<page<folder>> folders(page_request which = page_request()) const;

  // Behind the others in `parent`; without one, or nil: at the top. errc::already_exists when one there is called so;
  // errc::quota_exceeded past max_folders; errc::invalid_argument past max_folder_depth.
  task<folder> create_folder(std::string name, std::optional<folder_id> parent = std::nullopt) const;

  // errc::conflict unless `revision` is the stored one; errc::already_exists when another one there is called so.
  task<folder> rename_folder(folder_id id, std::string name, std::int64_t revision) const;

  // With everything in it. Without a position: behind the others there. errc::invalid_argument into itself or past
  // max_folder_depth; errc::already_exists when another one there is called so.
  task<folder> move_folder(folder_id id, std::optional<folder_id> parent,
                           std::optional<std::int64_t> position = std::nullopt) const;

  // What is in it moves up to where it was; a folder whose name is taken there is "name (2)" afterwards. Cut off, it
  // has happened for some chats, and goes on when it is called again.
  task<void> remove_folder(folder_id id) const;

 private:
  friend class workspace;
  organise(std::shared_ptr<engine_core> core, principal who);

  detail::core_ref core_;
  principal who_;
};

}  // namespace sambung
