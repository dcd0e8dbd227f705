#include "policy/slot_policy.h"

#include "policy/step_contract.h"

namespace daris {

std::span<const Decision> SlotPolicy::step(Time now, std::span<const Event> events) {
  check_step(now_, now, events);
  now_ = now;
  decisions_.clear();
  const std::span<const Event> losses = leading_losses(events);
  if (!losses.empty()) lose_contexts(losses);
  for (const Event& event : events.subspan(losses.size())) handle(event);
  dispatch();
  return decisions_;
}

void SlotPolicy::handle(const Event& event) {
  if (const auto* finished = std::get_if<StageFinished>(&event)) return on_stage_finished(*finished);
  if (const auto* released = std::get_if<JobReleased>(&event)) return on_job_released(*released);
  if (const auto* failed = std::get_if<LaunchFailed>(&event)) return on_launch_failed(*failed);
  on_timer_fired();
}

}  // namespace daris
