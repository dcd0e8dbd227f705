// A shared object that needs a function which nobody has.
#include "plugin/interface.h"

extern "C" int daris_function_that_nobody_has();

extern "C" __attribute__((visibility("default"))) const daris::PolicyPlugin* daris_own_policy() {
  static daris::PolicyPlugin plugin;
  plugin.interface += static_cast<std::uint32_t>(daris_function_that_nobody_has());
  return &plugin;
}
