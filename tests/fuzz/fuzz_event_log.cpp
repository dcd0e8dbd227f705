// Takes any bytes as an event log, and reads it to the end or replays it. Nothing may crash, hang or break an
// invariant. What is read the quick way must be what the JSON parser reads.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include "analysis/logs/event_log_line.h"
#include "analysis/logs/event_log_reader.h"
#include "analysis/logs/replay.h"
#include "base/check.h"
#include "tests/analysis/logs/log_line_text.h"

namespace {

daris::Result<daris::EventLogReader> open(const std::string& text) {
  return daris::EventLogReader::from_stream(std::make_unique<std::istringstream>(text), "log");
}

void read_both_ways(const std::string& text, const daris::LineLimits& limits) {
  std::istringstream lines(text);
  std::string line;
  daris::LogLine scanned;
  while (std::getline(lines, line)) {
    if (!daris::scan_line(line, limits, scanned)) continue;
    const daris::Result<daris::LogLine> parsed = daris::parse_line(line, "log", limits);
    DARIS_CHECK(parsed.ok());
    DARIS_CHECK(daris::testing::text_of(scanned) == daris::testing::text_of(parsed.value()));
  }
}

}  // namespace

// One header is parsed for each input, since that takes most of the time. So a log is either read to its end
// or replayed, by the parity of its size. A replay ends at the first decision that differs.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  daris::Result<daris::EventLogReader> reader = open(text);
  if (!reader.ok()) return 0;
  read_both_ways(text, daris::limits_of(reader.value().header().setup));
  if (size % 2 == 0) {
    // Placement takes time in proportion to tasks and contexts. The reader bounds both by the size of the
    // text.
    (void)daris::replay(std::move(reader).value(), "log");
    return 0;
  }
  daris::LoggedStep step;
  daris::Result<bool> more = reader.value().next(step);
  while (more.ok() && more.value()) more = reader.value().next(step);
  return 0;
}
