// completions: calling a model without a chat. Nothing is stored but what it used. Reached by workspace::completions().
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/provider/catalog.hpp>
#include <sambung/security/principal.hpp>
#include <sambung/services/base/core_ref.hpp>
#include <sambung/services/turns/prompt_trial.hpp>

namespace sambung {

// Thread safety and lifetime: as for chats. Throws sambung::error with the provider's errc; errc::invalid_argument for
// a model name without a slash, errc::not_found for a provider that is not there.
//
// errc::quota_exceeded when a quota is used up, before anything is sent; a stream ends with it when a quota is passed
// by what arrives, and closes the connection to the vendor.
//
// Usage is summed in memory and written once a second and at shutdown: a crash loses the count of the last second.
class SAMBUNG_API completions {
 public:
  // `request.model` is "provider/model" or an alias.
  task<completion> complete(completion_request request) const;
  task<std::unique_ptr<completion_stream>> stream(completion_request request) const;

  // A vector for each text; `request.model` is as above. Input that the vendor did not count is estimated.
  task<embedding_batch> embed(embedding_request request) const;

  // What a model says to versions of a prompt, with their examples, and whether that is what they expect: at most
  // max_trial_calls calls, four at once, without tools. Takes content_read as well. What a prompt throws when it is
  // filled in, and what a model's call fails with, is told of that answer. errc::not_found for a template or version
  // that is not there, errc::invalid_argument for none, or no model, or too many calls: then none is made.
  task<prompt_trial_report> try_prompt(prompt_trial from) const;

  // Every provider's models, and the aliases, with what is known of each: see model_catalog and with_facts().
  task<std::vector<model_info>> models() const;

  // How the providers fare.
  std::vector<sambung::provider_health> provider_health() const;

 private:
  friend class workspace;
  completions(std::shared_ptr<engine_core> core, principal who);

  detail::core_ref core_;
  principal who_;
};

}  // namespace sambung
