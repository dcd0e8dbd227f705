// Random weights of a model. They stand in for trained ones, which take the same time. Internal to
// workloads/models/.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "workloads/models/chain.h"

namespace daris {

// Draws all weights and running statistics anew, by Philox keyed by (seed, tensor): equal seeds give equal
// bytes on any machine. Weights of convolutions and linear layers are uniform with the variance 2 / (number
// of inputs), so that activations keep their size from layer to layer. Scales and variances of batch norm are
// 0.75 to 1.25, means and biases -0.1 to 0.1. So activations stay inside the range of half precision.
// REQUIRES: the model is on the CPU, float32, contiguous.
void draw_weights(Chain& chain, std::uint64_t seed);

// Uniform in [lower, upper), from stream `stream` of `seed`. REQUIRES: on the CPU, float32, contiguous.
void fill_uniform(const at::Tensor& tensor, std::uint64_t seed, std::uint32_t stream, float lower,
                  float upper);

}  // namespace daris
