#include "plugin/loader.h"

#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <system_error>
#include <utility>

#include "base/host/files.h"
#include "base/version.h"
#include "plugin/apart.h"
#include "plugin/guarded_policy.h"
#include "plugin/interface.h"
#include "policy/registry.h"
#include "policy/setup_check.h"
#include "policy/switches.h"

namespace daris {
namespace {

constexpr char kFunction[] = "daris_own_policy";
constexpr std::chrono::seconds kLoadPatience{10};
constexpr int kCameBack = 42;  // the exit status of a copy that loaded it

struct Loaded {
  std::string file;
  std::string sha256;
  const PolicyPlugin* plugin = nullptr;
  ForeignPolicy policy;
};

// All files that were loaded. It stays until the program ends, as they do.
struct LoadedFiles {
  std::mutex mutex;
  std::map<std::string, std::unique_ptr<const Loaded>, std::less<>> by_name;
};

LoadedFiles& loaded_files() {
  static LoadedFiles& files = *new LoadedFiles;
  return files;
}

const Loaded* find_loaded(std::string_view name) {
  LoadedFiles& files = loaded_files();
  const std::lock_guard lock(files.mutex);
  const auto found = files.by_name.find(name);
  return found == files.by_name.end() ? nullptr : found->second.get();
}

const ForeignPolicy* find_foreign_policy(std::string_view name) {
  if (!is_policy_file(name)) return nullptr;
  const Loaded* const loaded = find_loaded(name);
  return loaded == nullptr ? nullptr : &loaded->policy;
}

// Before main(), when no other thread runs.
[[maybe_unused]] const bool kKnown = (know_foreign_policies(&find_foreign_policy), true);

Result<std::unique_ptr<Policy>> make_bare(const Loaded& loaded, const PolicySetup& setup) {
  PluginFailure failure;
  std::unique_ptr<Policy> policy(loaded.plugin->make(setup, failure));
  if (policy == nullptr) return Error{loaded.file + ": makes no policy: " + failure.text};
  return policy;
}

Result<std::unique_ptr<Policy>> make_guarded(const Loaded& loaded, const PolicySetup& setup) {
  DARIS_TRY_ASSIGN(std::unique_ptr<Policy> bare, make_bare(loaded, setup));
  return std::unique_ptr<Policy>(std::make_unique<GuardedPolicy>(loaded.file, setup, std::move(bare)));
}

Status check_versions(const PolicyPlugin& plugin) {
  const std::string ours = "this " + program_name();
  if (plugin.interface != kPluginInterface)
    return Error{"was built against interface " + std::to_string(plugin.interface) + " (daris " +
                 plugin.version + "), and " + ours + " has interface " + std::to_string(kPluginInterface) +
                 "; build it again"};
  if (std::string_view(plugin.compiler) != kPluginCompiler)
    return Error{"was built by " + std::string(plugin.compiler) + ", and " + ours + " by " + kPluginCompiler +
                 "; build it by " + kPluginCompiler};
  if (plugin.layout == layout_of_interface()) return {};
  return Error{"was built against headers of daris " + std::string(plugin.version) +
               " whose types differ from those of " + ours + "; build it again"};
}

// A policy of one's own can't execute a recorded schedule, and obeys switches that are known.
Status check_info(const PolicyPlugin& plugin) {
  const PolicyInfo& info = plugin.info;
  if (plugin.make == nullptr || info.scripted)
    return Error{"describes no policy that decides by itself; use DARIS_OWN_POLICY without .scripted"};
  if ((info.single_jobs || info.sizes_batches) && !info.batches)
    return Error{".single_jobs and .sizes_batches need .batches"};
  const std::span<const SwitchInfo> known = switch_table();
  for (const std::string_view key : info.switches) {
    if (std::none_of(known.begin(), known.end(), [&](const SwitchInfo& row) { return row.key == key; }))
      return Error{".switches: \"" + std::string(key) + "\" is no switch"};
  }
  PolicySwitches scratch;
  for (const SwitchDefault& own : info.defaults) {
    if (const Status status = set_switch(scratch, own.key, own.value); !status.ok())
      return status.error().in(".defaults");
  }
  return {};
}

// dlerror() names the file first.
std::string reason_of_loader(const std::string& path) {
  const char* const text = ::dlerror();
  const std::string reason = text == nullptr ? "the system does not say why" : text;
  return reason.starts_with(path + ": ") ? reason.substr(path.size() + 2) : reason;
}

// What crashes or hangs while it is loaded does so in a copy of this process. Why it can't be loaded is seen
// later.
Status try_load(const std::string& path) {
  const auto load = [&] {
    void* const object = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    void* const found = object == nullptr ? nullptr : ::dlsym(object, kFunction);
    if (found != nullptr) reinterpret_cast<PolicyPluginFunction>(found)();
    return kCameBack;
  };
  DARIS_TRY_ASSIGN(const ApartEnding ending, run_apart(load, {.patience = kLoadPatience, .quiet = true}));
  if (const std::string trouble = ending.trouble(); !trouble.empty())
    return Error{trouble + " while it is loaded"};
  if (ending.exit_status == kCameBack) return {};
  return Error{"ends the program while it is loaded (exit status " + std::to_string(ending.exit_status) +
               ")"};
}

Result<const PolicyPlugin*> open_plugin(const std::string& path) {
  DARIS_TRY(try_load(path));
  void* const object = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (object == nullptr) return Error{"can't be loaded: " + reason_of_loader(path)};
  void* const found = ::dlsym(object, kFunction);
  if (found == nullptr)
    return Error{"has no function daris_own_policy; DARIS_OWN_POLICY at its end makes it"};
  const PolicyPlugin* const plugin = reinterpret_cast<PolicyPluginFunction>(found)();
  if (plugin == nullptr) return Error{"daris_own_policy() returns nothing"};
  DARIS_TRY(check_versions(*plugin));
  DARIS_TRY(check_info(*plugin));
  return plugin;
}

Result<std::unique_ptr<const Loaded>> load(const std::string& name) {
  auto loaded = std::make_unique<Loaded>();
  loaded->file = name;
  std::error_code failed;
  const std::filesystem::file_status found = std::filesystem::status(name, failed);
  if (std::filesystem::exists(found) && !std::filesystem::is_regular_file(found))
    return Error{name + ": is no regular file, and so no shared object"};
  DARIS_TRY_ASSIGN(loaded->sha256, file_sha256(name));
  const std::string path = std::filesystem::absolute(name, failed).string();
  const Result<const PolicyPlugin*> plugin = open_plugin(path);
  if (!plugin.ok()) return plugin.error().in(name);
  loaded->plugin = plugin.value();
  loaded->policy.info = loaded->plugin->info;
  loaded->policy.info.name = loaded->file;
  loaded->policy.make = [kept = loaded.get()](const PolicySetup& setup) {
    return make_guarded(*kept, setup);
  };
  return std::unique_ptr<const Loaded>(std::move(loaded));
}

}  // namespace

bool is_policy_file(std::string_view name) {
  return name.find('/') != std::string_view::npos || name.ends_with(".so");
}

Status load_policy(const std::string& name) {
  if (!is_policy_file(name)) return {};
  LoadedFiles& files = loaded_files();
  const std::lock_guard lock(files.mutex);
  if (files.by_name.contains(name)) return {};
  DARIS_TRY_ASSIGN(std::unique_ptr<const Loaded> loaded, load(name));
  files.by_name.emplace(name, std::move(loaded));
  return {};
}

std::optional<std::string> policy_file_sha256(std::string_view name) {
  const Loaded* const loaded = find_loaded(name);
  return loaded == nullptr ? std::nullopt : std::optional<std::string>(loaded->sha256);
}

// The registry checks the setup and takes care of the switches, as it does for a guarded one.
Result<std::unique_ptr<Policy>> make_unguarded_policy(std::string_view name, const PolicySetup& setup) {
  const Loaded* const loaded = find_loaded(name);
  if (loaded == nullptr) return make_policy(name, setup);
  DARIS_TRY(check_setup(loaded->policy.info, setup));
  return make_bare(*loaded, own_setup(loaded->policy.info, setup));
}

Status status_of(const Policy& policy) {
  return policy.failure() == nullptr ? Status() : Status(Error{policy.failure()});
}

}  // namespace daris
