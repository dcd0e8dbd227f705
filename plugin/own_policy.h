// Include this to write a scheduler of your own (docs/own-policy.md). Derive from OwnPolicy, or from Policy,
// and end the source with DARIS_OWN_POLICY. The type needs a constructor that takes a PolicySetup.
#pragma once

#include <cstdio>
#include <exception>
#include <optional>
#include <span>

#include "plugin/interface.h"
#include "policy/slot_policy.h"

namespace daris {

// A policy whose handlers are called event by event, and then dispatch() (policy/slot_policy.h). It learns
// no times and has no homes.
class OwnPolicy : public SlotPolicy {
 public:
  explicit OwnPolicy(const PolicySetup& setup) : setup_(setup) {}

  // Those that the run began with.
  [[nodiscard]] std::span<const Duration> estimates(TaskId task) const override {
    return setup_.tasks[task.at()].stage_estimates;
  }
  [[nodiscard]] std::span<const ContextId> homes() const override { return {}; }

 protected:
  [[nodiscard]] const PolicySetup& setup() const { return setup_; }
  [[nodiscard]] const TaskSetup& task_of(JobId job) const { return setup_.tasks[job.task.at()]; }
  [[nodiscard]] std::uint32_t slots() const { return setup_.contexts * setup_.streams; }
  [[nodiscard]] ContextId context_of(SlotId slot) const { return ContextId(slot.value() / setup_.streams); }

 private:
  PolicySetup setup_;
};

namespace internal {

inline void note_failure(PluginFailure& failure, const char* what) noexcept {
  static_cast<void>(std::snprintf(failure.text, PluginFailure::kLength, "%s", what));
}

// Does `work`. If it throws, notes that and gives `otherwise`.
template <typename Value, typename Work>
Value caught(PluginFailure& failure, Value otherwise, const Work& work) noexcept {
  try {
    return work();
  } catch (const std::exception& thrown) {
    note_failure(failure, thrown.what());
  } catch (...) {
    note_failure(failure, "something that is no std::exception");
  }
  return otherwise;
}

// A policy out of which no exception comes: after the first it decides nothing more.
template <typename OfAuthor>
class CaughtPolicy final : public Policy {
 public:
  explicit CaughtPolicy(const PolicySetup& setup) : policy_(setup) {}

  [[nodiscard]] std::span<const Decision> step(Time now, std::span<const Event> events) noexcept override {
    if (failure() != nullptr) return {};
    return caught(failure_, std::span<const Decision>(), [&] { return policy_.step(now, events); });
  }
  [[nodiscard]] std::span<const Duration> estimates(TaskId task) const noexcept override {
    return caught(failure_, std::span<const Duration>(), [&] { return policy_.estimates(task); });
  }
  [[nodiscard]] std::optional<Duration> batch_estimate(std::uint32_t group, std::size_t size,
                                                       StageIndex stage) const noexcept override {
    return caught(failure_, std::optional<Duration>(),
                  [&] { return policy_.batch_estimate(group, size, stage); });
  }
  [[nodiscard]] std::span<const ContextId> homes() const noexcept override {
    return caught(failure_, std::span<const ContextId>(), [&] { return policy_.homes(); });
  }
  [[nodiscard]] const char* failure() const noexcept override {
    return failure_.text[0] == '\0' ? policy_.failure() : failure_.text;
  }

 private:
  OfAuthor policy_;
  mutable PluginFailure failure_;
};

template <typename OfAuthor>
Policy* make_caught(const PolicySetup& setup, PluginFailure& failure) noexcept {
  return caught(failure, static_cast<Policy*>(nullptr),
                [&]() -> Policy* { return new CaughtPolicy<OfAuthor>(setup); });
}

template <typename OfAuthor>
PolicyPlugin plugin_of(const PolicyInfo& info) {
  PolicyPlugin plugin;
  plugin.info = info;
  plugin.make = &make_caught<OfAuthor>;
  return plugin;
}

}  // namespace internal
}  // namespace daris

// Exports the policy of class `Type`. Behind it stand fields of PolicyInfo (policy/registry.h), in their
// order: DARIS_OWN_POLICY(Mine, .summary = "what it does", .whole_models = true)
#define DARIS_OWN_POLICY(Type, ...)                                                                   \
  extern "C" __attribute__((visibility("default"))) const ::daris::PolicyPlugin* daris_own_policy() { \
    static const ::daris::PolicyPlugin plugin =                                                       \
        ::daris::internal::plugin_of<Type>(::daris::PolicyInfo{__VA_ARGS__});                         \
    return &plugin;                                                                                   \
  }                                                                                                   \
  static_assert(true, "a semicolon stands behind DARIS_OWN_POLICY")
