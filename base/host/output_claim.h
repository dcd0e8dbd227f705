// Keeps apart what a command reads and what it writes: no output is one of its inputs, and no two outputs are
// one file.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace daris {

// Says, before anything is read, that `flag` ("--log") writes to `file`; empty or "-" is standard output. The
// claim holds for the life of the process. Devices that keep nothing, such as /dev/null and a terminal, can't
// be claimed. Errors: of the input; another flag writes there, by whatever name or link. Threads: any.
[[nodiscard]] Status claim_output(const std::string& flag, const std::string& file);

// Asked of each file that is read. Errors: of the input; the file is claimed, under whatever name or link.
// Threads: any.
[[nodiscard]] Status check_input(const std::filesystem::path& file);

}  // namespace daris
