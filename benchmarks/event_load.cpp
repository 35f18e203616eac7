// Holds many subscriptions open and counts what comes over them: one thread, epoll, raw sockets.
//
//   bench_event_load WIRE PORT CONNECTIONS USERS [HEADER...]
//
// WIRE is what each connection speaks: orpc (/ws) and sse (/rpc) ask for event.follow, socketio and plain are told
// without asking. HEADER is "name: value"; with USERS, a connection also says "x-user: <its number modulo USERS>". An
// event holds "at":<microseconds of the monotonic clock> and "n":<how many its receiver was told before>, and each must
// come once and in order. Commands come by stdin, one a line, each answered by one line of JSON:
//
//   open RAMP_MS        connects all, evenly over so long; a second time behind what each saw last
//   collect EVENTS      until so many have come over all connections together
//   leave COUNT         closes so many, the last ones
#include "event_connection.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <sstream>

namespace {

constexpr std::int64_t patience_us = 30'000'000;  // without any byte, before what is awaited is given up
constexpr std::size_t most_opening = 512;         // at once: a listening socket's queue is not endless

void add_percentiles(std::ostream& out, char const* name, std::vector<std::int64_t>& values) {
  std::sort(values.begin(), values.end());
  for (int percent : {50, 99, 100}) {
    if (values.empty()) return;
    auto const at = std::min(values.size() - 1, values.size() * static_cast<std::size_t>(percent) / 100);
    out << ", \"" << name << "_p" << percent << "_ms\": " << static_cast<double>(values[at]) / 1'000;
  }
}

class crowd {
 public:
  crowd(wire spoken, std::uint16_t port, std::size_t count, std::size_t users, std::string const& headers)
      : poll_(epoll_create1(0)) {
    for (std::size_t i = 0; i < count; ++i) {
      auto own = headers;
      if (users > 0) own += "x-user: " + std::to_string(i % users) + "\r\n";
      all_.push_back(std::make_unique<event_connection>(spoken, port, i, std::move(own)));
    }
  }
  ~crowd() { close(poll_); }
  crowd(crowd const&) = delete;
  crowd& operator=(crowd const&) = delete;

  std::string open(std::int64_t ramp_us) {
    std::vector<std::size_t> absent;
    for (std::size_t i = 0; i < all_.size(); ++i)
      if (!all_[i]->is_open()) absent.push_back(i);
    auto const begin = last_progress_ = now_us();
    std::size_t begun = 0;
    opened_.clear();
    opening_ = 0;
    while (opened_.size() + wrong_ < absent.size() && is_patient()) {
      while (begun < absent.size() && opening_ < most_opening && due(begin, ramp_us, begun, absent.size()) <= now_us())
        start(absent[begun++]);
      wait(begun < absent.size() ? 1 : 1'000);
    }
    std::ostringstream out;
    out << "{\"opened\": " << opened_.size() << ", \"seconds\": " << static_cast<double>(now_us() - begin) / 1e6;
    add_percentiles(out, "open", opened_);
    return finished(out);
  }

  std::string collect(std::int64_t events) {
    last_progress_ = now_us();
    while (events_ < events && wrong_ == 0 && is_patient()) wait(1'000);
    std::ostringstream out;
    out << "{\"events\": " << events_ << ", \"seconds\": " << static_cast<double>(last_event_ - first_event_) / 1e6;
    add_percentiles(out, "way", ways_);
    events_ = first_event_ = 0;
    ways_.clear();
    return finished(out);
  }

  std::string leave(std::size_t count) {
    for (auto one = all_.rbegin(); count > 0 && one != all_.rend(); ++one, --count) (*one)->leave();
    std::ostringstream out;
    out << "{\"left\": true";
    return finished(out);
  }

  // Until a command comes: pings are answered meanwhile.
  void wait_for_command() {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = command_;
    epoll_ctl(poll_, EPOLL_CTL_ADD, STDIN_FILENO, &event);
    while (!commanded_) wait(60'000);
    commanded_ = false;
    epoll_ctl(poll_, EPOLL_CTL_DEL, STDIN_FILENO, nullptr);
  }

 private:
  static constexpr std::uint64_t command_ = ~std::uint64_t{0};

  static std::int64_t due(std::int64_t begin, std::int64_t ramp, std::size_t index, std::size_t of) {
    return begin + ramp * static_cast<std::int64_t>(index) / static_cast<std::int64_t>(of);
  }

  bool is_patient() const { return now_us() - last_progress_ < patience_us; }

  void start(std::size_t index) {
    ++opening_;
    try {
      int const made = all_[index]->connect();
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = index;
      if (epoll_ctl(poll_, EPOLL_CTL_ADD, made, &event) != 0) throw wrong_answer("epoll_ctl");
    } catch (wrong_answer const& problem) {
      note_wrong(index, problem.what());
    }
  }

  void wait(int milliseconds) {
    epoll_event ready[1'024];
    int const count = epoll_wait(poll_, ready, 1'024, milliseconds);
    for (int i = 0; i < count; ++i) {
      if (ready[i].data.u64 == command_) commanded_ = true;
      else serve(ready[i].data.u64);
    }
  }

  void serve(std::size_t index) {
    auto& one = *all_[index];
    if (!one.is_open()) return;
    bool const was_ready = one.is_ready();
    auto const now = last_progress_ = now_us();
    try {
      one.receive([&](std::int64_t at) { note_event(at, now); });
    } catch (wrong_answer const& problem) {
      if (!was_ready) --opening_;
      return note_wrong(index, problem.what());
    }
    if (was_ready || !one.is_ready()) return;
    --opening_;
    opened_.push_back(now - one.asked_at());
  }

  void note_event(std::int64_t at, std::int64_t now) {
    if (events_++ == 0) first_event_ = at;
    last_event_ = now;
    ways_.push_back(now - at);
  }

  void note_wrong(std::size_t index, std::string const& why) {
    all_[index]->leave();
    if (wrong_++ == 0) first_wrong_ = why;
  }

  // What went wrong since the last command is told with this one.
  std::string finished(std::ostringstream& out) {
    for (char& c : first_wrong_)
      if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ') c = ' ';
    out << ", \"wrong\": " << wrong_ << ", \"first_wrong\": \"" << first_wrong_ << "\"}";
    wrong_ = 0;
    first_wrong_.clear();
    return out.str();
  }

  int poll_;
  std::vector<std::unique_ptr<event_connection>> all_;
  bool commanded_ = false;
  std::size_t opening_ = 0;
  std::vector<std::int64_t> opened_;  // how long each took, microseconds
  std::vector<std::int64_t> ways_;    // of each event, from being told to here
  std::int64_t events_ = 0;
  std::int64_t first_event_ = 0;
  std::int64_t last_event_ = 0;
  std::int64_t last_progress_ = 0;
  std::size_t wrong_ = 0;
  std::string first_wrong_;
};

void obey(crowd& all) {
  std::string line;
  while (all.wait_for_command(), std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string verb;
    std::int64_t number = 0;
    words >> verb >> number;
    if (verb == "open") std::cout << all.open(number * 1'000) << std::endl;
    else if (verb == "collect") std::cout << all.collect(number) << std::endl;
    else if (verb == "leave") std::cout << all.leave(static_cast<std::size_t>(number)) << std::endl;
    else throw std::runtime_error("unknown command: " + line);
  }
}

void run(std::vector<std::string> const& given) {
  if (given.size() < 4) throw std::runtime_error("see the top of event_load.cpp for how to call it");
  std::string headers;
  for (std::size_t i = 4; i < given.size(); ++i) headers += given[i] + "\r\n";
  crowd all(wire_named(given[0]), static_cast<std::uint16_t>(std::stoi(given[1])), std::stoull(given[2]),
            std::stoull(given[3]), headers);
  obey(all);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run({argv + 1, argv + argc});
  } catch (std::exception const& e) {
    std::cerr << "bench_event_load: " << e.what() << "\n";
    return 1;
  }
}
