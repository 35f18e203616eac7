// error: .*has no member named .?chats|no member named 'chats'
// The workspace of a member is looked up first.
#include <sambung/engine/engine.hpp>

namespace forgotten_await {

sambung::task<sambung::page<sambung::chat>> list(sambung::engine& engine, sambung::tenant_id acme,
                                                 sambung::user_id ada) {
#ifdef MENDED
  auto const desk = co_await engine.workspace(acme, ada);
  co_return co_await desk.chats().list();
#else
  co_return co_await engine.workspace(acme, ada).chats().list();
#endif
}

}  // namespace forgotten_await
