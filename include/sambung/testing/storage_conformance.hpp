// The conformance suite of the storage port: every promise of storage.hpp, query.hpp and batch.hpp as a GoogleTest
// test. A new backend proves itself by passing it:
//
//   std::shared_ptr<sambung::storage> make_my_storage();   // empty, not migrated, a fresh one on every call
//   SAMBUNG_STORAGE_CONFORMANCE(MyStorage, make_my_storage);
//
// gives the tests MyStorage.InsertsEveryTypeOfValue and so on. Link sambung::testing and GTest::gtest_main.
#pragma once

#include <sambung/storage/storage.hpp>

#include <functional>
#include <memory>
#include <string>

namespace sambung::testing {

using storage_factory = std::function<std::shared_ptr<storage>()>;

// Registers every test of the suite under the name `suite`. Call it before testing::InitGoogleTest.
void register_storage_conformance(std::string const& suite, storage_factory make);

}  // namespace sambung::testing

#define SAMBUNG_STORAGE_CONFORMANCE(suite, make)                           \
  [[maybe_unused]] static bool const sambung_conformance_of_##suite = [] { \
    ::sambung::testing::register_storage_conformance(#suite, make);        \
    return true;                                                           \
  }()
