// compiled_versions: what is kept of compiled prompts, and for how long.
#include "services/templates/compiled_versions.hpp"

#include <sambung/testing/scopes.hpp>

#include <gtest/gtest.h>

namespace sambung::compiled_versions_test {
namespace {

constexpr std::size_t text_bytes = 10'000;

uuid numbered(std::uint8_t number) {
  uuid made;
  made.bytes.back() = number;
  return made;
}

scope tenant(std::uint8_t number) { return testing::tenant_scope(tenant_id{numbered(number)}); }

compiled_ref compiled(std::uint8_t number) {
  prompt_version version;
  version.id = prompt_version_id{numbered(number)};
  version.messages.emplace_back();
  version.messages[0].text = std::string(text_bytes, 'x');
  std::vector<std::string_view> const texts{version.messages[0].text};
  auto made = compile_template(texts, version.variables, include_resolver());
  return std::make_shared<compiled_version const>(std::move(version), std::move(*made.compiled),
                                                  std::vector<prompt_template_id>());
}

timestamp at(int seconds) { return timestamp() + std::chrono::seconds(seconds); }

TEST(CompiledVersions, AreOfOneTenantEach) {
  compiled_versions memory(1'000'000);
  auto const one = compiled(1);

  memory.keep(tenant(1), one, at(0));

  EXPECT_EQ(memory.find(tenant(1), one->version.id, at(0)), one);
  EXPECT_EQ(memory.find(tenant(2), one->version.id, at(0)), nullptr);
}

TEST(CompiledVersions, ForgetWhatWasNotUsedForLongestWhenItIsTooMuch) {
  auto const first = compiled(1);
  auto const second = compiled(2);
  auto const third = compiled(3);
  EXPECT_GE(first->bytes(), 2 * text_bytes);
  compiled_versions memory(2 * first->bytes() + text_bytes);
  memory.keep(tenant(1), first, at(0));
  memory.keep(tenant(1), second, at(1));
  memory.find(tenant(1), first->version.id, at(2));

  memory.keep(tenant(1), third, at(3));

  EXPECT_EQ(memory.find(tenant(1), first->version.id, at(4)), first);
  EXPECT_EQ(memory.find(tenant(1), second->version.id, at(4)), nullptr);
  EXPECT_EQ(memory.bytes(), first->bytes() + third->bytes());
}

TEST(CompiledVersions, KeepNothingThatIsLargerThanAllOfIt) {
  auto const one = compiled(1);
  compiled_versions memory(one->bytes() - 1);

  memory.keep(tenant(1), one, at(0));

  EXPECT_EQ(memory.bytes(), 0U);
}

TEST(CompiledVersions, GoWhenTheyAreRemovedOrNobodyUsesThem) {
  compiled_versions memory(1'000'000);
  for (std::uint8_t number : {1, 2, 3}) memory.keep(tenant(1), compiled(number), at(number));

  memory.forget(tenant(1), prompt_version_id{numbered(3)});
  memory.forget_unused_since(at(2));

  EXPECT_EQ(memory.find(tenant(1), prompt_version_id{numbered(1)}, at(9)), nullptr);
  EXPECT_NE(memory.find(tenant(1), prompt_version_id{numbered(2)}, at(9)), nullptr);
  EXPECT_EQ(memory.find(tenant(1), prompt_version_id{numbered(3)}, at(9)), nullptr);
  memory.forget_all();
  EXPECT_EQ(memory.bytes(), 0U);
}

}  // namespace
}  // namespace sambung::compiled_versions_test
