// Ids: typed UUIDs of version 7 (RFC 9562, section 5.7): sortable by the time they were made, never secret.
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/time.hpp>

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sambung {

// 16 bytes in network order; ordered bytewise, which for version 7 is by time.
struct uuid {
  std::array<std::uint8_t, 16> bytes{};
  friend std::strong_ordering operator<=>(uuid const&, uuid const&) = default;
};

// "0192e4a0-7b2c-7def-8123-456789abcdef", lower case.
SAMBUNG_API std::string to_string(uuid const& id);

// The canonical 36-character form only, either case; empty for anything else.
SAMBUNG_API std::optional<uuid> parse_uuid(std::string_view text);

// A uuid that belongs to one kind of record: ids of different kinds do not convert into each other.
template <class Tag>
struct typed_id {
  uuid value;
  friend auto operator<=>(typed_id const&, typed_id const&) = default;
};

template <class Tag>
std::string to_string(typed_id<Tag> const& id) {
  return to_string(id.value);
}

// The id of what happened at `time` because of `cause`, bytes that name it and nothing else: the same of both make the
// same id, on every machine and for ever, so that a second insert of it is refused by the key. It sorts by the time as
// ids that are made at that time do; behind the time are the first 74 bits of the SHA-256 of `cause`. It is not secret:
// whoever knows both knows the id. Throws error(errc::invalid_argument) for a time before 1970 or behind the year
// 10889, which no id of version 7 can hold.
SAMBUNG_API uuid id_at(timestamp time, std::string_view cause);

template <class Id>
Id id_at(timestamp time, std::string_view cause) {
  return Id{id_at(time, cause)};
}

using tenant_id = typed_id<struct tenant_tag>;
using user_id = typed_id<struct user_tag>;
using membership_id = typed_id<struct membership_tag>;
using chat_id = typed_id<struct chat_tag>;
using message_id = typed_id<struct message_tag>;
using token_id = typed_id<struct token_tag>;
using chunk_id = typed_id<struct chunk_tag>;
using session_id = typed_id<struct session_tag>;
using refresh_token_id = typed_id<struct refresh_token_tag>;
using invitation_id = typed_id<struct invitation_tag>;
using provider_key_id = typed_id<struct provider_key_tag>;
using audit_entry_id = typed_id<struct audit_entry_tag>;

}  // namespace sambung

template <>
struct std::hash<sambung::uuid> {
  std::size_t operator()(sambung::uuid const& id) const noexcept {
    return std::hash<std::string_view>{}({reinterpret_cast<char const*>(id.bytes.data()), id.bytes.size()});
  }
};

template <class Tag>
struct std::hash<sambung::typed_id<Tag>> {
  std::size_t operator()(sambung::typed_id<Tag> const& id) const noexcept {
    return std::hash<sambung::uuid>{}(id.value);
  }
};
