#include <sambung/rpc/procedures/usage.hpp>

namespace sambung {
namespace {

task<usage_summary_output> summary(workspace desk, usage_summary_input in) {
  auto const usage = desk.usage();
  usage_summary_output out;
  usage_request which = in;
  out.items = co_await usage.summary(std::move(which), in.group_by);
  co_return out;
}

task<list_output<usage_sum>> daily(workspace desk, usage_daily_input in) {
  auto const usage = desk.usage();
  usage_request which = in;
  auto days = to_page_request(std::move(in));
  auto found = co_await usage.daily(std::move(which), std::move(days));
  co_return to_list(std::move(found));
}

task<list_output<quota>> list_quotas(workspace desk, list_input in) {
  auto const quotas = desk.quotas();
  auto found = co_await quotas.list(to_page_request(std::move(in)));
  co_return to_list(std::move(found));
}

task<quota_status_output> own_quotas(workspace desk, nothing) {
  auto const quotas = desk.quotas();
  quota_status_output out;
  out.items = co_await quotas.mine();
  co_return out;
}

task<quota> set_quota(workspace desk, quota_set_input in) {
  auto const quotas = desk.quotas();
  quota_key which = in;
  co_return co_await quotas.set(std::move(which), in.limit);
}

task<nothing> remove_quota(workspace desk, quota_key which) {
  auto const quotas = desk.quotas();
  co_await quotas.remove(std::move(which));
  co_return nothing();
}

}  // namespace

record_description describe_record(record_of<usage_summary_input>) {
  return record<usage_summary_input>().optional(&usage_summary_input::group_by);
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
                                                "Lists the tenant's quotas, the operator's among them.", list_quotas);
  registry.call<nothing, quota_status_output>("quota.mine", {permission::usage_own, request_class::read},
                                              "Says what limits the caller, and what is used of it.", own_quotas);
  registry.call<quota_set_input, quota>("quota.set", permission::quota_manage, "Sets one of the tenant's own quotas.",
                                        set_quota);
  registry.call<quota_key, nothing>("quota.remove", permission::quota_manage, "Removes one of the tenant's own quotas.",
                                    remove_quota);
}

}  // namespace sambung
