#include "gpu/green_machine.h"

#include <cuda_runtime_api.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "gpu/check.h"
#include "gpu/driver.h"
#include "gpu/probe.h"

namespace daris {
namespace {

constexpr unsigned kGroupSms = 8;  // the smallest group of a Hopper GPU that keeps clusters intact

std::vector<CUdevResource> split(const CUdevResource& all, unsigned sms) {
  unsigned count = 0;
  DARIS_DRIVER(driver().sm_resource_split_by_count(nullptr, &count, &all, nullptr, 0, sms));
  std::vector<CUdevResource> groups(count);
  if (count == 0) throw GpuError("the driver gives no group of " + std::to_string(sms) + " SMs");
  DARIS_DRIVER(driver().sm_resource_split_by_count(groups.data(), &count, &all, nullptr, 0, sms));
  groups.resize(count);
  return groups;
}

}  // namespace

GreenMachine::GreenMachine(int device) : device_(device) {
  DARIS_CUDA(cudaSetDevice(device));
  DARIS_CUDA(cudaFree(nullptr));
  DARIS_DRIVER(driver().device_get_resource(device, &all_, CU_DEV_RESOURCE_TYPE_SM));
  groups_ = split(all_, kGroupSms);
  shape_.sms = all_.sm.smCount;
  shape_.group_sms = groups_.front().sm.smCount;
  shape_.groups = static_cast<std::uint32_t>(groups_.size());
}

CUstream GreenMachine::window_stream(const Window& window, std::uint32_t index, int priority) {
  DARIS_CHECK(window.groups >= 1 && window.groups <= window.groups_in_use &&
              window.groups_in_use <= shape_.groups && window.first_group < window.groups_in_use);
  Key key{window.context, {}, shape_.sms, priority};
  if (window.groups != shape_.groups) {
    for (std::uint32_t k = 0; k < window.groups; ++k)
      key.groups.push_back((window.first_group + k) % window.groups_in_use);
    key.sms = window.groups * shape_.group_sms;
  }
  return stream_of(key, index);
}

CUstream GreenMachine::quota_stream(std::uint32_t sms) {
  DARIS_CHECK(sms == shape_.sms || sms % shape_.group_sms == 0);
  const std::uint32_t groups = sms / shape_.group_sms;
  if (sms < shape_.sms && groups < shape_.groups) return window_stream({0, 0, groups, shape_.groups});
  return stream_of(Key{0, {}, sms, 0}, 0);
}

CUstream GreenMachine::stream_of(const Key& key, std::uint32_t index) {
  Context& context = contexts_[key];
  if (context.handle == nullptr) context.handle = make(key);
  while (context.streams.size() <= index) {
    CUstream stream = nullptr;
    DARIS_DRIVER(
        driver().green_context_stream_create(&stream, context.handle, CU_STREAM_NON_BLOCKING, key.priority));
    context.streams.push_back(stream);
  }
  if (context.sm_ids.empty()) verify(key, context);
  return context.streams[index];
}

CUgreenCtx GreenMachine::make(const Key& key) {
  std::vector<CUdevResource> resources;
  for (const std::uint32_t group : key.groups) resources.push_back(groups_[group]);
  if (key.groups.empty()) resources.push_back(key.sms == shape_.sms ? all_ : split(all_, key.sms).front());
  CUdevResourceDesc descriptor = nullptr;
  DARIS_DRIVER(driver().resource_generate_desc(&descriptor, resources.data(),
                                               static_cast<unsigned>(resources.size())));
  CUgreenCtx context = nullptr;
  DARIS_DRIVER(driver().green_context_create(&context, descriptor, device_, CU_GREEN_CTX_DEFAULT_STREAM));
  return context;
}

void GreenMachine::verify(const Key& key, Context& context) const {
  std::vector<std::uint32_t> ids =
      verified_sms_of_stream(context.streams.front(), key.sms, "a green context");
  for (const auto& [other_key, other] : contexts_) {
    if (other.sm_ids.empty()) continue;
    const std::optional<std::size_t> expected = shared_sms(key, other_key);
    std::vector<std::uint32_t> shared;
    std::set_intersection(ids.begin(), ids.end(), other.sm_ids.begin(), other.sm_ids.end(),
                          std::back_inserter(shared));
    if (expected && shared.size() != *expected)
      throw GpuError("two green contexts that share " + std::to_string(*expected) +
                     " SMs by their groups run on " + std::to_string(shared.size()) + " SMs together");
  }
  context.sm_ids = std::move(ids);
}

std::optional<std::size_t> GreenMachine::shared_sms(const Key& a, const Key& b) const {
  if (a.sms == shape_.sms) return b.sms;
  if (b.sms == shape_.sms) return a.sms;
  if (a.groups.empty() || b.groups.empty()) return std::nullopt;
  const auto in_b = [&](std::uint32_t group) {
    return std::find(b.groups.begin(), b.groups.end(), group) != b.groups.end();
  };
  return shape_.group_sms * static_cast<std::size_t>(std::count_if(a.groups.begin(), a.groups.end(), in_b));
}

}  // namespace daris
