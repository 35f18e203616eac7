#include <sambung/provider/decorators/with_capabilities.hpp>

#include "provider/decorators/decorator.hpp"

namespace sambung {
namespace {

class described_provider final : public provider_decorator {
 public:
  described_provider(std::shared_ptr<provider> inner, capability_table table)
      : provider_decorator(std::move(inner)), table_(std::move(table)) {}

  model_capabilities capabilities(std::string_view model) const override {
    return merged(table_.of(model), inner().capabilities(model));
  }

 private:
  task<result<completion>> do_complete(completion_request request) override {
    describe(request);
    co_return co_await inner().complete(std::move(request));
  }

  task<result<std::unique_ptr<completion_stream>>> do_stream(completion_request request) override {
    describe(request);
    co_return co_await inner().stream(std::move(request));
  }

  task<result<embedding_batch>> do_embed(embedding_request request) override {
    describe(request);
    co_return co_await inner().embed(std::move(request));
  }

  template <class Request>
  void describe(Request& request) const {
    if (!request.capabilities)
      request.capabilities = std::make_shared<model_capabilities const>(capabilities(request.model));
  }

  capability_table table_;
};

}  // namespace

std::shared_ptr<provider> with_capabilities(std::shared_ptr<provider> inner, capability_table table) {
  return std::make_shared<described_provider>(std::move(inner), std::move(table));
}

}  // namespace sambung
