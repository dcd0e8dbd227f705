// `--backend cpu` (runtime/cpu/cpu_executor.h).
#pragma once

#include "runtime/live_backend.h"

namespace daris {

class CpuBackend final : public LiveBackend {
 public:
  CpuBackend();

  [[nodiscard]] Backend kind() const override { return Backend::kCpu; }
  [[nodiscard]] const MachineFacts& facts() const override { return facts_; }
  // Workers and scheduler share the cores.
  [[nodiscard]] IdleMode idle_mode() const override { return IdleMode::kNap; }
  [[nodiscard]] std::optional<std::uint32_t> scheduler_core() const override { return std::nullopt; }
  // One a core, at most kSaturationContexts.
  [[nodiscard]] std::uint32_t saturation_contexts(std::optional<std::uint32_t> sms) const override;
  // Many workers may share few cores, and larger models take seconds then.
  [[nodiscard]] Duration stage_limit() const override { return Duration::from_ns(60'000'000'000); }
  [[nodiscard]] Status check(const LiveWork& work) const override;
  [[nodiscard]] Result<LiveMachine> make(const LiveWork& work,
                                         std::shared_ptr<const RunClock> clock) override;

 private:
  MachineFacts facts_;
};

}  // namespace daris
