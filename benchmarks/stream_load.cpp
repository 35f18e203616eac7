// Reads many streamed answers of the mock upstream at once, directly or through something: one thread, epoll.
//
//   bench_stream_load paced PORT EVENTS STREAMS REPEATS RAMP_MS BODY [HEADER...]   answers one after the other on each
//                                               of STREAMS connections, whose first ones begin within RAMP_MS
//   bench_stream_load turns PORT EVENTS STREAMS REPEATS RAMP_MS MODEL [HEADER...]  the same with durable turns, each
//                                               stream in a chat of its own that is made first
//   bench_stream_load burst PORT EVENTS STREAMS SECONDS BODY [HEADER...]           as many answers as go
//
// BODY is the file with the body of POST /v1/chat/completions, HEADER is "name: value". Once all are connected it says
// "ready" and waits for a line; when the last of paced streams or turns has begun, it says "full". Every event is
// checked; the first answer that is wrong ends its connection. Prints one line of JSON at the end.
#include "event_reader.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t late_ns = 50'000'000;
constexpr std::int64_t patience_ns = 30 * second_ns;  // without any byte, before all is given up

// What was seen of all streams.
struct figures {
  std::int64_t answers = 0;
  std::int64_t events = 0;
  std::int64_t wrong = 0;
  std::int64_t late = 0;
  std::string first_wrong;
  std::vector<std::int64_t> first_event;  // from the request to the first event, nanoseconds
  std::vector<std::int64_t> way;          // from the upstream's stamp to here
  std::vector<std::int64_t> gap;          // by how much two events are further apart, or nearer, than they were sent
  std::vector<std::int64_t> lag;          // by how much the upstream itself was late
};

int connected(std::uint16_t port) {
  int const made = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (made < 0 || connect(made, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error(std::string("cannot connect: ") + std::strerror(errno));
  int const on = 1;
  setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return made;
}

std::string request_of(std::string const& path, std::string const& headers, std::string const& body) {
  return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

void send_all(int socket, std::string_view bytes) {
  auto const sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(bytes.size())) throw wrong_answer("a request could not be sent in one piece");
}

// The body of a small answer with a length, waited for.
std::string call(int socket, std::string const& request) {
  send_all(socket, request);
  std::string in;
  while (true) {
    char bytes[4'096];
    auto const count = recv(socket, bytes, sizeof bytes, 0);
    if (count <= 0) throw wrong_answer("no answer: " + in);
    in.append(bytes, static_cast<std::size_t>(count));
    auto const head = in.find("\r\n\r\n");
    if (head == in.npos) continue;
    auto const* length = strcasestr(in.c_str(), "\r\ncontent-length:");
    if (!in.starts_with("HTTP/1.1 200") || !length) throw wrong_answer(in);
    auto const size = static_cast<std::size_t>(std::atoll(length + 17));
    if (in.size() >= head + 4 + size) return in.substr(head + 4);
  }
}

std::string new_chat(int socket, std::string const& headers, std::string const& model) {
  auto const made =
      call(socket, request_of("/rpc/chat/create", headers, R"({"json":{"title":"bench","model":")" + model + "\"}}"));
  auto const at = made.find("\"id\":\"");
  if (at == made.npos) throw wrong_answer(made);
  return made.substr(at + 6, made.find('"', at + 6) - at - 6);
}

// One connection, which asks the same again and again.
class stream {
 public:
  stream(int socket, dialect spoken, std::string request, std::int64_t events)
      : socket_(socket), spoken_(spoken), request_(std::move(request)), events_(events) {}
  ~stream() { close(socket_); }
  stream(stream const&) = delete;
  stream& operator=(stream const&) = delete;

  int socket() const { return socket_; }

  void ask() {
    reader_.emplace(spoken_, events_);
    asked_ns_ = stamped::now_ns();
    send_all(socket_, request_);
  }

  // Reads what is there; true: an answer has ended. Throws wrong_answer.
  bool receive(figures& out) {
    static char bytes[262'144];
    auto const count = recv(socket_, bytes, sizeof bytes, 0);
    if (count < 0 && errno == EAGAIN) return false;
    if (count <= 0) throw wrong_answer("the connection ended in an answer");
    auto const now = stamped::now_ns();
    return reader_->push(std::string_view(bytes, static_cast<std::size_t>(count)),
                         [&](stamped::stamp const& event) { note(event, now, out); });
  }

 private:
  void note(stamped::stamp const& event, std::int64_t now, figures& out) {
    ++out.events;
    if (event.index == 0) out.first_event.push_back(now - asked_ns_);
    if (event.sent_ns == 0) return;
    auto const way = now - event.sent_ns;
    if (event.index > 0) out.gap.push_back(std::abs(way - last_way_));
    last_way_ = way;
    out.way.push_back(way);
    out.lag.push_back(event.sent_ns - event.due_ns);
    if (way > late_ns) ++out.late;
  }

  int socket_;
  dialect spoken_;
  std::string request_;
  std::int64_t events_;
  std::optional<answer_reader> reader_;
  std::int64_t asked_ns_ = 0;
  std::int64_t last_way_ = 0;
};

struct plan {
  std::int64_t repeats = std::numeric_limits<std::int64_t>::max();
  std::int64_t ramp_ns = 0;
  std::int64_t run_ns = std::numeric_limits<std::int64_t>::max();  // no answer is asked for later
};

class load {
 public:
  load(std::vector<std::unique_ptr<stream>> streams, plan how)
      : streams_(std::move(streams)), asked_(streams_.size()), how_(how), poll_(epoll_create1(0)) {}
  ~load() { close(poll_); }
  load(load const&) = delete;
  load& operator=(load const&) = delete;

  // Returns how long it took, in seconds.
  double run() {
    begin_ns_ = last_progress_ns_ = stamped::now_ns();
    std::vector<epoll_event> ready(1'024);
    while (begun_ < streams_.size() || active_ > 0) {
      begin_due_streams();
      auto const wait = until_next_ns();
      timespec const patience{wait / second_ns, wait % second_ns};
      int const count = epoll_pwait2(poll_, ready.data(), static_cast<int>(ready.size()), &patience, nullptr);
      for (int i = 0; i < count; ++i) serve(ready[static_cast<std::size_t>(i)].data.u64);
      if (stamped::now_ns() - last_progress_ns_ > patience_ns) {
        give_up();
        break;
      }
    }
    return static_cast<double>(stamped::now_ns() - begin_ns_) / second_ns;
  }

  figures& seen() { return seen_; }
  std::size_t peak() const { return peak_; }

 private:
  std::int64_t start_of(std::size_t index) const {
    return begin_ns_ + how_.ramp_ns * static_cast<std::int64_t>(index) / static_cast<std::int64_t>(streams_.size());
  }

  void begin_due_streams() {
    while (begun_ < streams_.size() && start_of(begun_) <= stamped::now_ns()) {
      join(begun_);
      ask(begun_++);
      if (begun_ == streams_.size()) std::cout << "full" << std::endl;
    }
  }

  std::int64_t until_next_ns() const {
    if (begun_ == streams_.size()) return second_ns;
    return std::clamp<std::int64_t>(start_of(begun_) - stamped::now_ns(), 0, second_ns);
  }

  void ask(std::size_t index) {
    ++asked_[index];
    try {
      streams_[index]->ask();
    } catch (wrong_answer const& problem) {
      drop(index, problem.what());
    }
  }

  void serve(std::size_t index) {
    last_progress_ns_ = stamped::now_ns();
    try {
      if (!streams_[index]->receive(seen_)) return;
    } catch (wrong_answer const& problem) {
      return drop(index, problem.what());
    }
    ++seen_.answers;
    if (asked_[index] < how_.repeats && last_progress_ns_ - begin_ns_ < how_.run_ns) ask(index);
    else leave(index);
  }

  void join(std::size_t index) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = index;
    if (epoll_ctl(poll_, EPOLL_CTL_ADD, streams_[index]->socket(), &event) != 0) throw std::runtime_error("epoll_ctl");
    peak_ = std::max(peak_, ++active_);
  }

  // Nothing more is read from it, so that whoever closes it now does not matter.
  void leave(std::size_t index) {
    epoll_ctl(poll_, EPOLL_CTL_DEL, streams_[index]->socket(), nullptr);
    --active_;
  }

  void drop(std::size_t index, char const* why) {
    note_wrong(why);
    leave(index);
  }

  void give_up() {
    for (; active_ > 0; --active_) note_wrong("an answer stands still");
  }

  void note_wrong(char const* why) {
    if (seen_.wrong++ == 0) seen_.first_wrong = why;
  }

  std::vector<std::unique_ptr<stream>> streams_;
  std::vector<std::int64_t> asked_;
  plan how_;
  int poll_;
  figures seen_;
  std::int64_t begin_ns_ = 0;
  std::int64_t last_progress_ns_ = 0;
  std::size_t begun_ = 0;
  std::size_t active_ = 0;
  std::size_t peak_ = 0;
};

void print_percentiles(char const* name, std::vector<std::int64_t>& values) {
  std::sort(values.begin(), values.end());
  for (int percent : {50, 99}) {
    if (values.empty()) return;
    auto const at = std::min(values.size() - 1, values.size() * static_cast<std::size_t>(percent) / 100);
    std::cout << ", \"" << name << "_p" << percent << "_us\": " << static_cast<double>(values[at]) / 1'000;
  }
}

std::string as_json(std::string const& text) {
  std::string made = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') made += '\\';
    made += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return made + '"';
}

void print(load& of, double seconds) {
  auto& seen = of.seen();
  std::cout << "{\"answers\": " << seen.answers << ", \"events\": " << seen.events << ", \"wrong\": " << seen.wrong
            << ", \"first_wrong\": " << as_json(seen.first_wrong) << ", \"late\": " << seen.late
            << ", \"peak\": " << of.peak() << ", \"seconds\": " << seconds;
  print_percentiles("first_event", seen.first_event);
  print_percentiles("way", seen.way);
  print_percentiles("gap", seen.gap);
  print_percentiles("lag", seen.lag);
  std::cout << "}" << std::endl;
}

std::string contents_of(std::string const& file) {
  std::ifstream opened(file, std::ios::binary);
  if (!opened) throw std::runtime_error("cannot read " + file);
  return {std::istreambuf_iterator<char>(opened), {}};
}

// The arguments, one after the other.
class arguments {
 public:
  arguments(int argc, char** argv) : all_(argv + 1, argv + argc) {}

  std::string text() {
    if (next_ == all_.size()) throw std::runtime_error("see the top of stream_load.cpp for how to call it");
    return all_[next_++];
  }
  std::int64_t number() { return std::stoll(text()); }
  double seconds() { return std::stod(text()); }
  std::string headers() {
    std::string lines;
    while (next_ < all_.size()) lines += all_[next_++] + "\r\n";
    return lines;
  }

 private:
  std::vector<std::string> all_;
  std::size_t next_ = 0;
};

void run(arguments in) {
  auto const mode = in.text();
  auto const port = static_cast<std::uint16_t>(in.number());
  auto const events = in.number();
  auto const count = in.number();
  plan how;
  if (mode == "burst") {
    how.run_ns = static_cast<std::int64_t>(in.seconds() * second_ns);
  } else {
    how.repeats = in.number();
    how.ramp_ns = in.number() * 1'000'000;
  }
  auto const subject = in.text();
  auto const headers = in.headers();
  bool const turns = mode == "turns";
  auto const completion = turns ? std::string() : request_of("/v1/chat/completions", headers, contents_of(subject));

  std::vector<std::unique_ptr<stream>> streams;
  for (std::int64_t i = 0; i < count; ++i) {
    int const socket = connected(port);
    auto request = completion;
    if (turns)
      request = request_of(
          "/rpc/message/stream", headers,
          R"({"json":{"chatId":")" + new_chat(socket, headers, subject) + R"(","text":"Apa khabar hari ini?"}})");
    streams.push_back(
        std::make_unique<stream>(socket, turns ? dialect::turns : dialect::completions, std::move(request), events));
  }
  load all(std::move(streams), how);
  std::cout << "ready" << std::endl;
  std::string line;
  std::getline(std::cin, line);
  auto const seconds = all.run();
  print(all, seconds);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(arguments(argc, argv));
  } catch (std::exception const& e) {
    std::cerr << "bench_stream_load: " << e.what() << "\n";
    return 1;
  }
}
