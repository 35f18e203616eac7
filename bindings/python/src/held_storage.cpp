#include "held_storage.hpp"

#include <sambung/core/run_on.hpp>

#include <utility>

namespace sambung::python {
namespace {

failure let_go_of() { return failure(errc::unavailable, "the engine is closed"); }

task<result<rows>> search_in(std::shared_ptr<storage> inner, scope who, text_query q) {
  co_return co_await inner->search(who, std::move(q));
}

}  // namespace

held_storage::held_storage(std::shared_ptr<storage> inner, boost::asio::any_io_executor searching)
    : shared_(inner->is_shared()),
      backend_(inner->backend()),
      searching_(std::move(searching)),
      inner_(std::move(inner)) {}

void held_storage::measure(std::shared_ptr<metrics> into) {
  if (auto const inner = inner_.load()) inner->measure(std::move(into));
}

task<result<void>> held_storage::migrate(schema_ref s) {
  auto const inner = inner_.load();
  if (!inner) co_return let_go_of();
  co_return co_await inner->migrate(std::move(s));
}

task<result<void>> held_storage::adopt(schema_ref s) {
  auto const inner = inner_.load();
  if (!inner) co_return let_go_of();
  co_return co_await inner->adopt(std::move(s));
}

task<result<rows>> held_storage::read(scope who, query q) {
  auto const inner = inner_.load();
  if (!inner) co_return let_go_of();
  co_return co_await inner->read(who, std::move(q));
}

task<result<rows>> held_storage::search(scope who, text_query q) {
  auto inner = inner_.load();
  if (!inner) co_return let_go_of();
  auto searching = search_in(std::move(inner), who, std::move(q));
  if (!searching_) co_return co_await std::move(searching);
  auto elsewhere = run_on(boost::asio::strand<boost::asio::any_io_executor>(searching_), std::move(searching));
  co_return co_await std::move(elsewhere);
}

task<result<receipt>> held_storage::write(scope who, batch b) {
  auto const inner = inner_.load();
  if (!inner) co_return let_go_of();
  co_return co_await inner->write(who, std::move(b));
}

task<result<std::vector<tenant_id>>> held_storage::tenants(scope who, std::string table,
                                                           std::optional<tenant_id> after) {
  auto const inner = inner_.load();
  if (!inner) co_return let_go_of();
  co_return co_await inner->tenants(who, std::move(table), after);
}

task<result<void>> held_storage::check() {
  auto const inner = inner_.load();
  if (!inner) co_return let_go_of();
  co_return co_await inner->check();
}

task<result<bool>> held_storage::index_words() {
  auto const inner = inner_.load();
  if (!inner) co_return let_go_of();
  co_return co_await inner->index_words();
}

task<result<std::optional<value>>> held_storage::lacking_words(scope who, std::string table) {
  auto const inner = inner_.load();
  if (!inner) co_return let_go_of();
  co_return co_await inner->lacking_words(who, std::move(table));
}

}  // namespace sambung::python
