#include "analysis/report/slo.h"

#include "analysis/report/headline.h"
#include "base/time.h"

namespace daris {
namespace {

void append(SloOutcome& outcome, const char* limit, std::optional<double> allowed,
            std::optional<double> measured) {
  if (!allowed) return;
  outcome.margins.push_back({limit, measured ? std::optional(*allowed - *measured) : std::nullopt});
}

}  // namespace

SloOutcome judge(const Slo& slo, const Tally& tally) {
  std::optional<double> response_p99_ms;
  if (tally.response_ns.count() > 0)
    response_p99_ms = static_cast<double>(tally.response_ns.quantile(990'000)) / kNsPerMs;
  SloOutcome outcome;
  append(outcome, "miss_rate_max", slo.miss_rate_max, deadline_miss_rate(tally));
  append(outcome, "loss_rate_max", slo.loss_rate_max, loss_rate(tally));
  append(outcome, "response_p99_ms_max", slo.response_p99_ms_max, response_p99_ms);
  append(outcome, "consecutive_misses_max",
         slo.consecutive_misses_max ? std::optional<double>(*slo.consecutive_misses_max) : std::nullopt,
         static_cast<double>(tally.consecutive_misses_max));
  if (outcome.margins.empty() || tally.released == 0) return outcome;
  outcome.met = true;
  for (const SloMargin& margin : outcome.margins)
    outcome.met = *outcome.met && margin.margin && *margin.margin >= 0;
  return outcome;
}

}  // namespace daris
