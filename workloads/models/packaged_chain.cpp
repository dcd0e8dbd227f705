// A user's own model: each unit runs a package of torch's AOTInductor.
#include <torch/csrc/inductor/aoti_package/model_package_loader.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "workloads/models/builders.h"
#include "workloads/packaged_model.h"

namespace daris {
namespace {

using Loader = torch::inductor::AOTIModelPackageLoader;

// A package is loaded at its first run, when the device is known. On a GPU it runs on the current stream and
// may be captured. On a CPU several threads may run it at once.
class Package {
 public:
  Package(std::string file, bool on_gpu) : file_(std::move(file)), on_gpu_(on_gpu) {}

  Tensors run(const Tensors& inputs) {
    std::call_once(loaded_, [&] {
      const std::size_t runners = on_gpu_ ? 1 : std::max(1U, std::thread::hardware_concurrency());
      const c10::DeviceIndex device = on_gpu_ ? inputs.front().device().index() : c10::DeviceIndex{-1};
      loader_ = std::make_unique<Loader>(file_, "model", on_gpu_, runners, device);
    });
    return loader_->run(inputs);
  }

 private:
  std::string file_;
  bool on_gpu_;
  std::once_flag loaded_;
  std::unique_ptr<Loader> loader_;
};

class PackagedChain final : public Chain {
 public:
  explicit PackagedChain(const PackagedModel& model) {
    for (const PackagedStage& stage : model.stages) {
      const auto package = std::make_shared<Package>(stage.package.string(), model.on_gpu);
      add_unit(stage.name, [package](const Tensors& inputs) { return package->run(inputs); });
    }
  }
};

}  // namespace

std::shared_ptr<Chain> make_packaged(const PackagedModel& model) {
  return std::make_shared<PackagedChain>(model);
}

}  // namespace daris
