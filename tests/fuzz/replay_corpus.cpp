// Runs a fuzz target over files instead of a fuzzer: every input of a corpus once, with any compiler.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "base/host/files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t inputs = 0;
  for (int i = 1; i < argc; ++i)
    for (const std::filesystem::path& file : files_in(argv[i])) {
      const daris::Result<std::string> text = daris::read_text_file(file);
      if (!text.ok()) return std::fprintf(stderr, "%s\n", text.error().message.c_str()), 1;
      const std::string& bytes = text.value();
      // Runs halves too: an input that breaks off in the middle must do no harm either.
      for (const std::size_t size : {bytes.size(), bytes.size() / 2}) {
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), size);
        ++inputs;
      }
    }
  std::printf("%zu inputs\n", inputs);
  return inputs > 0 ? 0 : 1;
}
