// error: ignoring return.* value of
// A port says by a value that a write failed. (A warning, unless it is made an error.)
#include <sambung/storage/storage.hpp>

namespace dropped_result {

sambung::result<void> save(sambung::storage& store) { return sync_wait(store.check()); }

void keep(sambung::storage& store) {
#ifdef MENDED
  save(store).value();
#else
  save(store);
#endif
}

}  // namespace dropped_result
