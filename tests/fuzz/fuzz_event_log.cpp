// Any bytes as an event log: read to the end and replayed. Nothing may crash, hang or break an invariant.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <sstream>
#include <string>

#include "analysis/event_log_reader.h"
#include "analysis/replay.h"

namespace {

daris::Result<daris::EventLogReader> open(const std::string& text) {
  return daris::EventLogReader::from_stream(std::make_unique<std::istringstream>(text), "log");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  daris::Result<daris::EventLogReader> reader = open(text);
  if (!reader.ok()) return 0;
  daris::LoggedStep step;
  daris::Result<bool> more = reader.value().next(step);
  while (more.ok() && more.value()) more = reader.value().next(step);
  // Placement takes time in proportion to tasks and contexts; the reader bounds both by the size of the text.
  (void)daris::replay(open(text).value(), "log");
  return 0;
}
