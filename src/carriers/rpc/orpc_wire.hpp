// oRPC's RPC protocol as pure functions: bytes and values in, bytes and values out.
// Source: @orpc/client and @orpc/server 1.15.3, packages/client/src/adapters/standard and packages/standard-server.
#pragma once

#include <sambung/rpc/procedure.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sambung::orpc {

// The procedure that a request path names: "/chat/getAll" and "/chat.getAll" (what follows "/rpc") are "chat.getAll".
// Segments are percent-decoded once. Empty for any other spelling: empty segments, a trailing slash, ".." or a slash
// within a segment, parameters (";a"), bad percent-encoding.
std::optional<std::string> decode_path(std::string_view path);

// The input in a request body: {"json": input, "meta": [[type, ...path], ...]}, both optional; an empty body is no
// input. No input is {}. BigInts that fit become integers, undefined members go, the rest of meta's types keep their
// JSON form. errc::invalid_argument with every issue.
result<boost::json::value> decode_input(std::string_view body);

// The same object in a query string: "data=<percent-encoded>"; the last data counts.
result<boost::json::value> decode_query(std::string_view query);

// {"json": output, "meta": timestamps as type 1}.
std::string encode_output(encoded_value const& output);
void append_output(std::string& out, encoded_value const& output);

// {"json": {"defined", "code", "status", "message", "data"}}; data has errc, requestId, issues and retryAfterMs.
std::string encode_error(failure const& why, std::string_view request_id);

// The same for a fault of HTTP that no errc stands for; data has the requestId only.
std::string encode_error(std::string_view code, int status, std::string_view message, std::string_view request_id);

// What an event iterator starts with, and says when nothing happens.
inline constexpr std::string_view keep_alive = ": \n\n";

// One event of an event iterator, LF only and a blank line behind it; the first may say after how long to come back.
void append_event(std::string& out, std::int64_t number, encoded_value const& event,
                  std::optional<std::chrono::milliseconds> retry = std::nullopt);

// The event that ends an event iterator with a failure.
void append_error(std::string& out, failure const& why, std::string_view request_id);

// The event that ends an event iterator well.
void append_done(std::string& out);

}  // namespace sambung::orpc
