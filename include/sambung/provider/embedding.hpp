// Texts in, vectors out: what an embedding model is asked, and what it answers.
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/export.hpp>
#include <sambung/records/part.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sambung {

struct provider_credential;
struct model_capabilities;

struct embedding_request {
  embedding_request() = default;
  embedding_request(std::string model_, std::vector<std::string> texts_)
      : model(std::move(model_)), texts(std::move(texts_)) {}

  std::string model;                       // the provider's own name, without "provider/"
  std::vector<std::string> texts;          // not empty, none of them empty
  std::optional<std::int64_t> dimensions;  // of each vector, where the model can shorten it
  boost::json::object extra;               // further members of the vendor's request body, passed through untouched
  // Instead of the provider's own key; never part of what is encoded, stored or logged.
  std::shared_ptr<provider_credential const> credential;
  // What the model can do, from one who knows better than provider::capabilities().
  std::shared_ptr<model_capabilities const> capabilities;
  std::string budget_key;  // for decorators: whose retries are counted together; empty: those of all without one
};
SAMBUNG_DESCRIBE_STRUCT(embedding_request, (), (model, texts, dimensions, extra))
SAMBUNG_API record_description describe_record(record_of<embedding_request>);

struct embedding_batch {
  std::string model;                        // as the vendor names what answered
  std::vector<std::vector<float>> vectors;  // one for each text, in their order, all of the same length
  std::optional<token_usage> usage;
  std::string raw_usage;  // the vendor's JSON text; empty when it gave none
  std::string billed_as;  // as completion_stream::billed_as()
};
SAMBUNG_DESCRIBE_STRUCT(embedding_batch, (), (model, vectors, usage, raw_usage, billed_as))

}  // namespace sambung
