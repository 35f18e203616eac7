// How fast this disk makes bytes durable: the floor under everything that is acknowledged.
//
//   bench_fsync_probe FOLDER WRITERS SECONDS    prints {"fdatasyncs_per_s": ...}
//
// Each writer appends 4 KiB to a file of its own and syncs it, over and over.
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 4) return std::fprintf(stderr, "usage: %s FOLDER WRITERS SECONDS\n", argv[0]), 2;
  std::string const folder = argv[1];
  int const writers = std::atoi(argv[2]);
  std::chrono::duration<double> const time(std::atof(argv[3]));

  std::atomic<long> syncs = 0;
  std::atomic<bool> failed = false;
  auto const end = std::chrono::steady_clock::now() + time;
  std::vector<std::thread> threads;
  for (int i = 0; i < writers; ++i) {
    threads.emplace_back([&, i] {
      auto const path = folder + "/probe-" + std::to_string(i);
      int const file = open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
      std::vector<char> const page(4'096, 'x');
      while (file >= 0 && std::chrono::steady_clock::now() < end) {
        if (write(file, page.data(), page.size()) != static_cast<ssize_t>(page.size()) || fdatasync(file) != 0) break;
        ++syncs;
      }
      if (file < 0 || std::chrono::steady_clock::now() < end) failed = true;
      close(file);
      unlink(path.c_str());
    });
  }
  for (auto& thread : threads) thread.join();
  if (failed) return std::perror("probe"), 1;
  std::printf("{\"fdatasyncs_per_s\": %.1f}\n", static_cast<double>(syncs) / time.count());
}
