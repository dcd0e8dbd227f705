#include <string>
#include <vector>

#include "base/host/program.h"
#include "cli/commands.h"

int main(int count, char** words) {
  return daris::run_as_program(
      [&] { return daris::run_program(std::vector<std::string>(words + 1, words + count)); });
}
