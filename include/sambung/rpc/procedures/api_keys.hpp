// apiKey.*: the keys to model vendors in the vault. No procedure gives one back.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/rpc/procedures/listing.hpp>
#include <sambung/rpc/registry.hpp>

namespace sambung {

// apiKey.getAll, apiKey.create, apiKey.rotate, apiKey.update, apiKey.delete.
SAMBUNG_API void api_key_procedures(procedure_registry& registry);

// As key_request.
struct api_key_create_input {
  std::string provider;
  std::string key;
  key_owner owner = key_owner::user;
  std::string name;
};
SAMBUNG_DESCRIBE_STRUCT(api_key_create_input, (), (provider, key, owner, name))
SAMBUNG_API record_description describe_record(record_of<api_key_create_input>);

struct api_key_rotate_input {
  provider_key_id id;
  std::string key;
  std::int64_t revision = 0;  // of the key that the caller saw
};
SAMBUNG_DESCRIBE_STRUCT(api_key_rotate_input, (), (id, key, revision))
SAMBUNG_API record_description describe_record(record_of<api_key_rotate_input>);

struct api_key_update_input : key_update {
  provider_key_id id;
};
SAMBUNG_DESCRIBE_STRUCT(api_key_update_input, (key_update), (id))

struct api_key_reference {
  provider_key_id id;
};
SAMBUNG_DESCRIBE_STRUCT(api_key_reference, (), (id))

}  // namespace sambung
