// Takes any bytes as a task set, which is read, written, scaled and released. Nothing may crash, hang or
// break an invariant.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "workloads/scaling.h"
#include "workloads/task_set_json.h"
#include "workloads/workload.h"

namespace {

constexpr double kReleasesMax = 10'000;
const daris::Time kEnd = daris::Time::from_ns(10'000'000);

// What is written must be taken back as it stands.
void check_round_trip(const daris::TaskSet& set) {
  const std::string written = daris::write_task_set(set);
  const daris::Result<daris::TaskSet> again = daris::parse_task_set(written, "written", "");
  DARIS_CHECK(again.ok());
  DARIS_CHECK(daris::write_task_set(again.value()) == written);
}

void release(const daris::TaskSet& set) {
  const daris::Workload workload = daris::make_workload(set);
  if (daris::expected_releases(workload, kEnd) > kReleasesMax) return;
  for (const daris::Release& release : daris::make_releases(workload, 1, 0, kEnd))
    DARIS_CHECK(release.nominal >= daris::Time() && release.nominal < kEnd);
}

void scale_and_release(const daris::TaskSet& set, daris::LoadBy by) {
  daris::Scaling scaling;
  scaling.load = 1.5;
  scaling.load_by = by;
  if (set.groups.size() > 1) scaling.priority_mix = 0.3;
  const daris::Result<daris::ScaledTaskSet> scaled =
      daris::scale(set, scaling, std::vector<double>(set.groups.size(), 1000.0));
  if (scaled.ok()) release(scaled.value().set);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  // A trace is a file that the set names. Only the fuzzer's bytes shall be read.
  if (text.find("trace") != std::string::npos) return 0;
  const daris::Result<daris::TaskSet> set = daris::parse_task_set(text, "set", "");
  if (!set.ok()) return 0;
  check_round_trip(set.value());
  release(set.value());
  scale_and_release(set.value(), daris::LoadBy::kCount);
  scale_and_release(set.value(), daris::LoadBy::kRate);
  return 0;
}
