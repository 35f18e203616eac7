// A vendor for the tests of /v1 with real clients: what it answers depends on the model's name. Prints its port.
//
//   echo     the request's own body as text        tools    two tool calls at once, in pieces
//   rich     members that few answers have         broken   an error behind the first text
//   refuses  400                                   full     429
//   slow     one text, and no end                  open     how many connections are open, as text
#include <sambung/testing/scripted_vendor.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <unistd.h>

#include <iostream>
#include <string>

namespace {

namespace json = boost::json;
using sambung::testing::scripted_vendor;
using sambung::testing::vendor_request;
using sambung::testing::vendor_script;

// What an answer is made of, in both forms: members of the message, and of the deltas in their order.
struct answer {
  std::string message;
  std::vector<std::string> deltas;
  std::string reason = "stop";
  std::string logprobs = "null";
};

std::string const usage = R"("usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12,)"
                          R"("prompt_tokens_details":{"cached_tokens":3},"cost":0.25})";

std::string head(std::string const& object, std::string const& model) {
  return R"({"id":"chatcmpl-vendor","object":")" + object + R"(","created":1700000000,"model":")" + model +
         R"(-2026","system_fingerprint":"fp_1","service_tier":"default","x_new":{"a":[1.50]},)";
}

std::string choice(std::string const& name, std::string const& members, answer const& of, std::string const& reason) {
  return R"("choices":[{"index":0,")" + name + R"(":{)" + members + R"(},"logprobs":)" + of.logprobs +
         R"(,"finish_reason":)" + reason + "}],";
}

vendor_script whole(std::string const& model, answer const& of) {
  return vendor_script::response(
      200, head("chat.completion", model) +
               choice("message", R"("role":"assistant",)" + of.message, of, '"' + of.reason + '"') + usage + "}");
}

vendor_script begun(std::string const& model, answer const& of) {
  auto out = vendor_script::stream();
  std::string role = R"("role":"assistant",)";
  for (auto const& delta : of.deltas)
    out.event(head("chat.completion.chunk", model) + choice("delta", std::exchange(role, {}) + delta, of, "null") +
              R"("usage":null})");
  return out;
}

vendor_script streamed(std::string const& model, answer const& of) {
  auto out = begun(model, of);
  out.event(head("chat.completion.chunk", model) + choice("delta", "", of, '"' + of.reason + '"') + R"("usage":null})");
  out.event(head("chat.completion.chunk", model) + R"("choices":[],)" + usage + "}");
  return out.done();
}

answer saying(std::string const& text) {
  auto const content = R"("content":)" + json::serialize(json::value(text));
  return {content, {content}};
}

std::string call(int index, std::string const& arguments, std::string const& more) {
  auto const place = std::to_string(index);
  return R"({"index":)" + place + R"(,"id":"call_)" + place +
         R"(","type":"function","function":{"name":"weather","arguments":)" + json::serialize(json::value(arguments)) +
         "}" + more + "}";
}

std::string rest_of_call(int index, std::string const& arguments) {
  return R"("tool_calls":[{"index":)" + std::to_string(index) + R"(,"function":{"arguments":)" +
         json::serialize(json::value(arguments)) + "}}]";
}

answer tools() {
  std::string const signature = R"(,"extra_content":{"google":{"thought_signature":"sig"}})";
  answer made;
  made.message = R"("content":null,"tool_calls":[)" + call(0, R"({"city":"Ipoh"})", signature) + ',' +
                 call(1, R"({"city":"Miri"})", {}) + ']';
  made.deltas = {R"("content":null,"tool_calls":[)" + call(0, "", signature) + ']', rest_of_call(0, R"({"city":)"),
                 R"("tool_calls":[)" + call(1, R"({"city":"Miri"})", {}) + ']', rest_of_call(0, R"("Ipoh"})")};
  made.reason = "tool_calls";
  return made;
}

answer rich() {
  auto made = saying("hi");
  std::string const more = R"("annotations":[{"type":"url_citation","url_citation":{"start_index":0,"end_index":2,)"
                           R"("url":"https://example.com","title":"t"}}],"reasoning_content":"hm",)";
  made.message = more + made.message;
  made.deltas.insert(made.deltas.begin(), more + R"("content":"")");
  made.logprobs = R"({"content":[{"token":"hi","logprob":-0.25,"bytes":[104,105],"top_logprobs":[]}],"refusal":null})";
  return made;
}

vendor_script refusal(int status, std::string const& code) {
  return vendor_script::response(
      status,
      R"({"error":{"message":"the vendor says no","type":"some_error","param":null,"code":")" + code + R"("}})");
}

vendor_script respond(scripted_vendor const& vendor, vendor_request const& request) {
  if (request.method == "GET") return vendor_script::response(200, R"({"object":"list","data":[]})");
  auto const body = json::parse(request.body);
  std::string const model(body.at("model").as_string());
  auto const* stream = body.as_object().if_contains("stream");
  auto const in_its_form = [&](answer const& of) {
    return stream && *stream == true ? streamed(model, of) : whole(model, of);
  };
  if (model == "refuses") return refusal(400, "bad_thing");
  if (model == "full") return refusal(429, "rate_limit_exceeded").header("retry-after", "7");
  if (model == "broken") return begun(model, saying("a")).event(R"({"error":{"message":"broke","code":500}})").end();
  if (model == "slow") return begun(model, saying("a")).stall();
  if (model == "tools") return in_its_form(tools());
  if (model == "rich") return in_its_form(rich());
  if (model == "open") return in_its_form(saying(std::to_string(vendor.open_connections())));
  return in_its_form(saying(request.body));
}

}  // namespace

int main() {
  scripted_vendor vendor;
  vendor.otherwise([&](vendor_request const& request) { return respond(vendor, request); });
  std::cout << vendor.port() << std::endl;
  ::pause();
}
