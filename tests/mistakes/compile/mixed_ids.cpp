// error: (could not convert|no viable conversion from|no matching (member )?function).*
// Ids of different kinds do not convert into each other.
#include <sambung/services/chats/chats.hpp>

namespace mixed_ids {

sambung::task<sambung::chat> find(sambung::chats chats, sambung::message const& in) {
#ifdef MENDED
  return chats.get(in.chat_id);
#else
  return chats.get(in.id);
#endif
}

}  // namespace mixed_ids
