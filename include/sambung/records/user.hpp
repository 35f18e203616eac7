#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/json_codec.hpp>

namespace sambung {

// suspended: may not sign in, nothing is lost. deleting: their rows are being erased.
enum class user_state { active, suspended, deleting };
SAMBUNG_DESCRIBE_ENUM(user_state, active, suspended, deleting)

// A person, known to the whole system; what they may do is said by their memberships.
struct user {
  user_id id;
  std::optional<std::string> email;  // unique; in the form that is compared. Empty: has no address, so cannot sign in
  timestamp created_at;
  std::int64_t revision = 1;
  user_state state = user_state::active;
  std::string name;                        // to show; may be empty
  std::optional<std::string> image;        // https: or data: URL of a picture
  bool email_verified = false;             // said by the application; Sambung sends no mail
  boost::json::object settings;            // the application's own, at most 16 KiB of JSON
  std::optional<timestamp> updated_at;     // empty: never changed
  std::optional<std::string> external_id;  // the application's own key for them: unique, 1 to 200 bytes
};
SAMBUNG_DESCRIBE_STRUCT(user, (),
                        (id, email, created_at, revision, state, name, image, email_verified, settings, updated_at,
                         external_id))

SAMBUNG_API record_description describe_record(record_of<user>);

}  // namespace sambung
