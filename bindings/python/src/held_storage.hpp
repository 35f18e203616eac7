// held_storage: the storage of an engine, for as long as the engine is open. What Python keeps of an engine, a
// workspace for example, keeps the engine's core for as long; not its database.
#pragma once

#include <sambung/storage/storage.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

namespace sambung::python {

// Thread safety: safe to use from any thread.
class held_storage final : public storage {
 public:
  // `searching`: where its searches run; none where they have threads of their own. A search of what is in memory is
  // one long step, for which neither a loop nor a thread that hears Ctrl-C may stand still.
  explicit held_storage(std::shared_ptr<storage> inner, boost::asio::any_io_executor searching = {});

  // From now on every call fails with errc::unavailable. It goes with the last call that is under way.
  void let_go() { inner_.store(nullptr); }

  task<result<void>> migrate(schema_ref s) override;
  task<result<void>> adopt(schema_ref s) override;
  task<result<rows>> read(scope who, query q) override;
  task<result<rows>> search(scope who, text_query q) override;
  task<result<receipt>> write(scope who, batch b) override;
  task<result<std::vector<tenant_id>>> tenants(scope who, std::string table, std::optional<tenant_id> after) override;
  task<result<void>> check() override;
  bool is_shared() const override { return shared_; }
  std::string_view backend() const override { return backend_; }
  void measure(std::shared_ptr<metrics> into) override;
  task<result<bool>> index_words() override;
  task<result<std::optional<value>>> lacking_words(scope who, std::string table) override;

 private:
  bool const shared_;
  std::string const backend_;
  boost::asio::any_io_executor const searching_;
  std::atomic<std::shared_ptr<storage>> inner_;
};

}  // namespace sambung::python
