// A PostgreSQL cluster of a test's own, which it may stop, kill, freeze and fill. It syncs, as a real one does.
#pragma once

#include "support/child_process.hpp"
#include "temporary_folder.hpp"

#include <sambung/storage/postgres/postgres.hpp>

#include <arpa/inet.h>
#include <glob.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <pqxx/pqxx>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace sambung::tests {

// A port that nobody listens on now.
inline int free_port() {
  int const socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bool const bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(socket);
  if (!bound) throw std::runtime_error("no port is free");
  return ntohs(address.sin_port);
}

struct cluster_options {
  cluster_options() = default;

  std::filesystem::path data;         // empty: in a folder of its own
  std::filesystem::path wal;          // empty: with the data
  int wal_segment_mebibytes = 0;      // 0: PostgreSQL's own choice
  std::vector<std::string> settings;  // as for postgres -c
  std::chrono::seconds patience{60};  // for it to start

  // For tests that do not ask whether what was stored survives.
  static cluster_options without_sync() {
    cluster_options options;
    options.settings.emplace_back("fsync=off");
    return options;
  }
};

// The roles and a database as postgres.hpp wants them.
struct cluster_database {
  std::string name;
  std::string app_url;
  std::string migrator_url;
  std::string admin_url;

  postgres_options options() const {
    postgres_options out(app_url);
    out.migrator_url = migrator_url;
    return out;
  }
};

class postgres_cluster {
 public:
  explicit postgres_cluster(cluster_options options = cluster_options())
      : options_(std::move(options)), port_(free_port()) {
    if (options_.data.empty()) options_.data = folder_.path() / "data";
    give_away(folder_.path());
    std::vector<std::string> words{"-D",        options_.data, "-U",   "sambung",  "-A",     "trust",
                                   "--no-sync", "-E",          "UTF8", "--locale", "C.UTF-8"};
    if (!options_.wal.empty()) words.push_back("--waldir=" + options_.wal.string());
    if (options_.wal_segment_mebibytes > 0)
      words.push_back("--wal-segsize=" + std::to_string(options_.wal_segment_mebibytes));
    if (run("initdb", words) != 0) throw std::runtime_error("initdb failed");
    start();
    as_admin("CREATE ROLE sambung_owner LOGIN");
    as_admin("CREATE ROLE sambung_app LOGIN");
  }
  // A hot standby of `primary`, which must outlive it.
  struct standby_of {
    postgres_cluster const& primary;
  };
  explicit postgres_cluster(standby_of origin) : port_(free_port()) {
    options_.data = folder_.path() / "data";
    give_away(folder_.path());
    std::vector<std::string> const words{"-h",     "127.0.0.1", "-p",   std::to_string(origin.primary.port_),
                                         "-U",     "sambung",   "-D",   options_.data,
                                         "-R",     "-c",        "fast", "-X",
                                         "stream", "--no-sync"};
    if (run("pg_basebackup", words) != 0) throw std::runtime_error("pg_basebackup failed");
    start();
  }
  ~postgres_cluster() {
    if (paused_) resume();
    stop();
  }
  postgres_cluster(postgres_cluster const&) = delete;
  postgres_cluster& operator=(postgres_cluster const&) = delete;

  // An empty one, with the two roles.
  cluster_database new_database() {
    auto const name = "chat" + std::to_string(++databases_);
    as_admin("CREATE DATABASE " + name + " OWNER sambung_owner");
    return database(name);
  }
  // One that is there, on a standby for example.
  cluster_database database(std::string const& name) const {
    return {name, url("sambung_app", name), url("sambung_owner", name), url("sambung", name)};
  }

  // As a crash of the machine would, but for what the system has cached. Sessions end without a word.
  void stop() { run("pg_ctl", {"-D", options_.data, "-m", "immediate", "-w", "stop"}); }
  // Returns when it accepts connections.
  void start() {
    begin_to_start();
    await_accepting();
  }
  // Returns at once.
  void begin_to_start(std::vector<std::string> const& more_settings = {}) {
    std::string settings = "-p " + std::to_string(port_) + " -k " + folder_.path().string() +
                           " -c listen_addresses=127.0.0.1 -c shared_buffers=32MB";
    for (auto const& one : options_.settings) settings += " -c " + one;
    for (auto const& one : more_settings) settings += " -c " + one;
    std::vector<std::string> const words{"-D", options_.data, "-W",   "-l", folder_.path() / "log",
                                         "-o", settings,      "start"};
    if (run("pg_ctl", words) != 0) throw std::runtime_error("pg_ctl start failed");
  }
  void await_accepting() const { await(PQPING_OK); }

  // Starts a server that refuses every connection because it is starting up, until end_refusing().
  void begin_refusing() {
    stop();
    auto const mark = options_.data / "standby.signal";
    std::ofstream(mark).close();
    give_away(mark);
    begin_to_start({"hot_standby=off"});
    await(PQPING_REJECT);
  }
  void end_refusing() {
    stop();
    std::filesystem::remove(options_.data / "standby.signal");
    start();
  }

  // Every statement on its own, as a superuser; throws what pqxx throws.
  pqxx::result as_admin(std::string const& statement, std::string const& database = "postgres") const {
    pqxx::connection connection(url("sambung", database));
    pqxx::quiet_errorhandler const silence(connection);
    pqxx::nontransaction work(connection);
    return work.exec(statement);
  }

  // The server's processes for connections of an application; newest last.
  std::vector<int> backends() const {
    std::vector<int> found;
    for (auto const& one : as_admin("SELECT pid FROM pg_stat_activity WHERE usename = 'sambung_app' ORDER BY pid"))
      found.push_back(one[0].as<int>());
    return found;
  }
  // pg_terminate_backend for each of them.
  void terminate(std::vector<int> const& which) const {
    for (int const one : which) as_admin("SELECT pg_terminate_backend(" + std::to_string(one) + ")");
  }
  // Until there is none: one may have been in the middle of its opening when the others were ended.
  void terminate_all() const {
    for (auto open = backends(); !open.empty(); open = backends()) terminate(open);
  }
  // The whole cluster recovers from it.
  static void kill_backend(int pid) { ::kill(pid, SIGKILL); }
  // Does `harm` and returns when the cluster has begun to recover from it.
  template <class F>
  void await_crash(F harm) const {
    pqxx::connection witness(url("sambung", "postgres"));
    pqxx::quiet_errorhandler const silence(witness);
    pqxx::nontransaction work(witness);
    work.exec("SELECT 1");
    harm();
    char byte;
    // The server ends every connection.
    while (::recv(witness.sock(), &byte, 1, 0) > 0) {
    }
  }

  // Nothing of the server runs until resume(); its connections stay open.
  void pause() {
    paused_ = true;
    signal_all(SIGSTOP);
  }
  void resume() {
    signal_all(SIGCONT);
    paused_ = false;
  }

  // What the server wrote to its log so far.
  std::string log() const {
    std::ifstream in(folder_.path() / "log");
    return {std::istreambuf_iterator<char>(in), {}};
  }

  // Lets the server's user write there.
  static void give_away(std::filesystem::path const& folder) {
    auto const* nobody = ::geteuid() == 0 ? ::getpwnam("nobody") : nullptr;
    if (nobody && ::chown(folder.c_str(), nobody->pw_uid, nobody->pw_gid) != 0)
      throw std::runtime_error("chown failed");
  }

 private:
  void await(PGPing wanted) const {
    auto const give_up = std::chrono::steady_clock::now() + options_.patience;
    while (PQping(url("sambung", "postgres").c_str()) != wanted) {
      if (std::chrono::steady_clock::now() > give_up) throw std::runtime_error("PostgreSQL does not start: " + log());
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }

  std::string url(std::string const& role, std::string const& database) const {
    return "postgresql://" + role + "@127.0.0.1:" + std::to_string(port_) + '/' + database;
  }

  static std::string binary(std::string const& name) {
    glob_t found{};
    ::glob(("/usr/lib/postgresql/*/bin/" + name).c_str(), 0, nullptr, &found);
    auto const path = found.gl_pathc > 0 ? std::string(found.gl_pathv[found.gl_pathc - 1]) : name;
    ::globfree(&found);
    return path;
  }

  // In the folder, as a user who is not root: PostgreSQL refuses to run as one.
  int run(std::string const& name, std::vector<std::string> const& arguments) const {
    std::vector<std::string> words{"-c", "cd \"$0\" && exec \"$@\"", folder_.path()};
    if (::geteuid() == 0) words.insert(words.end(), {"runuser", "-u", "nobody", "--"});
    words.push_back(binary(name));
    words.insert(words.end(), arguments.begin(), arguments.end());
    child_process process("/bin/sh", {}, words);
    while (process.line()) {
    }
    return process.wait();
  }

  void signal_all(int signal) const {
    std::ifstream in(options_.data / "postmaster.pid");
    int postmaster = 0;
    if (!(in >> postmaster)) throw std::runtime_error("PostgreSQL does not run");
    ::kill(postmaster, signal);
    for (int const child : children_of(postmaster)) ::kill(child, signal);
  }

  static std::vector<int> children_of(int parent) {
    std::vector<int> found;
    for (auto const& entry : std::filesystem::directory_iterator("/proc")) {
      auto const name = entry.path().filename().string();
      if (name.find_first_not_of("0123456789") != name.npos) continue;
      std::ifstream in(entry.path() / "stat");
      std::string text{std::istreambuf_iterator<char>(in), {}};
      auto const end = text.rfind(')');  // "1234 (name) S 1 ..."
      if (end != text.npos && std::atoi(text.c_str() + std::min(end + 4, text.size())) == parent)
        found.push_back(std::stoi(name));
    }
    return found;
  }

  testing::temporary_folder folder_;
  cluster_options options_;
  int const port_;
  int databases_ = 0;
  bool paused_ = false;
};

}  // namespace sambung::tests
