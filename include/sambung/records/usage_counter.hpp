#pragma once

#include <sambung/core/export.hpp>
#include <sambung/records/part.hpp>

namespace sambung {

// Whose key a provider was called with: the operator's, from the configuration, or one of the vault.
enum class key_source { configured, user, tenant };
SAMBUNG_DESCRIBE_ENUM(key_source, configured, user, tenant)

// What is summed of calls of models.
struct usage_counts : token_counts {
  std::int64_t requests = 0;
  std::int64_t unpriced_requests = 0;   // those whose price was not known
  std::int64_t estimated_requests = 0;  // those whose tokens Sambung had to estimate
  std::int64_t replayed_requests = 0;   // those answered by a cache of answers: without tokens and cost
};
SAMBUNG_DESCRIBE_STRUCT(usage_counts, (token_counts),
                        (requests, unpriced_requests, estimated_requests, replayed_requests))

// What one user used of one model on one day (UTC), with one kind of key.
struct usage_counter : usage_counts {
  std::string id;  // "<user id>/<day>/<model>", and "#user" or "#tenant" behind it unless the key was configured
  sambung::user_id user_id;
  std::string day;                 // "2026-01-31"
  std::string model;               // "provider/model"
  std::int64_t cost_microusd = 0;  // of the requests whose price was known
  key_source key = key_source::configured;
};
SAMBUNG_DESCRIBE_STRUCT(usage_counter, (usage_counts), (id, user_id, day, model, cost_microusd, key))

SAMBUNG_API record_description describe_record(record_of<usage_counter>);

}  // namespace sambung
