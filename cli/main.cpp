#include <string>
#include <vector>

#include "cli/commands.h"

int main(int count, char** words) {
  return daris::run_program(std::vector<std::string>(words + 1, words + count));
}
