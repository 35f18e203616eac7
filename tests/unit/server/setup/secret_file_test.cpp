#include "server/setup/secret_file.hpp"

#include "temporary_folder.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace sambung::serving::secret_file_test {
namespace {

class SecretFile : public ::testing::Test {
 protected:
  result<secret_string> read() { return secret_from(file, *system_random()); }

  sambung::testing::temporary_folder folder;
  std::filesystem::path file = folder.path() / "chat.db.secret";
};

TEST_F(SecretFile, IsMadeOnceAndOnlyForItsOwner) {
  auto const first = read();
  auto const second = read();

  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->view(), second->view());
  EXPECT_GE(first->view().size(), secret_ring::min_bytes);
  struct stat found{};
  ASSERT_EQ(::stat(file.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST_F(SecretFile, IsRefusedWhenOthersMayReadIt) {
  auto const secret = read();
  for (auto const mode : {0640u, 0604u, 0644u}) {
    ::chmod(file.c_str(), mode);
    auto const refused = read();
    ASSERT_FALSE(refused) << mode;
    EXPECT_EQ(refused.error().code, errc::invalid_argument);
    EXPECT_EQ(refused.error().message.find(secret->view()), std::string::npos);
  }
  ::chmod(file.c_str(), 0400);
  EXPECT_TRUE(read());
}

TEST_F(SecretFile, IsRefusedWhenItHoldsNoSecret) {
  std::ofstream(file) << "short\n";
  ::chmod(file.c_str(), 0600);

  EXPECT_EQ(read().error().code, errc::invalid_argument);
}

TEST_F(SecretFile, IsNoLinkToAnother) {
  auto const target = folder.path() / "target";
  std::ofstream(target) << std::string(64, 'x');
  ::chmod(target.c_str(), 0600);
  std::filesystem::create_symlink(target, file);

  EXPECT_EQ(read().error().code, errc::unavailable);
}

TEST_F(SecretFile, CannotBeMadeWithoutItsFolder) {
  file = folder.path() / "missing" / "secret";

  EXPECT_EQ(read().error().code, errc::unavailable);
}

TEST_F(SecretFile, IsOneForAllThatStartAtOnce) {
  std::vector<std::string> seen(8);
  std::vector<std::jthread> starters;
  for (auto& one : seen)
    starters.emplace_back([&] {
      auto const secret = read();
      if (secret) one = secret->view();
    });
  starters.clear();

  for (auto const& one : seen) EXPECT_EQ(one, seen.front());
  EXPECT_GE(seen.front().size(), secret_ring::min_bytes);
}

}  // namespace
}  // namespace sambung::serving::secret_file_test
