#include <sambung/records/price.hpp>

namespace sambung {
namespace {

// For a million tokens; and of these.
constexpr std::int64_t max_amount = 1'000'000'000'000;

template <class Amounts>
auto amounts_of() {
  return record<Amounts>()
      .range(&Amounts::input, 0, max_amount)
      .range(&Amounts::cached_input, 0, max_amount)
      .range(&Amounts::cache_write, 0, max_amount)
      .range(&Amounts::output, 0, max_amount);
}

}  // namespace

record_description describe_record(record_of<long_input_price>) {
  return amounts_of<long_input_price>().range(&long_input_price::over, 1, max_amount);
}

record_description describe_record(record_of<price>) { return amounts_of<price>().text(&price::model, 3, 200); }

}  // namespace sambung
