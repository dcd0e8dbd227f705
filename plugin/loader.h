// Schedulers of one's own: policies that shared objects have (docs/own-policy.md). Once loaded they are known
// to policy/registry.h by the name of their file.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "policy/policy.h"
#include "policy/setup.h"

namespace daris {

// Tells whether a text names a policy by a file: it has a slash, or ends in ".so".
[[nodiscard]] bool is_policy_file(std::string_view name);

// Loads the file, once in a process, and never lets it go. Does nothing if `name` is not a file's. Threads:
// any. Errors, of the input: no such file, no shared object, a symbol that is missing, a crash while it is
// loaded; another interface, compiler family or layout; a description that contradicts itself.
[[nodiscard]] Status load_policy(const std::string& name);

// The SHA-256 of the file's bytes when it was loaded; nullopt if no such file was. Threads: any.
[[nodiscard]] std::optional<std::string> policy_file_sha256(std::string_view name);

// A policy from a file without its guard (plugin/guarded_policy.h), or one of the table. Errors: those of
// make_policy().
[[nodiscard]] Result<std::unique_ptr<Policy>> make_unguarded_policy(std::string_view name,
                                                                    const PolicySetup& setup);

// The error of a policy that decides nothing any more, if it is one.
[[nodiscard]] Status status_of(const Policy& policy);

}  // namespace daris
