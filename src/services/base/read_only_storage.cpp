#include "services/base/read_only_storage.hpp"

namespace sambung {
namespace {

class reading_storage final : public storage {
 public:
  explicit reading_storage(std::shared_ptr<storage> inner) : inner_(std::move(inner)) {}

  task<result<void>> migrate(schema_ref s) override { return adopt(std::move(s)); }
  task<result<void>> adopt(schema_ref s) override { return inner_->adopt(std::move(s)); }
  task<result<rows>> read(scope who, query q) override { return inner_->read(who, std::move(q)); }
  task<result<rows>> search(scope who, text_query q) override { return inner_->search(who, std::move(q)); }
  task<result<receipt>> write(scope, batch) override { co_return only_reads(); }
  task<result<std::vector<tenant_id>>> tenants(scope who, std::string table, std::optional<tenant_id> after) override {
    return inner_->tenants(who, std::move(table), after);
  }
  task<result<void>> check() override { return inner_->check(); }
  task<result<std::optional<value>>> lacking_words(scope who, std::string table) override {
    return inner_->lacking_words(who, std::move(table));
  }
  bool is_shared() const override { return inner_->is_shared(); }
  std::string_view backend() const override { return inner_->backend(); }
  void measure(std::shared_ptr<metrics> into) override { inner_->measure(std::move(into)); }

 private:
  std::shared_ptr<storage> inner_;
};

}  // namespace

failure only_reads() { return failure(errc::unsupported, "this engine only reads"); }

std::shared_ptr<storage> read_only_storage(std::shared_ptr<storage> inner) {
  return std::make_shared<reading_storage>(std::move(inner));
}

}  // namespace sambung
