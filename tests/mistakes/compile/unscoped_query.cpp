// error: no matching (member )?function|too few arguments to function call|no matching constructor
// No call of storage is spelt without a scope, and only Sambung makes scopes.
#include <sambung/storage/storage.hpp>

namespace unscoped_query {

sambung::task<sambung::result<sambung::rows>> everything(sambung::storage& store, sambung::scope who) {
#ifdef MENDED
  return store.read(who, sambung::query("messages"));
#else
  return store.read(sambung::scope(), sambung::query("messages"));
#endif
}

}  // namespace unscoped_query
