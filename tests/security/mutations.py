#!/usr/bin/env python3
"""mutations.py [NAME...]: removes one defence after the other and expects the attacks to notice.

Each mutation changes one place of the sources in a copy of the last commit (build/mutations), builds the tests, and runs those that
should fail. A mutation that nothing notices is a failure, and so is one whose place is not found any more.

  mutations.py           all of them (each compiles some files and links the tests anew: hours on a small machine)
  mutations.py NAME...   some
  mutations.py --list    their names
  mutations.py --places  those whose places are not found: builds nothing
"""

import dataclasses
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COPY = ROOT / "build" / "mutations"


@dataclasses.dataclass
class Mutation:
    name: str  # the defence that goes
    file: str
    old: str  # exactly once in the file
    new: str
    suite: str  # a folder of tests/
    tests: str  # a filter of GoogleTest: at least one of them must fail


MUTATIONS = [
    Mutation("a page is no operator", "src/server/admin_routes.cpp", "if (is_of_a_page(head)) return", "if (false) return", "security", "OP01.APage*"),
    Mutation("a name bound to the machine is no operator's", "src/server/admin_routes.cpp", "if (token.empty() && !is_allowed_host(", "if (false && !is_allowed_host(",
             "security", "OP01.APage*"),
    Mutation("an operator has the token", "src/server/admin_routes.cpp", "if (!token.empty() && !is_token(", "if (false && !is_token(", "security", "OP01.AUsers*"),
    Mutation("metrics are the operators'", "src/server/front_door.cpp", "where == destination::metrics && !public_metrics_", "false", "security", "OP01.ThePublic*"),
    Mutation("a program is given no page", "src/server/file_shelf.cpp", "path.empty() || is_for_programs(path)", "path.empty()", "unit", "StaticFiles.AreNever*"),
    Mutation("a hidden file has no name", "src/server/static_names.cpp", "segment.front() != '.' && ", "", "unit", "FileName.*"),
    Mutation("a link is no file", "src/server/static_folder.cpp", "::lstat(found.path()", "::stat(found.path()", "unit", "StaticFolder.IsServed*"),
    Mutation("a method names no series", "src/server/route_name.cpp", "return known == known_methods.end() ? \"other\" : *known;", "return method;", "security", "OP02.*"),
    Mutation("a path names no series", "src/server/route_name.cpp", "      return \"/v1/models/{model}\";", "      return to.model;", "security", "OP02.*"),
    Mutation("a chat belongs to its owner", "src/services/turns/chat_access.cpp", "found.owner_id != user() || ", "", "security", "AC01.A*:AC02.*"),
    Mutation("a question is for the owner of its chat", "src/services/chats/chat_approvals.cpp", "    co_await access.own(one.chat_id);\n", "", "services",
             "ToolQuestion.IsForTheOwnerOfTheChat"),
    Mutation("the first decision counts", "src/services/chats/chat_approvals.cpp", "\n            .when(&tool_decision::state, decision_state::pending));", ");",
             "services", "ToolQuestion.HasOneOutcome*"),
    Mutation("a grant is revoked by who gave it", "src/services/chats/chat_approvals.cpp", ".when(&tool_grant::owner_id, access.user())", "", "services",
             "ToolGrant.IsListedAndRevoked*"),
    Mutation("a role is asked for", "src/rpc/registry.cpp", "if (!allowed || !has_place)", "(void)allowed;\n  if (!has_place)", "security", "AC06.*:AC08.*"),
    Mutation("a scope is asked for", "src/security/principal.cpp", "if (!scopes_.has(wanted)) return false;", "", "security", "AC06.*"),
    Mutation("a scope is asked for in a workspace", "src/security/principal.cpp", " && (wanted == permission::none || scopes_.has(wanted))", "", "services",
             "OwnPermissions.*"),
    Mutation("a role is asked for the application's permissions", "src/security/principal.cpp", "if (is_own(wanted)) return own_.has(wanted);",
             "if (is_own(wanted)) return true;", "services", "OwnPermissions.*"),
    Mutation("a batch beside a chat is the application's own", "src/services/chats/chats.cpp", "  demand_own_tables(*core, own);\n", "", "services",
             "ChatWithRecords.*"),
    Mutation("an application's batch is its own", "include/sambung/engine/workspace_records.hpp", "    detail::own_rows::demand_own(*core, b);\n", "", "services",
             "Access.*"),
    Mutation("a tenant is chosen among memberships", "src/services/auth/authentication.cpp",
             "if (wanted_ && !place) throw error(not_a_member());", "", "security", "AC09.*"),
    Mutation("a token acts in its own tenant only", "src/services/auth/authentication.cpp",
             "if (wanted_ && *wanted_ != token->tenant_id) throw error(not_a_member());", "", "security", "AC09.*"),
    Mutation("a JWT acts in its own tenant only", "src/services/auth/authentication.cpp",
             "if (claims->tenant && wanted_ && *wanted_ != *claims->tenant) throw error(not_a_member());", "", "security", "AC09.*"),
    Mutation("a suspended member has no place", "src/services/auth/active_membership.cpp",
             "if (!place || place->state != membership_state::active) co_return std::nullopt;", "if (!place) co_return std::nullopt;", "security",
             "*AC07*Member*:AC07.*"),
    Mutation("an invitation ends with its maker's right", "src/services/auth/leaving.cpp", "co_await add_ends_with(core, place, b);", "", "services",
             "*Invitations*"),
    Mutation("redeeming asks what the inviter may still do", "src/services/auth/invitation_use.cpp",
             "if (!place || !may_invite(*place, one.role)) co_return std::nullopt;", "if (!place) co_return std::nullopt;", "services", "*Invitations*"),
    Mutation("networks have attempts of their own", "src/limiter/account_limit.cpp", "return known ? rate_name(*known) : std::string();",
             "return known ? std::string() : std::string();", "security", "AU09.*"),
    Mutation("known devices are asked about by themselves", "src/limiter/account_limit.cpp", "if (!one.device.empty()) {", "if (false) {", "security", "AU09.*"),
    Mutation("a session presented at sign-in ends", "src/services/auth/sessions.cpp", "if (from.session) before", "if (false) before", "security", "AU10.*"),
    Mutation("tokens are counted again when others were made", "src/services/auth/api_tokens.cpp",
             ".set(&membership::revision, place.revision + 1)\n            .when(&membership::revision, place.revision));",
             ".set(&membership::revision, place.revision + 1));", "services", "OwnApiTokens.*"),
    Mutation("a suspended user is nobody", "src/services/auth/authentication.cpp", "if (!active) throw error(not_proven());", "(void)active;", "security",
             "*AC07*SuspendedUser"),
    Mutation("a revocation empties the cache", "src/services/auth/authority_cache.hpp", "return generation == now_generation && now < known.until;",
             "(void)now_generation;\n      return now < known.until;", "security", "*AC07*:AU04.*"),
    Mutation("what a wait gave is for who may still read", "src/server/turn_streams.cpp", "if (!valid) throw error", "if (false) throw error", "security", "*AC07*"),
    Mutation("open streams are asked about again", "src/services/auth/auth.cpp", "co_return co_await is_still_valid(*core, who);", "(void)core;\n  (void)who;\n  co_return true;",
             "security", "*AC07*"),
    Mutation("a cookie needs an origin", "src/server/front_door_refusals.cpp", "(unsaid || may_be_forged(head, verdict))",
             "(unsaid || (may_be_forged(head, verdict) && draining_))", "security", "BR01.*"),
    Mutation("a socket with a cookie needs an origin", "src/server/front_door_refusals.cpp", "(unsaid || may_be_forged(head, verdict))",
             "((unsaid && draining_) || may_be_forged(head, verdict))", "security", "BR03.*"),
    Mutation("a socket's streams end with their authority", "src/server/web_socket_calls.cpp", "if (*valid || call->answered || call->aborted) continue;",
             "if (*valid || call->answered || !call->aborted) continue;", "security", "*AC07*"),
    Mutation("a socket that takes nothing is dropped", "src/server/socket_clock.cpp", "now >= stalled_at_ || ", "", "security", "HT06.WhoReadsNothing*"),
    Mutation("events are told whoever may read the rows", "src/services/events/table_readers.cpp", "return found == std::end(readings) ||",
             "return found != nullptr ||", "services", "Events.*"),
    Mutation("origins are compared whole", "src/server/origin_policy.cpp", "std::ranges::find(listed_, origin) != listed_.end()",
             "std::ranges::any_of(listed_, [&](auto const& one) { return origin.starts_with(one); })", "security", "BR02.*"),
    Mutation("an envelope is bound to its tenant", "src/security/envelope.cpp", "append(all, bytes_of(where.tenant.value));", "", "unit",
             "Envelope.*"),
    Mutation("a JWT's algorithm is its key's", "src/security/jwt.cpp",
             "return named != keys.end() && signs_so(*named) ? &*named : nullptr;", "return named != keys.end() ? &*named : nullptr;", "unit",
             "Jwt*"),
    Mutation("what a name resolves to is checked", "src/http/client/dialer.cpp", "if (!rules.allow || rules.allow(to.host, each.to_string()))", "", "threads",
             "GuardedTransport.*"),
    Mutation("a host has one spelling", "src/http/client/target.cpp", "return !name.empty() && !is_number(", "return !name.empty() || is_number(", "unit",
             "HttpTarget.*"),
    Mutation("addresses within addresses are not public", "src/security/address_guard.cpp",
             "return global.contains(address) && !any_contains(v6, address);", "return !address.is_loopback() || (global.contains(address) && !any_contains(v6, address));", "unit", "AddressGuard.*"),
    Mutation("nobody owns a production by coming first", "src/server/setup/production.cpp",
             "read_.auth.sign_up == sign_up_policy::first_user && ", "", "unit", "Configuration.OfProduction*"),
    Mutation("the whole world is no proxy of a production", "src/server/setup/production.cpp", "network && network->is_sweeping()", "network && false",
             "unit", "Configuration.OfProduction*"),
    Mutation("a production's secret is not made up", "src/server/setup/secret_strength.cpp", "return unknown < least;", "return unknown < 0;", "unit",
             "Configuration.OfProduction*"),
    Mutation("a production sends no stored key in the clear", "src/open/vendor_table.cpp", "options.key = key_need::refused;", "options.key = key_need::optional;", "unit",
             "Configuration.OfProductionSendsNoStoredKey*"),
    Mutation("no error tells what the storage is", "src/storage/sqlite/sqlite_connection.cpp", 'return "the database refused a statement";',
             'return "sqlite refused some SQL";', "threads", "FrontDoor.TellsTheLogAlone*"),
    Mutation("every spelling of an address is limited together", "src/limiter/account_name.hpp", "parse_email(typed).value_or(lower_case(typed))",
             "(parse_email(typed) ? lower_case(typed) : std::string(typed))", "services", "SignIn.Counts*"),
    Mutation("an answer to a fault is short", "src/http/server/http_message.cpp", "form.encode(shortened(why), request_id)", "form.encode(why, request_id)",
             "security", "HT08.AnAnswer*"),
    Mutation("a body takes what has arrived", "src/http/server/request_reader.cpp", "make_room(std::min<std::size_t>(announced, more))",
             "make_room(std::max<std::size_t>(announced, more))", "unit", "RequestReader.HoldsAsMuch*"),
    Mutation("bodies have a bound together", "src/http/server/body_budget.cpp", "if (bytes > limit_ - held) return false;", "(void)limit_;", "threads", "Bodies.*"),
    Mutation("refusals count", "src/server/caller_check.cpp", "out.step == address_limits && limit_address(out)",
             "out.step == address_limits && (out.refusal || limit_address(out))", "threads", "Refusals.*"),
    Mutation("what cannot be read counts", "src/server/front_door.cpp", "if (!trusts(peer.address)) {", "if (false) {", "threads", "Refusals.OfWhatCannot*"),
    Mutation("an address has a share of the connections", "src/server/server_core.cpp", "return place ? std::optional(std::move(place)) : std::nullopt;",
             "return place;", "threads", "Connections.OfOneAddress*"),
    Mutation("a user has so many streams", "src/server/exchange.cpp", "if (!who || stream_) return true;", "if (who || !who) return true;", "threads", "Streams.*"),
    Mutation("a reader without authority is given one last time", "src/server/connection_caller.cpp", "!open_->reader || open_->out().cut()) return;",
             "!open_->reader) return;", "threads", "Stream.OfAReaderWithoutAuthority*"),
    Mutation("a stream lets others go first", "src/server/open_stream.cpp", "if (more && at_once >= bytes_at_once)", "if (more && at_once / 1'000'000 >= bytes_at_once)",
             "unit", "OpenStream.LetsOthers*"),
    Mutation("damage in a piece of an answer is told of", "src/services/turns/stored_deltas.cpp", "  core.damage->listener()(",
             "  if (false) core.damage->listener()(", "services", "DamagedRow.*OnlyItsText*"),
    Mutation("no entry of the full-text index is two tenants'", "src/storage/sqlite/sqlite_words.cpp", "out.append(mark).append(word);",
             "out.append(mark.substr(0, 0)).append(word);", "threads", "SqliteFile.SharesNoEntry*"),
    Mutation("a search finds its caller's own", "src/services/search/search_sources.cpp",
             "return text_query(table.table, text).where({table.ownership.owner, comparison::equal, detail::to_value(owner)});",
             "(void)owner;\n  return text_query(table.table, text);", "services", "Search.FindsTheCallersOwnAlone"),
    Mutation("a private prompt is its owner's", "src/services/templates/template_access.cpp", "one.owner_id == user() || one.visibility == visibility::tenant",
             "one.owner_id == user() || one.visibility != visibility::tenant", "security", "AC01.*"),
    Mutation("a failed candidate of a fallback is noted", "src/provider/decorators/fallback.cpp", "if (!answer) watch.failed(candidate.name, answer.error());",
             "(void)watch;", "services", "SeveralModels.*"),
    Mutation("a read ends at its bytes", "src/storage/bounded_rows.hpp", "&& bytes_ < max_read_bytes", "", "conformance", "*EndsAPageAtItsBytes*"),
    Mutation("nobody waits for the log", "src/server/log_writer.cpp", "if (ready == 0 || (ready < 0 && errno == EINTR)) return outcome::full;", "(void)ready;",
             "integration", "Log.ThatNobodyReadsDoesNotHoldUpTheEnd"),
    Mutation("a refresh token works once", "src/services/auth/token_pairs.cpp",
             "\n                             .when(&refresh_token::state, refresh_token_state::fresh));", ");", "services", "RefreshTokens.*:TokenPairs.*"),
]


def run(command: list[str], seconds: int = 1800) -> subprocess.CompletedProcess:
    return subprocess.run(command, cwd=COPY, capture_output=True, text=True, check=False, timeout=seconds)


def prepare() -> None:
    if not COPY.exists():
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(COPY)], cwd=ROOT, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    subprocess.run(["git", "checkout", "--quiet", "--force", "--detach", head], cwd=COPY, check=True)
    subprocess.run(["cmake", "--preset", "release"], cwd=COPY, check=True, capture_output=True)


def build(suites: set[str]) -> str:
    done = run(["cmake", "--build", "build/release", "--target", *(f"sambung_{suite}_tests" for suite in sorted(suites))])
    return "" if done.returncode == 0 else "\n".join(re.findall(r"^.*error:.*$", done.stdout + done.stderr, re.MULTILINE)[:5])


def attacks_fail(one: Mutation) -> bool:
    try:
        done = run([f"build/release/tests/sambung_{one.suite}_tests", "--gtest_brief=1", f"--gtest_filter={one.tests}"], 300)
    except subprocess.TimeoutExpired:
        print(f"{one.name}: its tests did not end", flush=True)  # they hang, or the machine is busy
        return True
    ran = re.search(r"(\d+) tests? from", done.stdout)
    if not ran or ran[1] == "0":
        raise SystemExit(f"{one.name}: no test matches {one.tests}")
    return done.returncode != 0


def misplaced(one: Mutation, top: pathlib.Path) -> str:
    path = top / one.file
    found = path.read_text(encoding="utf-8").count(one.old) if path.exists() else 0
    return "" if found == 1 else f"found {found} times in {one.file}"


def outcome(one: Mutation) -> str:
    if fault := misplaced(one, COPY):
        return fault
    path = COPY / one.file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(one.old, one.new), encoding="utf-8")
    try:
        if fault := build({one.suite}):
            return "does not build: " + fault
        return "" if attacks_fail(one) else "nothing noticed"
    finally:
        path.write_text(text, encoding="utf-8")


def main(names: list[str]) -> int:
    if names == ["--list"]:
        print("\n".join(one.name for one in MUTATIONS))
        return 0
    if names == ["--places"]:
        faults = [f"{one.name}: {fault}" for one in MUTATIONS if (fault := misplaced(one, ROOT))]
        print("\n".join(faults), end="\n" if faults else "")
        return 1 if faults else 0
    chosen = [one for one in MUTATIONS if not names or one.name in names]
    prepare()
    if fault := build({one.suite for one in chosen}):
        raise SystemExit("the tests do not build: " + fault)
    for one in chosen:
        if attacks_fail(one):
            raise SystemExit(f"{one.name}: its tests fail before the mutation")
    missed = 0
    for one in chosen:
        fault = outcome(one)
        missed += bool(fault)
        print(f"{'MISSED ' if fault else 'noticed'} {one.name}{': ' + fault if fault else ''}", flush=True)
    print(f"{len(chosen) - missed} passed, {missed} failed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
