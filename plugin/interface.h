// What a shared object with a scheduler of one's own hands to the program. Authors include
// plugin/own_policy.h, whose macro makes all of this (docs/own-policy.md).
//
// The program looks for one C function, `daris_own_policy`. It refuses a description of another interface, of
// another compiler family, or of other layouts (plugin/loader.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "policy/policy.h"
#include "policy/registry.h"
#include "policy/setup.h"

// The installed CMake package defines it.
#ifndef DARIS_VERSION
#define DARIS_VERSION "unknown"
#endif

namespace daris {

// Goes up with every change of what stands between a plugin and the program: this file, Policy, and the
// types that it takes and gives.
inline constexpr std::uint32_t kPluginInterface = 3;

#if defined(__clang__)
#define DARIS_COMPILER "clang"
#else
#define DARIS_COMPILER "gcc"
#endif
#if defined(_LIBCPP_VERSION)
inline constexpr char kPluginCompiler[] = DARIS_COMPILER " with libc++";
#else
inline constexpr char kPluginCompiler[] = DARIS_COMPILER;
#endif

// Differs if a type of the interface has another size, or a field another place. That happens if the headers
// are not those of the program, or if the standard library is in a debugging mode.
constexpr std::uint64_t layout_of_interface() {
  std::uint64_t layout = 0;
  for (const std::size_t size :
       {sizeof(PolicyInfo), sizeof(PolicySetup), sizeof(TaskSetup), sizeof(BatchTime),
        sizeof(BatchGroupSetup), sizeof(PolicySwitches), sizeof(Event), sizeof(Decision), sizeof(LaunchStage),
        offsetof(PolicyInfo, scripted), offsetof(PolicyInfo, defaults), offsetof(PolicySwitches, bound_ppb),
        offsetof(PolicySwitches, shed), offsetof(PolicySwitches, reserve),
        offsetof(PolicySwitches, drop_hopeless), offsetof(PolicySetup, schedule)})
    layout = layout * 1021 + size;
  return layout;
}

// Why a plugin could not do what it was asked for. No exception crosses the border: the two sides may have
// C++ libraries of their own.
struct PluginFailure {
  static constexpr std::size_t kLength = 256;
  char text[kLength] = "";  // ends in a zero; empty if all went well
};

struct PolicyPlugin {
  // These three stay the first, whatever else changes: so every version can refuse every other.
  std::uint32_t interface = kPluginInterface;
  const char* compiler = kPluginCompiler;
  const char* version = DARIS_VERSION;

  std::uint64_t layout = layout_of_interface();
  PolicyInfo info;  // its name says nothing: a policy is called by its file
  // Returns null if it fails, with the reason. Threads: any, several at once. The caller deletes the policy.
  Policy* (*make)(const PolicySetup& setup, PluginFailure& failure) noexcept = nullptr;
};

// The type of `daris_own_policy`. What it returns lives as long as the program.
using PolicyPluginFunction = const PolicyPlugin* (*)();

}  // namespace daris
