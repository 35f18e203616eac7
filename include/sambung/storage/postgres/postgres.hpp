// The PostgreSQL backend, for many processes and machines. Tenants are kept apart twice: every statement names the
// tenant, and row-level security, forced on every tenant's table, hides all other rows whatever a statement says.
//
// Round trips: a read, a search and a write take one each, whatever the size of the batch. A batch that fails takes one
// more for each change up to the one that failed, to say which it was; the first use of a statement's shape on a
// connection takes one more. Batches that wait at the same time, whoever's they are, share a round trip and a commit;
// one that fails does not disturb the others.
//
// Two roles: the migrator owns the tables, the app role (the one of `url`) may only use them. Set up once:
//
//   CREATE ROLE sambung_owner LOGIN PASSWORD '...';
//   CREATE ROLE sambung_app LOGIN PASSWORD '...';
//   CREATE DATABASE sambung OWNER sambung_owner ENCODING 'UTF8' TEMPLATE template0;
#pragma once

#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/storage/storage.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace sambung {

struct postgres_options {
  explicit postgres_options(std::string url_) : url(std::move(url_)) {}

  // Of the app role, with any parameter of libpq: postgresql://app@host/database?sslmode=verify-full&sslrootcert=...
  std::string url;
  // Of the role that owns the tables. Empty: migrate() changes nothing and refuses a database that is not up to date.
  std::string migrator_url;
  std::string schema = "sambung";  // the PostgreSQL schema that holds the tables: snake_case

  std::size_t connections = 8;                    // each with a thread; half of them may write at a time
  std::size_t max_queued = 4'096;                 // waiting calls; one more is errc::unavailable
  std::chrono::milliseconds max_wait{2'000};      // of a call for a connection; then errc::unavailable
  std::chrono::milliseconds connect_wait{2'000};  // for the server to answer; whole seconds, at least 2
  // The longest a call may run: the server stops it, and a connection that is silent a second longer is cut.
  std::chrono::milliseconds statement_timeout{10'000};

  // The text search configuration of PostgreSQL that words are compared by. "simple" compares them as every other
  // backend does; a language, such as "english", finds other forms of a word too. Changing it rebuilds the indexes.
  std::string search_language = "simple";

  // Hot standbys that answer reads and searches, in turn. A read there sees every write that this storage completed,
  // and every other write that is older than max_staleness; where a standby is behind, the primary answers.
  std::vector<std::string> replicas;
  std::chrono::milliseconds max_staleness{1'000};
};
SAMBUNG_DESCRIBE_STRUCT(postgres_options, (),
                        (url, migrator_url, schema, connections, max_queued, max_wait, connect_wait, statement_timeout,
                         search_language, replicas, max_staleness))
SAMBUNG_API record_description describe_record(record_of<postgres_options>);

// Connects when it is first used; errc::invalid_argument for a URL that libpq cannot read, or another wrong option.
//
// Until the server has let it in once, a failure says what libpq said, without the password: errc::unauthenticated for
// a role or a password that the server does not take, errc::permission_denied for a database that the role may not
// connect to, errc::invalid_argument for a database that is not there, TLS that the two do not agree on and settings
// that are none, errc::unavailable for a server that does not answer. Later it is unavailable, and what libpq says is
// failure::sensitive.
//
// migrate(): errc::permission_denied when the app role could look past row-level security (a superuser, an owner of the
// tables or of their schema, a role with BYPASSRLS, a member of one of these); errc::unsupported for a database that is
// newer, or older while there is no migrator_url, or not in UTF-8; errc::permission_denied as well where the server
// says so; errc::unavailable where another transaction holds a table that has to be changed, for most of a minute.
//
// While the server is away, calls fail with errc::unavailable at once, and one of them tries to connect again four
// times a second. Where it gives fewer connections than wanted, calls share those that are there. Statements that the
// server aborts to resolve a deadlock are repeated. A row that a batch requires is locked until the batch is committed:
// batches that require the same row wait for each other.
//
// Where an earlier version, or another search_language, made the words of a search, migrate() writes those of every row
// anew, in small steps: one that is interrupted goes on where it was. Rows are found as they are written. A key, or a
// text in an index, of more than some 2,700 bytes may be errc::payload_too_large.
//
// Destroying the storage finishes what is queued first.
SAMBUNG_API result<std::shared_ptr<storage>> open_postgres(postgres_options options);

// The database as it is at the first read: everything is read in one transaction. migrate() changes nothing, and is
// errc::unsupported also for a database with modules that the schema lacks. Writes are errc::unsupported.
SAMBUNG_API result<std::shared_ptr<storage>> open_postgres_snapshot(postgres_options options);

}  // namespace sambung
