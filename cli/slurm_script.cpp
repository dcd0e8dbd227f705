#include "cli/slurm_script.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/shell_word.h"

namespace daris {
namespace {

// "1-4,7": what sbatch takes as --array.
std::string ranges_of(const std::vector<std::size_t>& elements) {
  std::string text;
  for (std::size_t i = 0; i < elements.size();) {
    std::size_t last = i;
    while (last + 1 < elements.size() && elements[last + 1] == elements[last] + 1) ++last;
    text += fmt::format("{}{}", text.empty() ? "" : ",", elements[i]);
    if (last > i) text += fmt::format("-{}", elements[last]);
    i = last + 1;
  }
  return text;
}

// sbatch reads its own lines without a shell, and a name with blanks would end at the first of them.
std::string job_name(const std::string& name) {
  std::string text = "daris";
  if (!name.empty()) text += "-" + name;
  std::replace_if(
      text.begin(), text.end(),
      [](char c) {
        return !(std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.');
      },
      '_');
  return text;
}

}  // namespace

std::string slurm_script(const SlurmArray& array) {
  std::string command = quoted_word(array.program) + " sweep";
  for (const std::string& word : array.words) command += " " + quoted_word(word);
  return fmt::format(
      "#!/bin/bash\n"
      "# A sweep of daris as an array of {jobs} jobs; each runs every {jobs}th point. All write to one "
      "folder, which\n"
      "# each of them must see. A job that was stopped goes on where it was if it is submitted again:\n"
      "# sbatch --array=K THIS_FILE. Then `daris merge` makes one report of the folder, and names what is "
      "missing.\n"
      "#SBATCH --job-name={name}\n"
      "#SBATCH --array={elements}\n"
      "#SBATCH --ntasks=1\n"
      "#SBATCH --cpus-per-task={threads}\n"
      "cd {folder} || exit 3\n"
      "exec {command} --threads {threads} --no-progress \\\n"
      "  --shard \"$SLURM_ARRAY_TASK_ID/{jobs}\"\n",
      fmt::arg("jobs", array.jobs), fmt::arg("name", job_name(array.name)),
      fmt::arg("elements", ranges_of(array.elements)), fmt::arg("threads", array.threads),
      fmt::arg("folder", quoted_word(array.working_folder)), fmt::arg("command", command));
}

}  // namespace daris
