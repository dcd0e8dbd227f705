// The step of every policy that runs several slots. Events go to their handlers, losses first and together.
// Then comes one dispatch pass.
#pragma once

#include <span>
#include <vector>

#include "base/time.h"
#include "policy/policy.h"

namespace daris {

class SlotPolicy : public Policy {
 public:
  [[nodiscard]] std::span<const Decision> step(Time now, std::span<const Event> events) final;

 protected:
  // The instant of the current step, or of the last one. Before the first step it lies before all others.
  [[nodiscard]] Time now() const { return now_; }
  // The decisions of the current step.
  [[nodiscard]] std::vector<Decision>& decisions() { return decisions_; }

 private:
  // The handlers also get events of contexts that are lost.
  virtual void lose_contexts(std::span<const Event> losses) = 0;  // all ContextLost events of the step
  virtual void on_launch_failed(const LaunchFailed& failed) = 0;
  virtual void on_stage_finished(const StageFinished& finished) = 0;
  virtual void on_job_released(const JobReleased& released) = 0;
  virtual void on_timer_fired() {}
  virtual void dispatch() = 0;

  void handle(const Event& event);

  std::vector<Decision> decisions_;
  Time now_ = Time::earliest();
};

}  // namespace daris
