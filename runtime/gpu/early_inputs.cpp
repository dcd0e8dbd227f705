#include "runtime/gpu/early_inputs.h"

#include <algorithm>
#include <utility>

#include "gpu/check.h"

namespace daris {

template <typename T>
void EarlyInputs::Queue<T>::pop() {
  constexpr std::size_t kTidyAt = 4096;
  if (++first == all.size()) return clear();
  if (first < kTidyAt) return;
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(first));
  first = 0;
}

template <typename T>
void EarlyInputs::Queue<T>::clear() {
  all.clear();
  first = 0;
}

EarlyInputs::EarlyInputs(std::shared_ptr<const ModelSet> models, std::size_t tasks)
    : models_(std::move(models)), of_task_(tasks) {
  DARIS_CUDA(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking));
  for (std::uint32_t task = 0; task < tasks; ++task)
    pool_of_task_.push_back(pool_for(models_->input_of({0, TaskId(task)}).nbytes()));
  for (Pool& pool : pools_) set_rows_aside(pool);
}

EarlyInputs::~EarlyInputs() {
  cudaStreamSynchronize(stream_);
  for (const Pool& pool : pools_) {
    for (const Row& row : pool.rows) cudaEventDestroy(row.copied);
    cudaFree(pool.memory);
  }
  cudaStreamDestroy(stream_);
}

std::size_t EarlyInputs::pool_for(std::size_t bytes) {
  const auto known =
      std::find_if(pools_.begin(), pools_.end(), [&](const Pool& pool) { return pool.bytes == bytes; });
  if (known != pools_.end()) return static_cast<std::size_t>(known - pools_.begin());
  pools_.emplace_back().bytes = bytes;
  return pools_.size() - 1;
}

// More jobs than there are rows seldom wait at once.
void EarlyInputs::set_rows_aside(Pool& pool) {
  constexpr std::size_t kRowsMax = 1024;
  constexpr std::size_t kBytesMax = std::size_t{512} << 20;
  constexpr std::size_t kAlignment = 256;
  const std::size_t stride = (pool.bytes + kAlignment - 1) / kAlignment * kAlignment;
  const std::size_t rows = std::min(kRowsMax, kBytesMax / stride);
  void* memory = nullptr;
  if (rows == 0 || cudaMalloc(&memory, rows * stride) != cudaSuccess) {
    static_cast<void>(cudaGetLastError());  // that there is no room is no error
    return;
  }
  pool.memory = static_cast<std::byte*>(memory);
  pool.rows.resize(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    pool.rows[row].data = pool.memory + row * stride;
    DARIS_CUDA(cudaEventCreateWithFlags(&pool.rows[row].copied, cudaEventDisableTiming));
    pool.free.push_back(&pool.rows[row]);
  }
}

EarlyInputs::Waiting* EarlyInputs::find_waiting(JobId job) {
  for (Waiting& one : of_task_[job.task.at()]) {
    if (one.job == job) return &one;
  }
  return nullptr;
}

void EarlyInputs::wait(JobId job) {
  Pool& pool = pools_[pool_of_task_[job.task.at()]];
  if (pool.rows.empty()) return;
  of_task_[job.task.at()].push_back({job, nullptr, 0});
  pool.waiting.push(job);
}

void EarlyInputs::tend() {
  if (!under_way_.empty() && cudaEventQuery(under_way_.front().ended) == cudaSuccess) {
    ended_ = under_way_.front().number;
    under_way_.pop();
  }
  for (Pool& pool : pools_) {
    if (begin_copy(pool)) return;
  }
}

// Passes over jobs that were forgotten meanwhile.
bool EarlyInputs::begin_copy(Pool& pool) {
  while (!pool.waiting.empty()) {
    Waiting* const next = find_waiting(pool.waiting.front());
    if (next != nullptr && pool.free.empty()) return false;
    pool.waiting.pop();
    if (next == nullptr) continue;
    copy_to_row(*next, pool);
    return true;
  }
  return false;
}

// If it fails, the launch reads from the host, and finds out what is wrong with the GPU.
void EarlyInputs::copy_to_row(Waiting& waiting, Pool& pool) {
  const Row* const row = pool.free.back();
  const at::Tensor& input = models_->input_of(waiting.job);
  if (cudaMemcpyAsync(row->data, input.const_data_ptr(), pool.bytes, cudaMemcpyHostToDevice, stream_) !=
          cudaSuccess ||
      cudaEventRecord(row->copied, stream_) != cudaSuccess)
    return;
  pool.free.pop_back();
  waiting.row = row;
  waiting.copy = ++begun_;
  under_way_.push({waiting.copy, row->copied});
}

const std::byte* EarlyInputs::find(JobId job) const {
  for (const Waiting& one : of_task_[job.task.at()]) {
    if (one.job == job) return one.row != nullptr && one.copy <= ended_ ? one.row->data : nullptr;
  }
  return nullptr;
}

// A copy into the row may still be under way. The row's next copy comes after it.
void EarlyInputs::forget(JobId job) {
  Waiting* const found = find_waiting(job);
  if (found == nullptr) return;
  if (found->row != nullptr) pools_[pool_of_task_[job.task.at()]].free.push_back(found->row);
  std::vector<Waiting>& all = of_task_[job.task.at()];
  *found = all.back();
  all.pop_back();
}

void EarlyInputs::clear() {
  for (std::vector<Waiting>& all : of_task_) all.clear();
  for (Pool& pool : pools_) {
    pool.waiting.clear();
    pool.free.clear();
    for (const Row& row : pool.rows) pool.free.push_back(&row);
  }
}

}  // namespace daris
