#include "runtime/rivals/client_program.h"

#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include "base/host/new_file.h"
#include "runtime/core_pin.h"

namespace daris {
namespace {

bool say(int output, const std::string& line) { return write_all(output, line + "\n") == 0; }

// What libraries throw has lines that say where in their code it happened.
Error error_of(const std::exception& thrown) {
  const std::string text = thrown.what();
  return environment_error(text.substr(0, text.find('\n')));
}

Result<ClientReady> prepare(const MakeEngine& make, const Result<ClientSetup>& setup,
                            std::unique_ptr<RivalEngine>& engine) {
  if (!setup.ok()) return setup.error();
  try {
    PreparedEngine prepared = make(setup.value());
    engine = std::move(prepared.engine);
    return prepared.ready;
  } catch (const std::exception& thrown) {
    return error_of(thrown);
  }
}

Result<LoopResult> run(RivalEngine& engine, const std::string& line, std::optional<std::uint32_t> core) {
  DARIS_TRY_ASSIGN(const LoopPlan plan, decode_plan(line));
  try {
    const CorePin pin(core);
    return run_loop(engine, plan);
  } catch (const std::exception& thrown) {
    return error_of(thrown);
  }
}

int serve(const MakeEngine& make, int output) {
  std::string line;
  if (!std::getline(std::cin, line)) return 0;
  const Result<ClientSetup> setup = decode_client_setup(line);
  std::unique_ptr<RivalEngine> engine;
  const Result<ClientReady> ready = prepare(make, setup, engine);
  if (!say(output, encode_ready(ready)) || !ready.ok()) std::_Exit(1);
  while (std::getline(std::cin, line)) {
    const Result<LoopResult> result = run(*engine, line, setup.value().core);
    if (!say(output, encode_result(result)) || !result.ok()) std::_Exit(1);
  }
  std::_Exit(0);
}

}  // namespace

// Standard output belongs to the parent, so whatever a library prints goes to standard error.
void run_rival_client(const MakeEngine& make) {
  const int output = dup(STDOUT_FILENO);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  std::_Exit(serve(make, output));
}

}  // namespace daris
