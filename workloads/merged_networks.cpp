#include "workloads/merged_networks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/check.h"

namespace daris {
namespace {

constexpr std::array<std::uint32_t, 3> kMergeSizes = {8, 16, 32};
// Chains of convolutions, batch norms and a classifier.
constexpr std::array<std::string_view, 3> kMergedModels = {"resnet18", "resnet50", "small_cnn"};

// A merged network with the texts that its description points to.
struct MergedNetwork {
  std::string name;
  std::string summary;
  ModelInfo info;
};

std::vector<MergedNetwork> make_networks() {
  std::vector<MergedNetwork> networks;
  networks.reserve(kMergedModels.size() * kMergeSizes.size());  // so that none moves with its texts
  for (const std::string_view model : kMergedModels) {
    for (const std::uint32_t members : kMergeSizes) {
      const ModelInfo& member = *find_model(model).value();
      MergedNetwork& merged = networks.emplace_back();
      merged.name = fmt::format("{}-merged{}", model, members);
      merged.summary = fmt::format("{} x {}, merged", members, member.summary);
      merged.info = member;
      merged.info.name = merged.name;
      merged.info.summary = merged.summary;
      merged.info.parameters = members * member.parameters;
      merged.info.members = members;
    }
  }
  return networks;
}

// All merged networks: those of a model in a row, ascending by members.
const std::vector<MergedNetwork>& networks() {
  static const std::vector<MergedNetwork> all = make_networks();
  return all;
}

}  // namespace

std::span<const std::uint32_t> merge_sizes() { return kMergeSizes; }

const ModelInfo* find_merged_network(std::string_view model, std::uint32_t members) {
  const auto known = std::find(kMergedModels.begin(), kMergedModels.end(), model);
  const auto size = std::find(kMergeSizes.begin(), kMergeSizes.end(), members);
  if (known == kMergedModels.end() || size == kMergeSizes.end()) return nullptr;
  const auto row = static_cast<std::size_t>(known - kMergedModels.begin()) * kMergeSizes.size();
  return &networks()[row + static_cast<std::size_t>(size - kMergeSizes.begin())].info;
}

Result<const ModelInfo*> find_network(std::string_view name) {
  for (const MergedNetwork& network : networks()) {
    if (network.name == name) return &network.info;
  }
  return find_model(name);
}

}  // namespace daris
