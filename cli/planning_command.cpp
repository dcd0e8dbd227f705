#include "cli/planning_command.h"

#include "base/host/exit_code.h"
#include "base/host/interrupt.h"
#include "base/host/output.h"
#include "base/host/progress.h"
#include "base/json/write.h"
#include "base/printable_text.h"

namespace daris {

int planning_command(const Arguments& arguments, const PlanningWay& way,
                     const std::function<Result<PlanForPeople>(const CapacityProgress&)>& make_plan) {
  const std::string output = arguments.text("output");
  if (const Status writable = check_output(output); !writable.ok()) return fail(writable.error());
  catch_interrupts({way.grace, way.last_words});
  const StatusLine status(way.progress);
  const Result<PlanForPeople> plan = make_plan([&](const std::string& what) { status.show(what); });
  status.clear();
  const bool stands = plan.ok() && (!interrupted() || plan.value().stands_if_interrupted);
  if (!stands && interrupted()) return fail(kInterrupted, "interrupted; nothing was written");
  if (!plan.ok()) return fail(plan.error());
  const InterruptHold until_written;
  const Status written = keep_output(output, write_json(plan.value().document), way.name);
  if (!written.ok()) return fail(written.error());
  if (!arguments.has("no-table") && !plan.value().table.empty()) note(printable_lines(plan.value().table));
  if (!plan.value().text.empty()) note(printable_lines(plan.value().text));
  if (interrupted()) return fail(kInterrupted, "interrupted; the document holds what was found until then");
  if (plan.value().mishap) return fail(*plan.value().mishap);
  return kDone;
}

}  // namespace daris
