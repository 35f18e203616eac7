// error: ignoring return.* value
// An operation that nobody awaits does nothing. (A warning, unless it is made an error.)
#include <sambung/engine/engine.hpp>

namespace dropped_operation {

sambung::task<void> run(sambung::engine& engine) {
#ifdef MENDED
  co_await engine.start();
#else
  engine.start();
  co_return;
#endif
}

}  // namespace dropped_operation
