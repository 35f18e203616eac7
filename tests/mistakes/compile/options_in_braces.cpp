// error: no matching (member )?function for call to .*create
// What a verb takes declares its constructors: g++ 12 would destroy an aggregate twice beside the co_await.
#include <sambung/services/chats/chats.hpp>

namespace options_in_braces {

sambung::task<sambung::chat> open(sambung::chats chats) {
#ifdef MENDED
  sambung::new_chat from;
  from.title = "Plans";
  co_return co_await chats.create(std::move(from));
#else
  co_return co_await chats.create({.title = "Plans"});
#endif
}

}  // namespace options_in_braces
