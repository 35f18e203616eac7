#include "faults/scenario/history.hpp"

#include <algorithm>
#include <array>
#include <sstream>

namespace sambung::tests {
namespace {

struct line_writer {
  std::ostringstream out;

  void operator()(account_made const& e) {
    out << "account " << to_string(e.tenant) << ' ' << to_string(e.user) << ' ' << e.canary;
  }
  void operator()(chat_asked const& e) { out << "chat? " << to_string(e.owner) << ' ' << e.key; }
  void operator()(chat_made const& e) { out << "chat " << e.key << ' ' << to_string(e.chat); }
  void operator()(send_asked const& e) {
    out << "send? " << to_string(e.chat) << ' ' << e.key << ' ' << e.keyed << ' ' << e.text;
  }
  void operator()(question_stored const& e) {
    out << "question " << e.key << ' ' << to_string(e.question) << ' ' << to_string(e.answer);
  }
  void operator()(text_flushed const& e) { out << "flushed " << e.key << ' ' << e.bytes; }
  void operator()(answer_final const& e) {
    out << "answer " << e.key << ' ' << static_cast<int>(e.state) << ' ' << e.text_hash;
  }
};

template <class Id>
Id id_in(std::istream& in) {
  std::string text;
  in >> text;
  return Id{parse_uuid(text).value()};
}

history_event event_in(std::string const& kind, std::istream& in) {
  if (kind == "account") {
    account_made e{id_in<tenant_id>(in), id_in<user_id>(in), {}};
    in >> e.canary;
    return e;
  }
  if (kind == "chat?") {
    chat_asked e{id_in<user_id>(in), {}};
    in >> e.key;
    return e;
  }
  if (kind == "chat") {
    chat_made e;
    in >> e.key;
    e.chat = id_in<chat_id>(in);
    return e;
  }
  if (kind == "send?") {
    send_asked e;
    e.chat = id_in<chat_id>(in);
    in >> e.key >> e.keyed >> std::ws;
    std::getline(in, e.text);
    return e;
  }
  if (kind == "question") {
    question_stored e;
    in >> e.key;
    e.question = id_in<message_id>(in);
    e.answer = id_in<message_id>(in);
    return e;
  }
  if (kind == "flushed") {
    text_flushed e;
    in >> e.key >> e.bytes;
    return e;
  }
  answer_final e;
  int state = 0;
  in >> e.key >> state >> e.text_hash;
  e.state = static_cast<message_state>(state);
  return e;
}

}  // namespace

std::string to_line(history_event const& event) {
  line_writer writer;
  std::visit(writer, event);
  return writer.out.str();
}

std::optional<history_event> parse_history_line(std::string const& line) {
  std::istringstream in(line);
  std::string kind;
  in >> kind;
  constexpr std::array known{"account", "chat?", "chat", "send?", "question", "flushed", "answer"};
  if (std::ranges::find(known, kind) == known.end()) return std::nullopt;
  return event_in(kind, in);
}

}  // namespace sambung::tests
