#include <sambung/testing/storage_conformance.hpp>

#include "testing/conformance_bench.hpp"
#include "testing/search_conformance.hpp"
#include "testing/storage_conformance_bytes.hpp"

namespace sambung::testing {
namespace {

class conformance_test : public ::testing::Test {
 public:
  conformance_test(storage_factory make, void (*run)(conformance::bench&)) : make_(std::move(make)), run_(run) {}

  void TestBody() override {
    conformance::bench b(make_());
    run_(b);
  }

 private:
  storage_factory make_;
  void (*run_)(conformance::bench&);
};

void register_all(std::string const& suite, storage_factory const& make, conformance::cases const& some) {
  for (auto const& one : some)
    ::testing::RegisterTest(suite.c_str(), one.name, nullptr, nullptr, __FILE__, __LINE__,
                            [make, run = one.run]() -> ::testing::Test* { return new conformance_test(make, run); });
}

}  // namespace

void register_storage_conformance(std::string const& suite, storage_factory make) {
  register_all(suite, make, conformance::columns());
  register_bytes_conformance(suite, make);
  register_all(suite, make, conformance::refusals());
  register_all(suite, make, conformance::changes());
  register_all(suite, make, conformance::reading());
  register_all(suite, make, conformance::tenants());
  register_all(suite, make, conformance::searching());
  register_search_conformance(suite, make);
  register_all(suite, make, conformance::concurrency());
  register_all(suite, make, conformance::migration());
}

}  // namespace sambung::testing
