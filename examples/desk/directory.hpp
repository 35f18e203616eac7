// Who works for whom: it stands for the tables of customers and logins that an application has already.
#pragma once

#include <sambung/engine/engine.hpp>

#include <map>

namespace helpdesk {

struct company {
  std::string key;
  std::string name;
  std::int64_t tokens_a_day = 0;
};

struct agent {
  std::string session;  // what their browser sends, once they have signed in
  std::string company;  // its key
  std::string key;
  std::string name;
  sambung::member_role role = sambung::member_role::member;
};

// Thread safety: enroll() comes first; then it is only read.
class directory {
 public:
  directory(std::vector<company> companies, std::vector<agent> agents)
      : companies_(std::move(companies)), agents_(std::move(agents)) {}

  // Finds each of them in Sambung, or makes them, and says what each company may use.
  sambung::task<void> enroll(sambung::engine& engine);

  std::optional<sambung::identity> signed_in(std::string_view session) const;

 private:
  std::vector<company> companies_;
  std::vector<agent> agents_;
  std::map<std::string, sambung::identity, std::less<>> by_session_;
};

}  // namespace helpdesk
