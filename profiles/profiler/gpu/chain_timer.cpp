#include "profiles/profiler/gpu/chain_timer.h"

#include <cmath>

#include "base/check.h"
#include "gpu/check.h"

namespace daris {
namespace {

constexpr std::int64_t kMs = 1'000'000;

std::int64_t between_ns(cudaEvent_t start, cudaEvent_t end) {
  float ms = 0;
  DARIS_CUDA(cudaEventElapsedTime(&ms, start, end));
  return std::llround(static_cast<double>(ms) * static_cast<double>(kMs));
}

}  // namespace

ChainTimer::ChainTimer() : gate_(1) {}

ChainTimer::~ChainTimer() {
  for (const cudaEvent_t event : events_) cudaEventDestroy(event);
}

std::int64_t ChainTimer::round(CUstream stream, std::span<const cudaGraphExec_t> chain,
                               std::span<Samples> samples) {
  DARIS_CHECK(samples.empty() || samples.size() == chain.size());
  while (events_.size() <= chain.size()) {
    cudaEvent_t event = nullptr;
    DARIS_CUDA(cudaEventCreate(&event));
    events_.push_back(event);
  }
  gate_.enqueue_wait(stream, 0, ++rounds_);
  DARIS_CUDA(cudaEventRecord(events_[0], stream));
  for (std::size_t index = 0; index < chain.size(); ++index) {
    DARIS_CUDA(cudaGraphLaunch(chain[index], stream));
    DARIS_CUDA(cudaEventRecord(events_[index + 1], stream));
  }
  gate_.store(0, rounds_);
  DARIS_CUDA(cudaStreamSynchronize(stream));
  for (std::size_t index = 0; index < samples.size(); ++index)
    samples[index].ns.push_back(static_cast<std::int32_t>(between_ns(events_[index], events_[index + 1])));
  return between_ns(events_[0], events_[chain.size()]);
}

std::vector<Samples> ChainTimer::measure(CUstream stream, std::span<const cudaGraphExec_t> chain,
                                         std::uint32_t samples_min) {
  constexpr int kWarmRounds = 3;
  std::int64_t spent_ns = 0;
  for (int warm = 0; spent_ns < 50 * kMs && (warm < kWarmRounds || spent_ns < 10 * kMs); ++warm)
    spent_ns += round(stream, chain, {});
  std::vector<Samples> samples(chain.size());
  constexpr std::uint32_t kSamplesMax = 50;
  spent_ns = 0;
  for (std::uint32_t taken = 0; taken < samples_min || (taken < kSamplesMax && spent_ns < 50 * kMs); ++taken)
    spent_ns += round(stream, chain, samples);
  return samples;
}

}  // namespace daris
