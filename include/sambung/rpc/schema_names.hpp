// What the variants that procedures take and give are called in openapi_document().
#pragma once

#include <sambung/core/schema_book.hpp>
#include <sambung/records/part.hpp>
#include <sambung/services/events/events.hpp>
#include <sambung/services/turns/turns.hpp>

namespace sambung {

template <>
inline constexpr std::string_view variant_name<part> = "part";
template <>
inline constexpr std::string_view variant_name<turn_event> = "turn_event";
template <>
inline constexpr std::string_view variant_name<desk_event> = "followed_event";

}  // namespace sambung
