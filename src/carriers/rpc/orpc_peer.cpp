#include "carriers/rpc/orpc_peer.hpp"

#include "carriers/rpc/orpc_wire.hpp"
#include "core/json_text.hpp"

#include <algorithm>

namespace sambung::orpc {
namespace {

constexpr char end_of_json = '\xFF';

std::string_view without_space(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  auto const begin = std::min(text.find_first_not_of(space), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(space) + 1);
}

// Calls f(name, value) for each member of an object, the value as it stands there: whoever it is for reads it. False
// when the text is no object, or f says so.
template <class F>
bool each_member(std::string_view text, F&& f) {
  text = without_space(text);
  if (text.size() < 2 || text.front() != '{' || text.back() != '}') return false;
  text = without_space(text.substr(1, text.size() - 2));
  while (!text.empty()) {
    auto const name = text.front() == '"' ? json_string_inside(text.substr(1)) : std::nullopt;
    if (!name) return false;
    text = without_space(text.substr(name->size() + 2));
    if (text.empty() || text.front() != ':') return false;
    text = without_space(text.substr(1));
    auto const value = text.substr(0, json_text::value_length(text));
    if (value.empty() || !f(unescape_json_string(*name), value)) return false;
    text = without_space(text.substr(value.size()));
    if (text.empty()) break;
    if (text.front() != ',' || text.size() == 1) return false;
    text = without_space(text.substr(1));
  }
  return true;
}

// The text of a JSON string, which is all there is.
std::optional<std::string> text_of(std::string_view value) {
  if (value.size() < 2 || value.front() != '"') return std::nullopt;
  auto const inside = json_string_inside(value.substr(1));
  if (!inside || inside->size() + 2 != value.size()) return std::nullopt;
  return unescape_json_string(*inside);
}

std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// One frame, member by member.
class frame_reader {
 public:
  explicit frame_reader(peer_frame& out) : out_(&out) {}

  void read(std::string_view text) {
    if (!each_member(text, [&](std::string const& name, std::string_view value) { return member(name, value); }))
      return;
    if (id_ == 0 || !valid_) return;
    out_->what = kind();
    if (out_->what != peer_frame::kind::request || out_->fault) return;
    if (payload_.empty()) return refuse(400, "the frame has no payload");
    read_request();
  }

 private:
  bool member(std::string const& name, std::string_view value) {
    if (name == "i") {
      auto id = text_of(value);
      valid_ = ++id_ == 1 && id && !id->empty() && id->size() <= max_peer_id_bytes;
      if (valid_) out_->id = std::move(*id);
      return valid_;
    }
    if (name == "t") type_ = type_.empty() ? value : std::string_view("twice");
    if (name == "p" && !payload_.empty()) refuse(400, "the frame has two payloads");
    if (name == "p") payload_ = value;
    return true;
  }

  peer_frame::kind kind() const {
    if (type_.empty() || type_ == "1") return peer_frame::kind::request;
    if (type_ == "2" || type_ == "3") return peer_frame::kind::ignored;
    return type_ == "4" ? peer_frame::kind::abort : peer_frame::kind::unreadable;
  }

  void read_request() {
    auto& request = out_->request;
    bool const read = each_member(payload_, [&](std::string const& name, std::string_view value) {
      if (name == "u") return take(request.path, value);
      if (name == "m") return take(request.method, value);
      if (name == "h")
        return each_member(
            value, [&](std::string const& header, std::string_view of) { return take_header(lower_case(header), of); });
      if (name != "b") return true;
      bool const first = request.body.empty();
      request.body = value;
      return first;
    });
    if (!read) refuse(400, "the request cannot be read");
    if (request.method.empty()) request.method = "POST";
    if (!request.path.starts_with('/')) refuse(400, "the request names no procedure");
    if (files_) refuse(415, "files go over HTTP");
    if (events_) refuse(415, "no procedure takes an iterator");
  }

  // A text that may come once and is not empty.
  static bool take(std::string& to, std::string_view value) {
    auto text = text_of(value);
    if (!text || text->empty() || has_control(*text) || !to.empty()) return false;
    to = std::move(*text);
    return true;
  }

  bool take_header(std::string const& name, std::string_view value) {
    auto& request = out_->request;
    if (name == "authorization") return take(request.authorization, value);
    if (name == "x-tenant-id") return take(request.tenant, value);
    if (name == "last-event-id") return take(request.last_event, value);
    if (name == "traceparent") return take(request.traceparent, value);
    if (name != "content-type") return true;
    auto const type = lower_case(text_of(value).value_or(std::string()));
    files_ = files_ || type.starts_with("multipart/");
    events_ = events_ || type.starts_with("text/event-stream");
    return true;
  }

  void refuse(int status, std::string_view why) {
    if (!out_->fault) out_->fault = peer_fault{status, why};
  }

  peer_frame* out_;
  int id_ = 0;
  bool valid_ = true;
  bool files_ = false;
  bool events_ = false;
  std::string_view type_;
  std::string_view payload_;
};

}  // namespace

peer_frame decode_peer_frame(std::string_view message, peer_message how) {
  peer_frame frame;
  auto const end = how == peer_message::binary ? message.find(end_of_json) : message.npos;
  // Nothing behind the mark is no file.
  bool const attached = end != message.npos && end + 1 < message.size();
  if (attached) frame.fault = peer_fault{415, "files go over HTTP"};
  frame_reader reader(frame);
  reader.read(message.substr(0, end));
  return frame;
}

std::string peer_frame_begin(std::string_view id) {
  std::string begin = "{\"i\":";
  append_json_string(begin, id);
  return begin += ',';
}

void append_peer_answer(std::string& out, int status, std::string_view body) {
  out += "\"p\":{";
  if (status != 200) (out += "\"s\":") += std::to_string(status) + ',';
  out += "\"b\":";
  out += body.empty() ? std::string_view("{}") : body;
  out += "}}";
}

void append_peer_iterator(std::string& out) { out += R"("p":{"h":{"content-type":"text/event-stream"}}})"; }

void append_peer_event(std::string& out, std::int64_t number, encoded_value const& event,
                       std::optional<std::chrono::milliseconds> retry) {
  constexpr std::size_t around = 96;  // it
  out.reserve(out.size() + event.json.size() + around);
  out += R"("t":3,"p":{"e":"message","d":)";
  append_output(out, event);
  out += R"(,"m":{"id":")";
  out += std::to_string(number);
  out += '"';
  if (retry) (out += ",\"retry\":") += std::to_string(retry->count());
  out += "}}}";
}

void append_peer_error(std::string& out, failure const& why, std::string_view request_id) {
  out += R"("t":3,"p":{"e":"error","d":)";
  out += encode_error(why, request_id);
  out += "}}";
}

void append_peer_done(std::string& out) { out += R"("t":3,"p":{"e":"done","d":{}}})"; }

}  // namespace sambung::orpc
