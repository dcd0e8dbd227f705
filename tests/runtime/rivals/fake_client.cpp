// A client without a GPU, for tests: the program of a real one with an engine whose jobs take 300 us. It
// writes down what it was told in the file FILE. `rival_fake_client FILE [NETWORK]`: one of NETWORK can't be
// set up; `rival_fake_client FILE die`: the process ends in the middle of its first plan.
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>

#include "runtime/rivals/client_program.h"
#include "tests/runtime/rivals/timed_engine.h"

namespace daris::testing {
namespace {

class DyingEngine final : public RivalEngine {
 public:
  void launch() override { std::_Exit(7); }
  bool ended() override { return false; }
};

PreparedEngine make(const ClientSetup& setup, const std::string& file, const std::string& wrong) {
  std::ofstream(file, std::ios::app) << setup.network << (setup.high_priority ? " high" : " low")
                                     << " client " << std::getenv("CUDA_MPS_CLIENT_PRIORITY") << "\n";
  if (setup.network == wrong) throw std::runtime_error("out of memory\nat a place in a library");
  if (wrong == "die") return {std::make_unique<DyingEngine>(), {true, 132}};
  return {std::make_unique<TimedEngine>(std::vector<std::int64_t>{300'000}), {true, 132}};
}

}  // namespace
}  // namespace daris::testing

int main(int count, char** words) {
  const std::string file = count > 1 ? words[1] : "";
  const std::string wrong = count > 2 ? words[2] : "";
  daris::run_rival_client(
      [&](const daris::ClientSetup& setup) { return daris::testing::make(setup, file, wrong); });
}
