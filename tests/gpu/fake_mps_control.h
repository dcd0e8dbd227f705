// For tests without a GPU: a shell script in the place of nvidia-cuda-mps-control. As a daemon it makes its
// pipe and waits. Questions go into the file `asked` beside it, with the state of a client that is to be
// terminated. It names itself as the only server.
#pragma once

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace daris::testing {

// The script is on the PATH as long as this object lives. REQUIRES: the folder outlives this object.
class FakeMpsControl {
 public:
  explicit FakeMpsControl(const std::filesystem::path& folder) : folder_(folder), path_(std::getenv("PATH")) {
    const std::string file = (folder / "nvidia-cuda-mps-control").string();
    std::ofstream(file) << "#!/bin/sh\n"
                           "pipe=$CUDA_MPS_PIPE_DIRECTORY\n"
                           "if [ \"$1\" = -f ]; then\n"
                           "  echo $$ > $pipe/pid; touch $pipe/control\n"
                           "  while [ -e $pipe/control ]; do sleep 0.02; done\n"
                           "  exit 0\n"
                           "fi\n"
                           "while read -r command; do\n"
                           "  echo \"$command\" >> "
                        << (folder / "asked").string()
                        << "\n"
                           "  [ \"${command%% *}\" = \"$(cat "
                        << (folder / "hangs").string()
                        << " 2> /dev/null)\" ] && exec sleep 60\n"
                           "  case $command in\n"
                           "    get_server_list) cat $pipe/pid;;\n"
                           "    terminate_client*) read -r p n state more < /proc/${command##* }/stat && "
                           "echo \"state $state\" >> "
                        << (folder / "asked").string()
                        << ";;\n"
                           "    quit) rm -f $pipe/control;;\n"
                           "  esac\n"
                           "done\n";
    ::chmod(file.c_str(), 0755);
    ::setenv("PATH", (folder.string() + ":" + path_).c_str(), 1);
  }
  ~FakeMpsControl() { ::setenv("PATH", path_.c_str(), 1); }
  FakeMpsControl(const FakeMpsControl&) = delete;
  FakeMpsControl& operator=(const FakeMpsControl&) = delete;

  // From here on the control program does not answer `command`.
  void hang_at(const std::string& command) const { std::ofstream(folder_ / "hangs") << command; }

  // The questions to the control program so far, line by line.
  [[nodiscard]] std::string asked() const {
    std::ifstream file(folder_ / "asked");
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

 private:
  std::filesystem::path folder_;
  std::string path_;
};

}  // namespace daris::testing
