#include "tests/cli/program.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "analysis/report/report.h"
#include "base/json/json.h"

namespace daris {
namespace {

std::filesystem::path new_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "daris-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for the test");
  return pattern;
}

void redirect(int descriptor, const std::string& file) {
  const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::dup2(opened, descriptor);
  ::close(opened);
}

}  // namespace

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

ProgramTest::ProgramTest() : folder_(new_folder()) {}
ProgramTest::~ProgramTest() { std::filesystem::remove_all(folder_); }

std::string ProgramTest::write(const std::string& name, const std::string& text) const {
  std::string file = path(name);
  std::ofstream(file) << text;
  return file;
}

std::string ProgramTest::read(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

pid_t ProgramTest::start(const std::vector<std::string>& words) const {
  std::vector<std::string> all{DARIS_PROGRAM};
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char*> arguments;
  arguments.reserve(all.size() + 1);
  for (std::string& word : all) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const std::string output = path("stdout");
  const std::string messages = path("stderr");
  const pid_t child = ::fork();
  if (child == 0) {
    redirect(STDOUT_FILENO, output);
    redirect(STDERR_FILENO, messages);
    if (::chdir(folder_.c_str()) != 0) ::_exit(126);
    ::execv(arguments[0], arguments.data());
    ::_exit(126);
  }
  return child;
}

ProgramResult ProgramTest::wait(pid_t process) const {
  int status = 0;
  ::waitpid(process, &status, 0);
  ProgramResult result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.output = read(path("stdout"));
  result.messages = read(path("stderr"));
  return result;
}

ProgramResult ProgramTest::daris(const std::vector<std::string>& words) const { return wait(start(words)); }

int ProgramTest::shell(const std::string& line) const {
  const std::string whole = "cd " + path("") + " && D=" DARIS_PROGRAM " bash -c '" + line + "'";
  const int status = std::system(whole.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::vector<std::string> ProgramTest::inputs() {
  return {"--task-set", test_data("cameras.json"),   "--profile", synthetic_profile(),
          "--model",    test_data("contention.json")};
}

ProgramResult ProgramTest::simulate(std::vector<std::string> words) const {
  std::vector<std::string> all{"sim"};
  for (const std::string& word : inputs()) all.push_back(word);
  for (std::string& word : words) all.push_back(std::move(word));
  return daris(all);
}

std::string ProgramTest::write_sweep(const std::string& name, const std::string& grid,
                                     const std::string& more) const {
  return write(name, R"({"schema": "daris.sweep", "version": 1, "task_sets": [")" +
                         test_data("cameras.json") + R"("], "profile": ")" + synthetic_profile() +
                         R"(", "model": ")" + test_data("contention.json") +
                         R"(", "duration_s": 0.5, "warmup_s": 0.1, "grid": )" + grid + more + "}");
}

Json point_of(const std::string& text) {
  const Result<Json> report = parse_report(text, "report");
  EXPECT_TRUE(report.ok()) << (report.ok() ? "" : report.error().message);
  return report.ok() ? report.value()["points"][0] : Json();
}

std::string test_data(const std::string& name) {
  return std::string(DARIS_SOURCE_FOLDER) + "/tests/cli/data/" + name;
}
std::string synthetic_profile() {
  return std::string(DARIS_SOURCE_FOLDER) + "/tests/data/synthetic_profile.json";
}

}  // namespace daris
