// For tests: files of schedulers of one's own (tests/plugin/variants.cpp).
#pragma once

#include <filesystem>
#include <string>

#include "tests/base/host/temporary_folder.h"

namespace daris::testing {

// A copy called NAME.so. It stays until the program ends: the system would take a later file in its place for
// the same one.
inline std::string variant_file(const std::string& name) {
  static const TemporaryFolder folder;
  const std::filesystem::path file = folder / (name + ".so");
  if (!std::filesystem::exists(file)) std::filesystem::copy_file(DARIS_POLICY_VARIANTS, file);
  return file.string();
}

}  // namespace daris::testing
