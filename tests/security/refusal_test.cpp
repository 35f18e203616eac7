// HT09: whatever is refused counts, on every procedure and over every carrier.
#include "attack.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace sambung::security_tests::refusal_test {
namespace {

// Refuses nothing and counts what is taken from addresses.
class counting_limiter final : public limiter {
 public:
  int taken() const { return taken_; }

  task<result<void>> take(std::vector<bucket_request> from) override {
    count(from);
    co_return result<void>();
  }
  std::optional<result<void>> try_take(std::vector<bucket_request> const& from) override {
    count(from);
    return result<void>();
  }

 private:
  void count(std::vector<bucket_request> const& from) {
    for (auto const& one : from) taken_ += one.key.starts_with("address/");
  }

  std::atomic<int> taken_ = 0;
};

constexpr static_file page("index.html", "the page");

// Requests that are refused, for what they ask or before it is known.
std::vector<std::string> refused_requests(procedure_registry const& registry) {
  std::string const token = "Authorization: Bearer smb_wrong\r\n";
  std::vector<std::string> paths{
      "/v1/chat/completions", "/v1/embeddings", "/v1/models", "/api/auth/update-user", "/nothing", "/", "/index.html"};
  for (auto const& [name, which] : registry.all())
    for (auto const how : {way::slashes, way::dots}) paths.push_back(path_of(name, how));
  std::vector<std::string> all;
  for (auto const& path : paths) {
    auto const begin = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + token;
    all.push_back(raw_client::request("POST", path, "{}", token + "Origin: https://evil.example\r\n"));
    all.push_back(raw_client::request("POST", path, R"({"json":1})", token));
    all.push_back(raw_client::request("DELETE", path, "", token));
    all.push_back(begin + "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi");
    all.push_back(begin + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nhi");
    all.push_back(begin + "X: " + std::string(17'000, 'a') + "\r\n\r\n");
  }
  return all;
}

TEST(HT09, ARefusalCountsOnceWhateverWasAsked) {
  auto const counted = std::make_shared<counting_limiter>();
  server_options options;
  options.limiter = counted;
  options.static_files = static_files::table({&page, 1}).value();
  served_engine served(options, request_rates());

  for (auto const& request : refused_requests(served.server.procedures())) {
    auto const before = counted->taken();
    raw_client client(served.port());
    client.try_send(request);

    EXPECT_GE(client.read_response().status, 400) << request.substr(0, 200);
    EXPECT_EQ(counted->taken(), before + 1) << request.substr(0, 200);
  }
}

}  // namespace
}  // namespace sambung::security_tests::refusal_test
