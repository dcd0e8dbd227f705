#include "runtime/cpu/stage_run.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <optional>
#include <utility>
#include <vector>

namespace daris {
namespace {

at::Tensor handed_over(const CpuWorld& world, const at::Tensor& tensor) {
  return world.copies ? tensor.clone() : tensor;
}

std::uint32_t inputs_of(const CpuWorld& world, const JobFrame& frame) {
  return world.models.inputs_of(frame.job.task);
}

at::Tensor padding_like(const at::Tensor& row, std::int64_t rows) {
  std::vector<std::int64_t> sizes = row.sizes().vec();
  sizes.front() = rows;
  return at::zeros(sizes, row.options());
}

// Joins the jobs' tensors one below the other, and pads them to `batch` inputs.
Tensors gather(const CpuWorld& world, std::uint32_t batch,
               const std::vector<std::shared_ptr<JobFrame>>& frames) {
  std::uint32_t inputs = 0;
  for (const std::shared_ptr<JobFrame>& frame : frames) inputs += inputs_of(world, *frame);
  Tensors gathered;
  for (std::size_t i = 0; i < frames.front()->state.size(); ++i) {
    std::vector<at::Tensor> parts;
    parts.reserve(frames.size() + 1);
    for (const std::shared_ptr<JobFrame>& frame : frames) parts.push_back(frame->state[i]);
    if (inputs < batch) parts.push_back(padding_like(parts.front(), batch - inputs));
    gathered.push_back(at::cat(parts, 0));
  }
  return gathered;
}

// An input for each of the members of a merged network: those that no job brings are padded.
Tensors gather_members(const CpuWorld& world, std::uint32_t members,
                       const std::vector<std::shared_ptr<JobFrame>>& frames) {
  std::vector<at::Tensor> parts(members, padding_like(frames.front()->state.back(), 1));
  for (const std::shared_ptr<JobFrame>& frame : frames)
    parts[*world.models.member_of(frame->job.task)] = frame->state.back();
  return {at::cat(parts, 0)};
}

void scatter(const CpuWorld& world, const Tensors& results,
             const std::vector<std::shared_ptr<JobFrame>>& frames) {
  std::int64_t next_row = 0;
  for (const std::shared_ptr<JobFrame>& frame : frames) {
    const std::int64_t rows = inputs_of(world, *frame);
    const std::optional<std::uint32_t> member = world.models.member_of(frame->job.task);
    const std::int64_t row = member ? std::int64_t{*member} : next_row;
    frame->state.clear();
    for (const at::Tensor& result : results) frame->state.push_back(result.narrow(0, row, rows));
    next_row += rows;
  }
}

}  // namespace

void run_stage_of_jobs(const CpuWorld& world, StageIndex stage, std::uint32_t batch,
                       const std::vector<std::shared_ptr<JobFrame>>& frames) {
  const c10::InferenceMode inference;
  const StagedModel& model = world.models.of(frames.front()->job.task);
  for (const std::shared_ptr<JobFrame>& frame : frames) {
    if (world.hooks.before_stage) world.hooks.before_stage(frame->job, stage);
    if (stage.value() == 0) frame->state = {handed_over(world, world.models.input_of(frame->job))};
  }
  const std::uint32_t members = model.info().members;
  const bool alone = frames.size() == 1 && batch == inputs_of(world, *frames.front());
  if (members > 1) {
    scatter(world, model.forward_stage(stage.at(), gather_members(world, members, frames)), frames);
  } else if (alone) {
    frames.front()->state = model.forward_stage(stage.at(), std::move(frames.front()->state));
  } else {
    scatter(world, model.forward_stage(stage.at(), gather(world, batch, frames)), frames);
  }
  if (stage.at() + 1 < model.stages()) return;
  for (const std::shared_ptr<JobFrame>& frame : frames) {
    frame->state = {handed_over(world, frame->state.back())};
    if (world.hooks.output) world.hooks.output(frame->job, frame->state.back());
  }
}

}  // namespace daris
