// What the verbs of folders and of chats know of a folder.
#pragma once

#include <sambung/records/folder.hpp>

#include "services/chats/organising.hpp"

namespace sambung {

// Whoever writes what a folder holds, or which folders there are, claims this list of the user's: a folder that is
// empty when it is looked at is empty when it is erased.
inline constexpr char const* folder_list = "folders";

// The caller's own folder; another's is not found.
task<folder> own_folder(chat_access const& access, folder_id id);
change require_own(folder_id id, user_id owner);

// A user's chats: those that are put away or the others; all of them, or of one folder, nil: of none. Pinned ones
// first, then by activity.
query chats_in(user_id owner, bool archived, std::optional<folder_id> in = std::nullopt);

}  // namespace sambung
