// Pipes as inputs. A pipe gives its bytes once, but a run may read an input several times.
#pragma once

#include <cstdint>
#include <filesystem>
#include <istream>
#include <memory>
#include <string>

#include "base/result.h"

namespace daris {

// Tells whether `file` is a pipe, a FIFO or a device.
[[nodiscard]] bool is_stream(const std::filesystem::path& file);

// All that the stream gives. It is read at the first call and kept for the life of the process; several names
// of one pipe give the same. Threads: any. Errors: it can't be read, or gives more than `bytes_max`.
// REQUIRES: is_stream(file).
[[nodiscard]] Result<std::shared_ptr<const std::string>> kept_stream(const std::filesystem::path& file,
                                                                     std::uint64_t bytes_max);

// Reads `text`, which it shares and does not copy. REQUIRES: not null.
[[nodiscard]] std::unique_ptr<std::istream> stream_of(std::shared_ptr<const std::string> text);

}  // namespace daris
