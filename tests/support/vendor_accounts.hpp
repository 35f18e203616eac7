// Accounts of each adapter with a scripted vendor.
#pragma once

#include <sambung/provider/vendors/anthropic.hpp>
#include <sambung/provider/vendors/ollama.hpp>
#include <sambung/provider/vendors/openai.hpp>
#include <sambung/testing/scripted_vendor.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <string>

namespace sambung::tests {

inline constexpr char const* vendor_key = "sk-canary-0123456789";

inline constexpr std::array all_wires{testing::vendor_wire::openai, testing::vendor_wire::anthropic,
                                      testing::vendor_wire::ollama};

inline std::string name_of(testing::vendor_wire wire) {
  if (wire == testing::vendor_wire::openai) return "Openai";
  return wire == testing::vendor_wire::anthropic ? "Anthropic" : "Ollama";
}

inline provider_deadlines limits_of(std::chrono::milliseconds each, std::chrono::milliseconds total) {
  provider_deadlines limits;
  limits.connect = limits.headers = limits.first_token = limits.idle = each;
  limits.total = total;
  return limits;
}

inline void set(vendor_options& options, testing::scripted_vendor const& vendor, provider_deadlines const& limits) {
  options.api_key = vendor_key;
  options.ca_file = vendor.ca_file();
  options.deadlines = limits;
  options.max_line_bytes = 100'000;
}

inline std::shared_ptr<provider> account_at(std::string const& origin, testing::vendor_wire wire,
                                            testing::scripted_vendor const& vendor, provider_deadlines const& limits) {
  if (wire == testing::vendor_wire::anthropic) {
    anthropic_options options("", origin);
    set(options, vendor, limits);
    return anthropic_provider(std::move(options)).value();
  }
  if (wire == testing::vendor_wire::ollama) {
    ollama_options options(origin);
    set(options, vendor, limits);
    return ollama_provider(std::move(options)).value();
  }
  openai_options options(origin + "/v1");
  set(options, vendor, limits);
  return openai_provider(std::move(options)).value();
}

inline std::shared_ptr<provider> account_with(testing::scripted_vendor const& vendor, testing::vendor_wire wire,
                                              provider_deadlines const& limits = limits_of(std::chrono::seconds(10),
                                                                                           std::chrono::seconds(20))) {
  return account_at(vendor.origin(), wire, vendor, limits);
}

}  // namespace sambung::tests
