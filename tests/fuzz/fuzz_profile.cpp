// Takes any bytes as a profile, which is read, written, and asked for every curve. Nothing may crash, hang or
// break an invariant.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "profiles/profile_json.h"
#include "profiles/stage_times.h"

namespace {

// What is written must be taken back as it stands.
void check_round_trip(const daris::Profile& profile) {
  const std::string written = daris::write_profile(profile);
  const daris::Result<daris::Profile> again = daris::parse_profile(written, "written");
  DARIS_CHECK(again.ok());
  DARIS_CHECK(daris::write_profile(again.value()) == written);
}

void check_curve(const daris::StageCurve& curve) {
  for (std::uint32_t sms = curve.sms_min(); sms <= curve.sms_max(); ++sms)
    DARIS_CHECK(curve.time_ns(sms) > 0);
}

void check_answers(const daris::Profile& profile) {
  for (const daris::ModelProfile& model : profile.models)
    for (const daris::BatchProfile& batch : model.batches)
      for (const daris::Backend backend : {daris::Backend::kGreen, daris::Backend::kMps}) {
        const auto curves = daris::model_curves(profile, backend, model.model, model.precision, batch.batch);
        if (!curves.ok()) continue;
        DARIS_CHECK(curves.value().stages.size() == model.stages.size());
        check_curve(curves.value().whole);
        for (const daris::StageCurve& curve : curves.value().stages) check_curve(curve);
      }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const daris::Result<daris::Profile> profile = daris::parse_profile(text, "profile");
  if (!profile.ok()) return 0;
  check_round_trip(profile.value());
  check_answers(profile.value());
  return 0;
}
