// decorator: what all providers have in common that stand in front of another one.
#pragma once

#include <sambung/provider/provider.hpp>
#include <sambung/provider/provider_events.hpp>

#include <memory>
#include <string>
#include <utility>

namespace sambung {

// `dependency`, which must not be null.
template <class T>
std::shared_ptr<T> required(std::shared_ptr<T> dependency, char const* what) {
  if (!dependency) throw error(errc::invalid_argument, std::string(what) + " is null");
  return dependency;
}

inline void require(bool valid, char const* rule) {
  if (!valid) throw error(errc::invalid_argument, rule);
}

inline void notify(provider_event_sink const& observer, provider_event const& event) {
  if (observer) observer(event);
}

class provider_decorator : public provider {
 public:
  std::string key_host() const override { return inner_->key_host(); }
  model_capabilities capabilities(std::string_view model) const override { return inner_->capabilities(model); }
  bool is_resting() const override { return inner_->is_resting(); }

 protected:
  explicit provider_decorator(std::shared_ptr<provider> inner)
      : inner_(required(std::move(inner), "the decorated provider")) {}

  provider& inner() const { return *inner_; }

 private:
  task<result<embedding_batch>> do_embed(embedding_request request) override {
    return inner_->embed(std::move(request));
  }
  task<result<std::vector<model_info>>> do_models() override { return inner_->models(); }
  task<result<void>> do_check() override { return inner_->check(); }

  std::shared_ptr<provider> inner_;
};

}  // namespace sambung
