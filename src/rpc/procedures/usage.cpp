#include <sambung/rpc/procedures/usage.hpp>

namespace sambung {
namespace {

template <class Input>
usage_request request_of(Input& in) {
  usage_request which;
  which.from = std::move(in.from);
  which.to = std::move(in.to);
  which.of = in.of;
  which.user_id = in.user_id;
  return which;
}

task<usage_summary_output> summary(workspace desk, usage_summary_input in) {
  auto const usage = desk.usage();
  usage_summary_output out;
  out.items = co_await usage.summary(request_of(in), in.group_by);
  co_return out;
}

task<list_output<usage_sum>> daily(workspace desk, usage_daily_input in) {
  auto const usage = desk.usage();
  page_request which(static_cast<std::size_t>(in.limit), std::move(in.cursor));
  auto found = co_await usage.daily(request_of(in), std::move(which));
  co_return to_list(std::move(found));
}

task<list_output<quota>> get_all(workspace desk, list_input in) {
  auto const quotas = desk.quotas();
  auto found = co_await quotas.list(to_page_request(std::move(in)));
  co_return to_list(std::move(found));
}

task<quota_status_output> mine(workspace desk, nothing) {
  auto const quotas = desk.quotas();
  quota_status_output out;
  out.items = co_await quotas.mine();
  co_return out;
}

task<quota> set(workspace desk, quota_set_input in) {
  auto const quotas = desk.quotas();
  quota_key which(in.subject, in.period, in.measure);
  which.user_id = in.user_id;
  co_return co_await quotas.set(std::move(which), in.limit);
}

task<nothing> remove(workspace desk, quota_key which) {
  auto const quotas = desk.quotas();
  co_await quotas.remove(std::move(which));
  co_return nothing();
}

}  // namespace

record_description describe_record(record_of<usage_summary_input>) {
  return record<usage_summary_input>()
      .text(&usage_summary_input::from, 10, 10)
      .text(&usage_summary_input::to, 10, 10)
      .optional(&usage_summary_input::of)
      .optional(&usage_summary_input::group_by);
}

record_description describe_record(record_of<usage_daily_input>) {
  return record<usage_daily_input>()
      .text(&usage_daily_input::from, 10, 10)
      .text(&usage_daily_input::to, 10, 10)
      .optional(&usage_daily_input::of)
      .range(&usage_daily_input::limit, 1, max_page_size)
      .text(&usage_daily_input::cursor, 1, 1'000)
      .optional(&usage_daily_input::limit);
}

record_description describe_record(record_of<quota_set_input>) {
  return record<quota_set_input>().range(&quota_set_input::limit, 0, 1'000'000'000'000'000);
}

void usage_procedures(procedure_registry& registry) {
  registry.call<usage_summary_input, usage_summary_output>(
      "usage.summary", {permission::usage_own, request_class::read}, "Sums what was used in some days.", summary);
  registry.call<usage_daily_input, list_output<usage_sum>>("usage.daily", {permission::usage_own, request_class::read},
                                                           "Sums what was used day by day, newest first.", daily);
}

void quota_procedures(procedure_registry& registry) {
  registry.call<list_input, list_output<quota>>("quota.getAll", {permission::usage_tenant, request_class::read},
                                                "Lists the tenant's quotas, the operator's among them.", get_all);
  registry.call<nothing, quota_status_output>("quota.mine", {permission::usage_own, request_class::read},
                                              "Says what limits the caller, and what is used of it.", mine);
  registry.call<quota_set_input, quota>("quota.set", permission::quota_manage, "Sets one of the tenant's own quotas.",
                                        set);
  registry.call<quota_key, nothing>("quota.remove", permission::quota_manage, "Removes one of the tenant's own quotas.",
                                    remove);
}

}  // namespace sambung
