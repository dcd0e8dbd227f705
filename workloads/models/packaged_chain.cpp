// A user's own model: each unit runs a package of torch's AOTInductor.
#include <sys/statvfs.h>
#include <torch/csrc/inductor/aoti_package/model_package_loader.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/check.h"
#include "workloads/models/builders.h"
#include "workloads/packaged_model.h"

namespace daris {
namespace {

using Loader = torch::inductor::AOTIModelPackageLoader;

// Torch unpacks packages there, whatever TMPDIR says, and runs what it finds in them.
constexpr const char* kUnpackedIn = "/tmp";

// Why nothing can be unpacked and run there; empty if it can be.
std::string trouble_where_unpacked() {
  struct statvfs found {};
  if (::access(kUnpackedIn, W_OK | X_OK) != 0)
    return std::string("can't be written to: ") + std::strerror(errno);
  if (::statvfs(kUnpackedIn, &found) != 0) return std::string("can't be looked at: ") + std::strerror(errno);
  return (found.f_flag & ST_NOEXEC) != 0 ? "is mounted noexec" : "";
}

// Torch adds lines that say where in its code it happened.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// On a GPU it runs on the current stream and may be captured. On a CPU several threads may run it at once.
class Package {
 public:
  Package(std::string file, bool on_gpu) : file_(std::move(file)), on_gpu_(on_gpu) {}

  // Throws an error that names the file and says what is wrong.
  void load(at::Device device) {
    if (loader_ != nullptr) return;
    if (const std::string trouble = trouble_where_unpacked(); !trouble.empty())
      throw std::runtime_error(file_ + ": torch unpacks packages in " + kUnpackedIn + ", which " + trouble);
    const std::size_t runners = on_gpu_ ? 1 : std::max(1U, std::thread::hardware_concurrency());
    try {
      loader_ = std::make_unique<Loader>(file_, "model", on_gpu_, runners,
                                         on_gpu_ ? device.index() : c10::DeviceIndex{-1});
    } catch (const std::exception& error) {
      throw std::runtime_error(file_ +
                               ": torch can't load this package; it may be cut off, or of another "
                               "machine or version (" +
                               first_line(error.what()) + ")");
    }
  }

  // REQUIRES: loaded.
  Tensors run(const Tensors& inputs) {
    DARIS_CHECK(loader_ != nullptr);
    return loader_->run(inputs);
  }

 private:
  std::string file_;
  bool on_gpu_;
  std::unique_ptr<Loader> loader_;
};

class PackagedChain final : public Chain {
 public:
  explicit PackagedChain(const PackagedModel& model) {
    for (const PackagedStage& stage : model.stages) {
      const auto package = std::make_shared<Package>(stage.package.string(), model.on_gpu);
      packages_.push_back(package);
      add_unit(stage.name, [package](const Tensors& inputs) { return package->run(inputs); });
    }
  }

  void load(at::Device device) override {
    for (const std::shared_ptr<Package>& package : packages_) package->load(device);
  }

 private:
  std::vector<std::shared_ptr<Package>> packages_;
};

}  // namespace

std::shared_ptr<Chain> make_packaged(const PackagedModel& model) {
  return std::make_shared<PackagedChain>(model);
}

}  // namespace daris
