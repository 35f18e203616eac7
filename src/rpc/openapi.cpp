#include <sambung/rpc/openapi.hpp>

#include "core/enum_name.hpp"

#include <sambung/version.hpp>

#include <algorithm>

namespace sambung {
namespace {

namespace json = boost::json;

constexpr std::string_view schemas_at = "#/components/schemas/";
constexpr std::string_view cookie_name = "better-auth.session_token";

json::object object_with(std::string_view key, json::value value) {
  json::object made;
  made.emplace(key, std::move(value));
  return made;
}

json::value text_of(std::string_view text) { return json::value(text); }

json::object schema_content(json::object schema) {
  return object_with("application/json", object_with("schema", std::move(schema)));
}

json::object any_array() { return object_with("type", text_of("array")); }

// What oRPC writes around a value: its times are listed in "meta".
json::object wrapped(json::object schema) {
  json::object properties;
  properties.emplace("json", std::move(schema));
  properties.emplace("meta", any_array());
  json::object made;
  made.emplace("type", "object");
  made.emplace("properties", std::move(properties));
  made.emplace("required", json::array{"json"});
  return made;
}

class openapi_writer {
 public:
  json::object document(procedure_registry const& of) {
    json::object paths;
    for (auto const& [name, procedure] : of.all())
      paths.emplace(path_of(name), object_with("post", operation(procedure)));
    json::object made;
    made.emplace("openapi", "3.1.0");
    made.emplace("info", info_of());
    made.emplace("paths", std::move(paths));
    made.emplace("components", components());
    made.emplace("security", json::array{object_with("token", json::array()), object_with("session", json::array())});
    return made;
  }

 private:
  static std::string path_of(std::string_view name) {
    auto path = "/rpc/" + std::string(name);
    std::ranges::replace(path, '.', '/');
    return path;
  }

  static json::object info_of() {
    json::object made;
    made.emplace("title", "Sambung");
    made.emplace("version", library_version());
    made.emplace(
        "description",
        "Procedures in oRPC's protocol. Those of the class read may also be asked for by GET, with the body in "
        "the query, percent-encoded as data.");
    return made;
  }

  json::object operation(procedure const& of) {
    json::object made;
    made.emplace("operationId", of.name);
    made.emplace("summary", of.description);
    made.emplace("tags", json::array{text_of(of.name.substr(0, of.name.find('.')))});
    made.emplace("x-permission", of.needs_name);
    made.emplace("x-class", name_of(of.as));
    if (of.needs == permission::none) made.emplace("security", json::array());
    auto input = schema(of.input_schema, schema_use::input);
    made.emplace("requestBody", object_with("content", schema_content(wrapped(std::move(input)))));
    json::object responses;
    responses.emplace("200", success(of));
    responses.emplace("default", object_with("$ref", text_of("#/components/responses/Error")));
    made.emplace("responses", std::move(responses));
    return made;
  }

  json::object success(procedure const& of) {
    json::object made;
    bool const is_stream = of.kind == procedure_kind::stream;
    made.emplace("description", is_stream ? "Events." : "The output.");
    auto output = schema(of.output_schema, schema_use::output);
    if (is_stream) {
      json::object events;
      events.emplace("schema", object_with("type", text_of("string")));
      events.emplace("x-event", std::move(output));
      made.emplace("content", object_with("text/event-stream", std::move(events)));
    } else {
      made.emplace("content", schema_content(wrapped(std::move(output))));
    }
    return made;
  }

  json::object schema(schema_source of, schema_use use) { return of(book_, use, detail::any_text()); }

  json::object components() {
    auto const fault = error_schema();
    json::object made;
    made.emplace("schemas", book_.schemas());
    json::object error;
    error.emplace("description", "Why it was not done.");
    error.emplace("content", schema_content(wrapped(fault)));
    made.emplace("responses", object_with("Error", std::move(error)));
    json::object token;
    token.emplace("type", "http");
    token.emplace("scheme", "bearer");
    json::object session;
    session.emplace("type", "apiKey");
    session.emplace("in", "cookie");
    session.emplace("name", cookie_name);
    json::object schemes;
    schemes.emplace("token", std::move(token));
    schemes.emplace("session", std::move(session));
    made.emplace("securitySchemes", std::move(schemes));
    return made;
  }

  static json::object error_schema() {
    json::array codes;
    for (auto const& row : errc_table()) codes.emplace_back(row.orpc_code);
    json::object properties;
    properties.emplace("defined", object_with("type", text_of("boolean")));
    properties.emplace("code", object_with("examples", std::move(codes)));
    properties.emplace("status", object_with("type", text_of("integer")));
    properties.emplace("message", object_with("type", text_of("string")));
    properties.emplace("data", object_with("type", text_of("object")));
    json::object made;
    made.emplace("type", "object");
    made.emplace("properties", std::move(properties));
    made.emplace("required", json::array{"defined", "code", "status", "message"});
    return made;
  }

  schema_book book_{std::string(schemas_at)};
};

}  // namespace

json::object openapi_document(procedure_registry const& of) { return openapi_writer().document(of); }

}  // namespace sambung
