// The talk with the workers, which are shell scripts here. Under MPS several take part in one unit.
#include "profiles/profiler/worker_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "profiles/partition.h"
#include "profiles/profile_json.h"
#include "tests/base/host/temporary_folder.h"
#include "tests/gpu/fake_mps_control.h"

namespace daris {
namespace {

using ::testing::Each;
using ::testing::StartsWith;

constexpr std::uint32_t kContexts = 4;

// What a worker was told, and by what sign it is known.
struct Heard {
  std::string worker;
  std::string what;
};

// It says in the file `heard` what it was told. Its words for the parent are the files of its role and of
// what it measured.
constexpr const char* kScript = R"(
role=$2
heard() { echo "$$ $1" >> $folder/heard; }
reply() { printf 'profile %d\n' $(wc -c < $folder/$1); cat $folder/$1; }
reply $role
while read -r verb samples unit; do
  heard "$verb begins $unit"
  if [ -e $folder/refuses-$verb ]; then printf 'unavailable 2\nno'; continue; fi
  waits=
  case $verb-$unit in busy-* | measure-"$saturation"*) waits=1;; esac
  if [ $waits ]; then printf 'ready 0\n'; read -r next; heard "$next"; fi
  [ $verb = choose ] && sleep 0.02
  heard "$verb ends"
  case $verb-$unit in
    measure-"$saturation"*) reply rate;;
    measure-*) reply beside;;
    *) reply $role;;
  esac
done
)";

class WorkerPoolTest : public ::testing::Test {
 public:
  ~WorkerPoolTest() override { pool_.stop(); }

 protected:
  WorkerPoolTest() {
    Profile profile = read_profile(DARIS_TEST_DATA "/synthetic_profile.json").value();
    profile.neighbours.clear();
    profile.models.clear();
    profile.saturations.clear();
    profile.launch_costs.clear();
    write("timing", profile);
    write("mps", as_client_sees_it(profile));
    write("beside", beside_others(as_client_sees_it(profile)));
    write("rate", rate_of_client(as_client_sees_it(profile), profile.gpu.sms));
    std::ofstream(program_) << "#!/bin/sh\nfolder=" << (folder_ / "").string()
                            << "\nsaturation=" << unit_begins(Measurement::kSaturation) << kScript;
    ::chmod(program_.c_str(), 0755);
    EXPECT_TRUE(pool_.describe_machine().ok());
  }

  static WorkUnit unit_of(Measurement measurement) {
    WorkUnit unit;
    unit.measurement = measurement;
    unit.model = "resnet18";
    unit.neighbour_model = "unet";
    unit.backend = Backend::kMps;
    unit.contexts = kContexts;
    unit.oversubscription_milli = 2000;
    return unit;
  }
  // A client of MPS sees its own SMs alone, and no groups.
  static Profile as_client_sees_it(Profile profile) {
    const MachineShape machine = shape_of(profile.gpu);
    const auto grants = make_partition(machine, unit_of(Measurement::kNeighbours).shape()).value();
    profile.gpu.sms = mps_granted_sms(machine, grants.front().mps_percentage);
    profile.gpu.groups = profile.gpu.group_sms = 0;
    return profile;
  }
  // How the text of such a unit begins, quoted for the shell.
  static std::string unit_begins(Measurement measurement) {
    const std::string text = encode_unit(unit_of(measurement));
    return "'" + text.substr(0, text.find(',') + 1) + "'";
  }
  // As a worker answers (profiles/profiler/gpu/worker.cpp).
  static Profile beside_others(Profile part) {
    const WorkUnit unit = unit_of(Measurement::kNeighbours);
    NeighbourTime time;
    time.model = unit.model;
    time.neighbour_model = unit.neighbour_model;
    time.precision = time.neighbour_precision = unit.precision;
    time.shape = unit.shape();
    time.stages = {{{1000}}};
    part.neighbours.push_back(time);
    return part;
  }
  static Profile rate_of_client(Profile part, std::uint32_t machine_sms) {
    WorkUnit unit = unit_of(Measurement::kSaturation);
    unit.sms = machine_sms;
    Saturation saturation;
    saturation.model = unit.model;
    saturation.precision = unit.precision;
    saturation.shape = unit.shape();
    saturation.jobs_per_s = 100;
    part.gpu.sms = machine_sms;
    part.saturations.push_back(saturation);
    return part;
  }
  void write(const std::string& name, const Profile& profile) const {
    std::ofstream(folder_ / name) << write_profile(profile);
  }
  [[nodiscard]] std::vector<Heard> heard(const std::string& beginning) const {
    std::ifstream file(folder_ / "heard");
    std::vector<Heard> all;
    for (std::string line; std::getline(file, line);) {
      const std::size_t space = line.find(' ');
      if (line.compare(space + 1, beginning.size(), beginning) == 0)
        all.push_back({line.substr(0, space), line.substr(space + 1)});
    }
    return all;
  }
  [[nodiscard]] static std::size_t workers_of(const std::vector<Heard>& all) {
    std::set<std::string> workers;
    for (const Heard& one : all) workers.insert(one.worker);
    return workers.size();
  }

  const testing::TemporaryFolder folder_;
  const testing::FakeMpsControl control_{folder_ / ""};
  const std::string program_ = (folder_ / "worker").string();
  WorkerPool pool_{program_, 20, [] { return false; }};
};

TEST_F(WorkerPoolTest, OneClientIsMeasuredWhileTheOthersAreBusy) {
  const Outcome outcome = pool_.run(unit_of(Measurement::kNeighbours));
  ASSERT_EQ(outcome.kind, OutcomeKind::kMeasured) << outcome.message;
  EXPECT_EQ(heard("measure begins").size(), 1U);
  EXPECT_EQ(workers_of(heard("busy begins")), kContexts - 1);
  EXPECT_EQ(workers_of(heard("rest")), kContexts - 1) << "each was told that it is over";
  EXPECT_NE(heard("measure begins").front().worker, heard("busy begins").front().worker);
  const std::vector<Heard> all = heard("");
  EXPECT_EQ(all.back().what, "busy ends");
}

// If two tried algorithms at once, each would find what is quick beside the other.
TEST_F(WorkerPoolTest, ClientsChooseTheirAlgorithmsOneAfterTheOther) {
  for (const Measurement measurement : {Measurement::kNeighbours, Measurement::kSaturation}) {
    std::filesystem::remove(folder_ / "heard");
    ASSERT_EQ(pool_.run(unit_of(measurement)).kind, OutcomeKind::kMeasured);
    EXPECT_EQ(workers_of(heard("choose begins")), kContexts);
    const std::vector<Heard> all = heard("");
    for (std::size_t i = 0; i < std::size_t{2} * kContexts; i += 2) {
      EXPECT_THAT(all[i].what, StartsWith("choose begins"));
      EXPECT_EQ(all[i + 1].what, "choose ends");
      EXPECT_EQ(all[i].worker, all[i + 1].worker);
    }
  }
}

TEST_F(WorkerPoolTest, NeighboursChooseForTheirOwnNetwork) {
  ASSERT_EQ(pool_.run(unit_of(Measurement::kNeighbours)).kind, OutcomeKind::kMeasured);
  const std::string victim = heard("measure begins").front().worker;
  for (const Heard& one : heard("choose begins")) {
    const WorkUnit chosen = decode_unit(one.what.substr(std::string("choose begins ").size())).value();
    EXPECT_EQ(chosen.model, one.worker == victim ? "resnet18" : "unet");
  }
}

TEST_F(WorkerPoolTest, RatesOfClientsAreAdded) {
  const Outcome outcome = pool_.run(unit_of(Measurement::kSaturation));
  ASSERT_EQ(outcome.kind, OutcomeKind::kMeasured) << outcome.message;
  EXPECT_DOUBLE_EQ(outcome.part.saturations.front().jobs_per_s, 100 * kContexts);
  std::vector<std::string> goes;
  for (const Heard& one : heard("go ")) goes.push_back(one.what);
  ASSERT_EQ(goes.size(), kContexts);
  EXPECT_THAT(goes, Each(goes.front())) << "they begin together";
}

// Busy clients would take the next request for the end of their work.
TEST_F(WorkerPoolTest, NobodyStaysBusyIfNothingCouldBeMeasured) {
  std::ofstream(folder_ / "refuses-measure") << "";
  EXPECT_EQ(pool_.run(unit_of(Measurement::kNeighbours)).kind, OutcomeKind::kUnavailable);
  std::filesystem::remove(folder_ / "refuses-measure");
  std::filesystem::remove(folder_ / "heard");
  const Outcome outcome = pool_.run(unit_of(Measurement::kNeighbours));
  EXPECT_EQ(outcome.kind, OutcomeKind::kMeasured) << outcome.message;
  EXPECT_EQ(workers_of(heard("choose begins")), kContexts);
}

TEST_F(WorkerPoolTest, AWorkerThatTalksNonsenseCostsOneUnit) {
  ASSERT_EQ(pool_.run(unit_of(Measurement::kNeighbours)).kind, OutcomeKind::kMeasured);
  std::ofstream(folder_ / "mps") << "no profile";
  EXPECT_EQ(pool_.run(unit_of(Measurement::kNeighbours)).kind, OutcomeKind::kFailed);
  write("mps", as_client_sees_it(read_profile(folder_ / "timing").value()));
  EXPECT_EQ(pool_.run(unit_of(Measurement::kNeighbours)).kind, OutcomeKind::kMeasured);
}

}  // namespace
}  // namespace daris
