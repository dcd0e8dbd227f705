#include "workloads/model_catalog.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/nearest_name.h"
#include "workloads/packaged_model.h"

namespace daris {
namespace {

constexpr std::array<std::string_view, 10> kResnet18Units = {"stem",     "layer1.0", "layer1.1", "layer2.0",
                                                             "layer2.1", "layer3.0", "layer3.1", "layer4.0",
                                                             "layer4.1", "head"};
constexpr std::array<CatalogStage, 4> kResnet18Stages = {
    {{"stem+layer1", "stem"}, {"layer2", "layer2.0"}, {"layer3", "layer3.0"}, {"layer4+head", "layer4.0"}}};

constexpr std::array<std::string_view, 18> kResnet50Units = {
    "stem",     "layer1.0", "layer1.1", "layer1.2", "layer2.0", "layer2.1",
    "layer2.2", "layer2.3", "layer3.0", "layer3.1", "layer3.2", "layer3.3",
    "layer3.4", "layer3.5", "layer4.0", "layer4.1", "layer4.2", "head"};
constexpr std::array<CatalogStage, 4> kResnet50Stages = {
    {{"stem+layer1", "stem"}, {"layer2", "layer2.0"}, {"layer3", "layer3.0"}, {"layer4+head", "layer4.0"}}};

constexpr std::array<std::string_view, 10> kUnetUnits = {"encoder1", "encoder2", "encoder3", "encoder4",
                                                         "bottom",   "decoder4", "decoder3", "decoder2",
                                                         "decoder1", "output"};
constexpr std::array<CatalogStage, 5> kUnetStages = {{{"encoder1+2", "encoder1"},
                                                      {"encoder3+4+bottom", "encoder3"},
                                                      {"decoder4+3", "decoder4"},
                                                      {"decoder2", "decoder2"},
                                                      {"decoder1+output", "decoder1"}}};

constexpr std::array<std::string_view, 17> kInceptionV3Units = {
    "Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "Conv2d_3b_1x1", "Conv2d_4a_3x3", "Mixed_5b",
    "Mixed_5c",      "Mixed_5d",      "Mixed_6a",      "Mixed_6b",      "Mixed_6c",      "Mixed_6d",
    "Mixed_6e",      "Mixed_7a",      "Mixed_7b",      "Mixed_7c",      "head"};
constexpr std::array<CatalogStage, 5> kInceptionV3Stages = {{{"stem+5b", "Conv2d_1a_3x3"},
                                                             {"5c+5d+6a", "Mixed_5c"},
                                                             {"6b+6c", "Mixed_6b"},
                                                             {"6d+6e", "Mixed_6d"},
                                                             {"7+head", "Mixed_7a"}}};

constexpr std::array<std::string_view, 4> kSmallCnnUnits = {"block1", "block2", "block3", "head"};
constexpr std::array<CatalogStage, 3> kSmallCnnStages = {
    {{"block1", "block1"}, {"block2", "block2"}, {"block3+head", "block3"}}};

constexpr InputShape kImage224 = {3, 224, 224};
constexpr InputShape kImage32 = {3, 32, 32};

constexpr std::array<ModelInfo, 5> kCatalog = {{
    {"resnet18", "ResNet-18, image classification", kImage224, 1000, false, 11'689'512, kResnet18Units,
     kResnet18Stages},
    {"resnet50", "ResNet-50, image classification", kImage224, 1000, false, 25'557'032, kResnet50Units,
     kResnet50Stages},
    {"unet", "U-Net of widths 64 to 1024, segmentation into 10 classes", kImage224, 10, true, 31'038'218,
     kUnetUnits, kUnetStages},
    {"inception_v3", "Inception v3, image classification", kImage224, 1000, false, 23'834'568,
     kInceptionV3Units, kInceptionV3Stages},
    {"small_cnn", "three convolutions, for tests and CPUs", kImage32, 10, false, 24'346, kSmallCnnUnits,
     kSmallCnnStages},
}};

}  // namespace

std::span<const ModelInfo> model_catalog() { return kCatalog; }

Result<const ModelInfo*> find_model(std::string_view name) {
  if (names_packaged_model(name)) return find_packaged_model(std::string(name));
  const auto found = std::find_if(kCatalog.begin(), kCatalog.end(),
                                  [&](const ModelInfo& model) { return model.name == name; });
  if (found != kCatalog.end()) return &*found;
  std::string listed;
  for (const ModelInfo& model : kCatalog) listed += (listed.empty() ? "" : ", ") + std::string(model.name);
  return Error{"unknown model \"" + std::string(name) +
               "\": " + did_you_mean(name, kCatalog, &ModelInfo::name) + " Models are " + listed +
               "; a folder of packages has a \"/\""};
}

}  // namespace daris
