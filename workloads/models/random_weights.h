// Random weights of a model. They stand in for trained ones, which take the same time. Internal to
// workloads/models/.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>

#include "workloads/models/chain.h"
#include "workloads/models/uniform_draw.h"

namespace daris {

// Gives the model weights and running statistics on `device`, in float32 and contiguous. They are drawn by
// Philox keyed by (seed, tensor): equal seeds give equal bytes on any machine. Weights of convolutions and
// linear layers are uniform with the variance 2 / (number of inputs), so that activations keep their size
// from layer to layer. Scales and variances of batch norm are 0.75 to 1.25, means and biases -0.1 to 0.1. So
// activations stay inside the range of half precision. REQUIRES: the model is on the CPU, float32,
// contiguous; `fill` is for `device`.
void draw_weights(Chain& chain, std::uint64_t seed, at::Device device, const FillUniform& fill);

}  // namespace daris
