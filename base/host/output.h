// Writes results to `-o FILE` or to standard output.
#pragma once

#include <string>
#include <string_view>

#include "base/host/files.h"
#include "base/result.h"

namespace daris {

// True for a name that stands for standard output: an empty one and "-".
[[nodiscard]] bool is_standard_output(const std::string& file);

// Writes `text` to `file` (base/host/files.h). If `file` is empty or "-", writes to standard output. Errors:
// of the environment.
[[nodiscard]] Status write_output(const std::string& file, std::string_view text);

// As write_output(), for what took long to make. If it can't be written, it goes to the first other place
// that takes it: the working folder, $TMPDIR, /tmp, the home folder, standard output. `what` is its name:
// "report". A reader of standard output that has gone before it got anything counts as a place that can't be
// written. Errors: of the environment; the message says where the text is.
[[nodiscard]] Status keep_output(const std::string& file, std::string_view text, const std::string& what);
// The same for a text in pieces, which are asked for anew for each place. An interrupt ends the program also
// while it is written.
[[nodiscard]] Status keep_output(const std::string& file, const TextPieces& pieces, const std::string& what);

// Puts the text into such a place after `status`, the reason why it could not be written. Returns the error
// with the place.
[[nodiscard]] Error keep_elsewhere(const Error& status, const TextPieces& pieces, const std::string& what,
                                   bool was_standard_output = false);

// Checks before a long run that `file`, or standard output, can be written after it. Makes nothing. Errors:
// of the environment.
[[nodiscard]] Status check_output(const std::string& file);

}  // namespace daris
