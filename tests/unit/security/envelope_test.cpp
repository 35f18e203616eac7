// The vault's envelopes: they open where they belong, and nowhere else.
#include <sambung/security/envelope.hpp>

#include "core/base64url.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace sambung::envelope_test {
namespace {

std::string const first = "a first secret of more than 32 bytes";
std::string const second = "the second secret, as long as that one";
std::string const plain = "sk-test-0123456789";

secret_ring ring(std::vector<std::string> const& secrets) {
  std::vector<secret_string> all;
  for (auto const& one : secrets) all.emplace_back(one);
  return secret_ring::make(std::move(all)).value();
}

uuid id(std::uint8_t n) {
  uuid made;
  made.bytes.fill(n);
  return made;
}

envelope_place place() { return {tenant_id{id(1)}, "tenant", "openai", "api.openai.com", id(2)}; }

std::string sealed(std::string const& text = plain, secret_ring const& secrets = ring({first})) {
  return seal(secret_string(text), place(), secrets, *system_random()).value();
}

// What it was, or nothing when it is refused as it should be.
std::optional<std::string> opened(std::string_view envelope, envelope_place const& where = place(),
                                  secret_ring const& secrets = ring({first}), int minimum_version = 1) {
  auto const found = open_envelope(envelope, where, secrets, minimum_version);
  if (found) return std::string(found->view());
  EXPECT_EQ(found.error(), failure(errc::data_loss, "the stored secret does not open"));
  return std::nullopt;
}

TEST(Envelope, OpensWhereItBelongs) {
  auto const envelope = sealed();

  EXPECT_EQ(opened(envelope), plain);
  EXPECT_TRUE(envelope.starts_with("v1." + ring({first}).name(0) + "."));
  EXPECT_EQ(envelope.find(plain), std::string::npos);
}

TEST(Envelope, IsAnotherOneEachTime) {
  std::set<std::string> seen;

  for (int i = 0; i < 1'000; ++i) seen.insert(sealed().substr(0, 3 + 8 + 1 + 16));

  EXPECT_EQ(seen.size(), 1'000U);
}

TEST(Envelope, KeepsAnyBytes) {
  std::mt19937 random(7);
  auto const secrets = ring({first, second});
  for (int i = 0; i < 1'000; ++i) {
    std::string text(i < 100 ? static_cast<std::size_t>(i) : random() % (max_envelope_plaintext + 1), '\0');
    for (auto& c : text) c = static_cast<char>(random());
    std::string const owner = "user/" + std::to_string(random());
    envelope_place const where(tenant_id{id(static_cast<std::uint8_t>(random()))}, owner, "p", "h", id(3));

    auto const envelope = seal(secret_string(text), where, secrets, *system_random()).value();

    ASSERT_EQ(opened(envelope, where, secrets), text);
  }
}

TEST(Envelope, HasALimit) {
  EXPECT_EQ(opened(sealed(std::string(max_envelope_plaintext, 'x'))), std::string(max_envelope_plaintext, 'x'));
  auto const too_long =
      seal(secret_string(std::string(max_envelope_plaintext + 1, 'x')), place(), ring({first}), *system_random());
  EXPECT_EQ(too_long.error().code, errc::payload_too_large);
}

TEST(Envelope, IsNotMadeWithoutASecret) {
  auto const made = seal(secret_string(plain), place(), secret_ring(), *system_random());

  EXPECT_EQ(made.error().code, errc::unsupported);
  EXPECT_EQ(opened(sealed(), place(), secret_ring()), std::nullopt);
}

TEST(Envelope, DoesNotOpenElsewhere) {
  auto const envelope = sealed();
  std::vector<envelope_place> elsewhere(9, place());
  elsewhere[0].tenant = tenant_id{id(9)};
  elsewhere[1].owner = "user/" + to_string(id(1));
  elsewhere[2].provider = "anthropic";
  elsewhere[3].host = "api.openai.com.evil.example";
  elsewhere[4].row = id(9);
  elsewhere[5].host = "";
  std::swap(elsewhere[6].tenant.value, elsewhere[6].row);
  std::swap(elsewhere[7].provider, elsewhere[7].host);
  // The same letters, divided differently.
  elsewhere[8].owner = "tenantopen";
  elsewhere[8].provider = "ai";

  for (auto const& where : elsewhere) EXPECT_EQ(opened(envelope, where), std::nullopt);
  EXPECT_EQ(opened(envelope), plain);
}

TEST(Envelope, DoesNotOpenWithPartsOfAnother) {
  auto const one = sealed();
  auto const other = sealed("sk-test-9876543210");
  constexpr auto nonce = 3 + 8 + 1;
  constexpr auto rest = nonce + 16 + 1;

  EXPECT_EQ(opened(one.substr(0, nonce) + other.substr(nonce, 17) + one.substr(rest)), std::nullopt);
  EXPECT_EQ(opened(one.substr(0, rest) + other.substr(rest)), std::nullopt);
}

TEST(Envelope, DoesNotOpenWhenAnyBitOfItChanges) {
  auto const envelope = sealed();

  for (std::size_t i = 0; i < envelope.size(); ++i)
    for (int bit = 1; bit < 256; bit *= 2) {
      auto changed = envelope;
      changed[i] = static_cast<char>(changed[i] ^ bit);
      EXPECT_EQ(opened(changed), std::nullopt) << i;
    }
}

TEST(Envelope, DoesNotOpenWhenAnyBitOfWhatItSealsChanges) {
  auto const envelope = sealed();
  auto const head = envelope.substr(0, 3 + 8 + 1 + 16 + 1);
  auto const inside = from_base64url(envelope.substr(head.size())).value();

  for (std::size_t i = 0; i < inside.size(); ++i)
    for (int bit = 1; bit < 256; bit *= 2) {
      auto changed = inside;
      changed[i] = static_cast<char>(changed[i] ^ bit);
      EXPECT_EQ(opened(head + to_base64url(changed)), std::nullopt) << i;
    }
  for (std::size_t size = 0; size < inside.size(); ++size)
    EXPECT_EQ(opened(head + to_base64url(inside.substr(0, size))), std::nullopt);
  EXPECT_EQ(opened(head + to_base64url(inside + '\0')), std::nullopt);
}

TEST(Envelope, DoesNotOpenWhenCutOrExtended) {
  auto const envelope = sealed();

  for (std::size_t size = 0; size < envelope.size(); ++size) EXPECT_EQ(opened(envelope.substr(0, size)), std::nullopt);
  for (std::size_t from = 1; from < envelope.size(); ++from) EXPECT_EQ(opened(envelope.substr(from)), std::nullopt);
  for (std::string_view const more : {"A", "=", ".", "\n", " "}) {
    EXPECT_EQ(opened(envelope + std::string(more)), std::nullopt);
    EXPECT_EQ(opened(std::string(more) + envelope), std::nullopt);
  }
  EXPECT_EQ(opened(envelope + '\0'), std::nullopt);
  EXPECT_EQ(opened(envelope + std::string(1'000'000, 'A')), std::nullopt);
}

TEST(Envelope, OpensUnderAnOldSecretAndNotUnderAnUnknownOne) {
  auto const envelope = sealed();

  EXPECT_EQ(opened(envelope, place(), ring({second, first})), plain);
  EXPECT_EQ(opened(envelope, place(), ring({second})), std::nullopt);
}

TEST(Envelope, IsBoundToTheNameOfItsSecret) {
  auto const both = ring({first, second});
  auto const envelope = sealed(plain, both);

  EXPECT_EQ(opened("v1." + both.name(1) + envelope.substr(11), place(), both), std::nullopt);
}

TEST(Envelope, IsRefusedUnderTheMinimumVersion) {
  auto const envelope = sealed();

  EXPECT_EQ(opened(envelope, place(), ring({first}), 1), plain);
  EXPECT_EQ(opened(envelope, place(), ring({first}), 2), std::nullopt);
  for (auto const* version : {"v0", "v2", "V1", "v01", "v", "1"})
    EXPECT_EQ(opened(version + envelope.substr(2)), std::nullopt);
}

TEST(Envelope, IsCurrentUnderTheFirstSecret) {
  auto const envelope = sealed();

  EXPECT_TRUE(is_current(envelope, ring({first})));
  EXPECT_TRUE(is_current(envelope, ring({first, second})));
  EXPECT_FALSE(is_current(envelope, ring({second, first})));
  EXPECT_FALSE(is_current(envelope, secret_ring()));
  EXPECT_FALSE(is_current("v2" + envelope.substr(2), ring({first})));
  EXPECT_FALSE(is_current("", ring({first})));
}

}  // namespace
}  // namespace sambung::envelope_test
