#include <sambung/storage/storage.hpp>

namespace sambung {

void storage::measure(std::shared_ptr<metrics>) {}

// A backend whose migrate() leaves nothing to be done has nothing to say here.
task<result<bool>> storage::index_words() { co_return false; }

task<result<std::optional<value>>> storage::lacking_words(scope, std::string) { co_return std::optional<value>(); }

}  // namespace sambung
