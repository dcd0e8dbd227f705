#include "runtime/mps/worker_command.h"

#include "base/check.h"

namespace daris {
namespace {

constexpr std::size_t kHeader = 7;
constexpr unsigned kHalf = 32;

}  // namespace

void encode(const WorkerCommand& command, std::vector<std::uint32_t>& words) {
  const auto posted = static_cast<std::uint64_t>(command.posted_ns);
  words.assign({static_cast<std::uint32_t>(command.kind), command.ticket, command.slot.value(),
                command.stage.value(), command.batch, static_cast<std::uint32_t>(posted),
                static_cast<std::uint32_t>(posted >> kHalf)});
  for (const JobId job : command.jobs) {
    words.push_back(job.ordinal);
    words.push_back(job.task.value());
  }
}

WorkerCommand CommandDecoder::decode(std::span<const std::uint32_t> words) {
  DARIS_CHECK(words.size() >= kHeader && (words.size() - kHeader) % 2 == 0);
  jobs_.clear();
  for (std::size_t i = kHeader; i < words.size(); i += 2) jobs_.push_back({words[i], TaskId(words[i + 1])});
  WorkerCommand command;
  command.kind = static_cast<CommandKind>(words[0]);
  command.ticket = words[1];
  command.slot = SlotId(words[2]);
  command.stage = StageIndex(words[3]);
  command.batch = words[4];
  command.posted_ns = static_cast<std::int64_t>(std::uint64_t{words[6]} << kHalf | words[5]);
  command.jobs = jobs_;
  return command;
}

}  // namespace daris
