// Moving everything from one storage to another: a SQLite file to PostgreSQL, a database to a backup file and back.
//
//   auto from = open_snapshot("sqlite:chat.db").value();
//   auto to = open_storage("postgresql://...").value();
//   copy_report done = sync_wait(copy_storage(*from, *to, standard_schema())).value();
#pragma once

#include <sambung/core/describe.hpp>
#include <sambung/core/export.hpp>
#include <sambung/core/record.hpp>
#include <sambung/storage/storage.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace sambung {

enum class copy_step { copying, comparing };
SAMBUNG_DESCRIBE_ENUM(copy_step, copying, comparing)

// Told after each written and each compared batch.
struct copy_progress {
  copy_step step = copy_step::copying;
  std::string table;       // being copied or compared
  std::uint64_t rows = 0;  // in all tables so far: copied or found there; then compared, from 0 on again
  std::size_t tenant = 0;  // 1 to tenants; 0 for the system's tables
  std::size_t tenants = 0;
};
SAMBUNG_DESCRIBE_STRUCT(copy_progress, (), (step, table, rows, tenant, tenants))

// What the target may hold.
enum class copy_target {
  empty,    // nothing: errc::already_exists when it holds a row
  partial,  // what an interrupted copy left: it is gone on with
};
SAMBUNG_DESCRIBE_ENUM(copy_target, empty, partial)

struct copy_options {
  copy_options() = default;

  copy_target target = copy_target::empty;
  std::function<void(copy_progress const&)> progress;
};
SAMBUNG_DESCRIBE_STRUCT(copy_options, (), (target))
SAMBUNG_API record_description describe_record(record_of<copy_options>);

struct copied_table {
  std::string table;
  std::uint64_t rows = 0;  // in both, compared one by one
};
SAMBUNG_DESCRIBE_STRUCT(copied_table, (), (table, rows))

struct copy_report {
  std::vector<copied_table> tables;
};
SAMBUNG_DESCRIBE_STRUCT(copy_report, (), (tables))

// Migrates both to `s` (a snapshot only checks), copies each table in the order of its keys, then reads both again and
// compares every row. Nothing may write to either meanwhile: errc::data_loss names the first table that differs, the
// row and the column. Interrupted or cancelled, it is gone on with by copy_target::partial, behind the largest key that
// is there. Tenants are those in the table "tenants"; a schema without one has none. errc::data_loss as well, before
// anything is copied, for rows of a tenant that is not in it: they would be left behind.
//
// Order: the system's tables, then each tenant's, both as `s` lists them: a table that refers to another stands behind
// it. Memory: a batch and a page of about 16 MiB each, more where rows grow suddenly; 16 bytes a tenant.
//
// Other errors are those of either storage, their message preceded by the table and the side it happened on.
SAMBUNG_API task<result<copy_report>> copy_storage(storage& from, storage& to, schema_ref s,
                                                   copy_options options = copy_options());

}  // namespace sambung
