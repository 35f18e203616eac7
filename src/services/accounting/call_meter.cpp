#include "services/accounting/call_meter.hpp"

#include "services/accounting/accounting_state.hpp"
#include "services/accounting/usage_meter.hpp"
#include "services/base/engine_core.hpp"
#include "services/base/read_only_storage.hpp"

#include <algorithm>

namespace sambung {
namespace {

// What a vendor may say that one answer took: more is a defect of the vendor, and must not spoil the sums.
constexpr std::int64_t counted_tokens = 1'000'000'000'000;
constexpr std::int64_t counted_microusd = 1'000'000'000'000'000;

std::int64_t within(std::int64_t tokens) { return std::clamp<std::int64_t>(tokens, 0, counted_tokens); }

token_usage within(token_usage used) {
  for_each_integer<token_counts>([&](auto member) { used.*member = within(used.*member); });
  return used;
}

void add(token_usage& sum, token_usage const& more) {
  add_integers<token_counts>(sum, more);
  sum.estimated |= more.estimated;
  sum.replayed |= more.replayed;
}

}  // namespace

task<std::unique_ptr<call_meter>> call_meter::open(engine_core& core, metered_call what) {
  // What it uses could not be counted.
  if (core.only_reads) throw error(only_reads());
  auto from = core.accounting->quotas.remembered(what.where, what.user);
  if (!from) from = co_await core.accounting->quotas.look_up(what.where, what.user);
  auto meter = std::make_unique<call_meter>(core, std::move(what), std::move(from));
  if (!meter->from_->unlimited()) meter->from_->admit(meter->whose_money(), spending(), core.clock->now()).value();
  co_return meter;
}

call_meter::call_meter(engine_core& core, metered_call what, quota_book::allowance_ref from)
    : core_(core),
      what_(std::move(what)),
      from_(std::move(from)),
      billed_as_(what_.model),
      price_(core_.accounting->prices.find(what_.model, core_.clock->now())) {}

call_meter::~call_meter() {
  auto held = settled_;
  held += reserved_;
  from_->adjust(spending(), held);
}

result<void> call_meter::set_aside(std::int64_t input_tokens) {
  token_usage question;
  question.input_tokens = within(input_tokens);
  return reserve(question);
}

result<void> call_meter::begin(std::int64_t input_tokens, std::int64_t output_tokens) {
  end_call();
  bill_as(what_.model);
  token_usage first;
  first.input_tokens = within(input_tokens);
  auto const admitted = reserve(first);
  if (!admitted) {
    exhausted_ = admitted.error();
    return admitted;
  }
  calling_ = true;
  accepted_ = finished_ = false;
  input_estimate_ = first.input_tokens;
  bytes_ = 0;
  reported_.reset();
  reported_cost_.reset();
  first.output_tokens = within(output_tokens);
  hold(first);
  return {};
}

void call_meter::bill_as(std::string const& model) {
  if (model.empty() || model == billed_as_) return;
  billed_as_ = model;
  price_ = core_.accounting->prices.find(billed_as_, core_.clock->now());
  if (calling_) hold(used());
}

result<void> call_meter::reserve(token_usage const& question) {
  if (from_->unlimited()) return {};
  auto const first = spent(whose_money(), question.input_tokens, price_of(question));
  auto admitted = from_->admit(whose_money(), first, core_.clock->now());
  if (admitted) reserved_ = first;
  return admitted;
}

void call_meter::take(completion_event const& event) {
  if (auto const* report = std::get_if<usage_report>(&event)) return take(report->usage, report->raw);
  if (std::holds_alternative<completion_finished>(event)) {
    finished_ = true;
    return;
  }
  bytes_ += size_of(event);
  if (from_->unlimited()) return;
  auto const now_used = used();
  auto const all = spent(whose_money(), now_used.input_tokens + now_used.output_tokens, price_of(now_used));
  auto more = all;
  more -= reserved_;
  reserved_ = all;
  auto const fits = from_->add(whose_money(), more, core_.clock->now());
  if (!fits && !exhausted_) exhausted_ = fits.error();
}

void call_meter::take(completion const& whole) {
  accepted_ = finished_ = true;
  bytes_ = 0;
  for (auto const& one : whole.parts) bytes_ += size_of(one);
  if (whole.usage) take(*whole.usage, whole.raw_usage);
}

void call_meter::take(token_usage const& reported, std::string_view raw) {
  accepted_ = true;
  reported_ = within(reported);
  if (auto const cost = reported_cost_microusd(raw)) reported_cost_ = cost;
}

bill const& call_meter::finish() {
  end_call();
  if (unpriced_) sum_.cost_microusd.reset();
  auto held = settled_;
  held += reserved_;
  for (auto const& one : sum_.counters) {
    core_.accounting->quotas.settle(what_.where, one, from_, held);
    settled_ = reserved_ = held = spending();
  }
  return sum_;
}

void call_meter::written() const {
  for (auto const& one : sum_.counters) core_.accounting->quotas.confirm_written(what_.where, one);
}

// A user's own key spends nobody's money here; neither does a model that costs nothing.
payer call_meter::whose_money() const {
  if (price_ && price_->input == 0 && price_->output == 0) return payer::nobody;
  if (what_.key == key_source::user) return payer::nobody;
  return what_.key == key_source::tenant ? payer::tenant : payer::platform;
}

token_usage call_meter::estimate() const {
  token_usage out;
  out.input_tokens = input_estimate_;
  out.output_tokens = tokens_of_bytes(bytes_);
  out.estimated = true;
  return out;
}

// Of an answer that broke off the vendor may have told only how it began.
token_usage call_meter::used() const {
  if (!reported_) return estimate();
  auto out = *reported_;
  if (finished_ || out.replayed) return out;
  auto const seen = estimate();
  if (out.input_tokens == 0 && seen.input_tokens > 0) {
    out.input_tokens = seen.input_tokens;
    out.estimated = true;
  }
  if (out.output_tokens < seen.output_tokens) {
    out.output_tokens = seen.output_tokens;
    out.estimated = true;
  }
  return out;
}

std::int64_t call_meter::price_of(token_usage const& some) const {
  return price_ ? std::min(cost_microusd(*price_, some), counted_microusd) : 0;
}

void call_meter::hold(token_usage const& some) {
  if (from_->unlimited()) return;
  auto const all = spent(whose_money(), some.input_tokens + some.output_tokens, price_of(some));
  from_->adjust(all, reserved_);
  reserved_ = all;
}

void call_meter::release() {
  from_->adjust(spending(), reserved_);
  reserved_ = spending();
}

void call_meter::end_call() {
  if (!std::exchange(calling_, false)) return release();
  auto& sum = counter();
  ++sum.requests;
  spending all;
  if (accepted_ || reported_ || bytes_ > 0) all = count(used(), sum);
  from_->adjust(all, reserved_);
  settled_ += all;
  reserved_ = spending();
}

usage_counter& call_meter::counter() {
  auto const found = std::ranges::find(sum_.counters, billed_as_, &usage_counter::model);
  if (found != sum_.counters.end()) return *found;
  return sum_.counters.emplace_back(no_usage(what_.user, core_.clock->now(), billed_as_, what_.key));
}

spending call_meter::count(token_usage const& took, usage_counter& counter) {
  add(sum_.usage ? *sum_.usage : sum_.usage.emplace(), took);
  auto& cost = sum_.cost_microusd ? *sum_.cost_microusd : sum_.cost_microusd.emplace(0);
  if (took.replayed) {
    ++counter.replayed_requests;
    return spending();
  }
  bool const unpriced = !reported_cost_ && !price_;
  unpriced_ = unpriced_ || unpriced;
  if (unpriced) ++counter.unpriced_requests;
  if (took.estimated) ++counter.estimated_requests;
  add_integers<token_counts>(counter, took);
  auto const now = reported_cost_ ? *reported_cost_ : price_of(took);
  counter.cost_microusd += now;
  cost += now;
  return spent(whose_money(), took.input_tokens + took.output_tokens, now);
}

}  // namespace sambung
