// Days of UTC, as they are stored: "2026-01-31".
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/time.hpp>

namespace sambung {

// For the years 0000 to 9999. Such texts are ordered as the days are.
SAMBUNG_API std::string day_of(timestamp time);

// The first day of the month of `time`.
SAMBUNG_API std::string month_of(timestamp time);

// The midnight, in UTC, that ends the day or the month of `time`.
SAMBUNG_API timestamp end_of_day(timestamp time);
SAMBUNG_API timestamp end_of_month(timestamp time);

// Whether `text` is such a day.
SAMBUNG_API bool is_day(std::string_view text);

}  // namespace sambung
