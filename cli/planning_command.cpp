#include "cli/planning_command.h"

#include "base/host/exit_code.h"
#include "base/host/interrupt.h"
#include "base/host/output.h"
#include "base/host/progress.h"
#include "base/json/write.h"
#include "base/printable_text.h"

namespace daris {

int planning_command(const Arguments& arguments, const std::string& name, std::chrono::milliseconds grace,
                     const std::function<Result<PlanForPeople>(const CapacityProgress&)>& make_plan) {
  const std::string output = arguments.text("output");
  if (const Status writable = check_output(output); !writable.ok()) return fail(writable.error());
  catch_interrupts({grace, "interrupted; nothing was written"});
  const StatusLine status(ProgressMode::kAuto);
  const Result<PlanForPeople> plan = make_plan([&](const std::string& what) { status.show(what); });
  status.clear();
  if (interrupted()) return fail(kInterrupted, "interrupted; nothing was written");
  if (!plan.ok()) return fail(plan.error());
  const InterruptHold until_written;
  const Status written = keep_output(output, write_json(plan.value().document), name);
  if (!written.ok()) return fail(written.error());
  if (!arguments.has("no-table") && !plan.value().table.empty()) note(printable_lines(plan.value().table));
  if (!plan.value().text.empty()) note(printable_lines(plan.value().text));
  if (plan.value().mishap) return fail(*plan.value().mishap);
  return kDone;
}

}  // namespace daris
