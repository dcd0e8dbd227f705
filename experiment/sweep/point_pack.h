// Packs: files of many finished points each, for sweeps that are too large for a file a point
// (docs/formats.md, "Packs").
//
// A pack only grows, by whole points, and belongs to the process that made it. A line before each point says
// how long the point is, and its hash. So a pack is valid wherever it was cut off.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "base/host/host_facts.h"
#include "base/result.h"

namespace daris {

// Where a point's report lies in its pack.
struct PackedPoint {
  std::uint64_t id = 0;
  std::uint64_t offset = 0;
  std::uint32_t bytes = 0;
};

// Writes points into packs of its own in one folder. Threads: any.
class PackWriter {
 public:
  // Packs are called NAME.pack, NAME-2.pack and so on; names that are taken are left out. Makes nothing yet.
  PackWriter(std::filesystem::path folder, std::string name)
      : folder_(std::move(folder)), name_(std::move(name)) {}
  // Calls finish(); who wants to know its outcome calls it before.
  ~PackWriter();
  PackWriter(const PackWriter&) = delete;
  PackWriter& operator=(const PackWriter&) = delete;

  // The report stays if the process is killed from here on. Within a second, the disk has it too. Errors: of
  // the environment; the pack is then as it was before.
  [[nodiscard]] Status add(std::uint64_t id, std::string_view report);
  // Waits until the disk has all, and closes the pack. Errors: of the environment; points since the last
  // second may be lost.
  [[nodiscard]] Status finish();

 private:
  [[nodiscard]] Status open_next();
  [[nodiscard]] Status sync();

  const std::filesystem::path folder_;
  const std::string name_;
  std::mutex mutex_;
  std::filesystem::path file_;
  int descriptor_ = -1;
  unsigned opened_ = 0;
  std::uint64_t bytes_ = 0;  // of the open pack
  StopWatch since_sync_;
};

// Takes a whole point; returns false to end.
using TakePacked = std::function<bool(const PackedPoint& point, std::string_view report)>;

// Hands over the whole points of a pack in their order. One whose bytes are not those that were written is
// left out, and so is all behind a line that is none. Errors: of the environment.
[[nodiscard]] Status read_pack(const std::filesystem::path& file, const TakePacked& take);

// The first bytes of the report at that place, as they stand there.
[[nodiscard]] Result<std::string> read_packed_begin(const std::filesystem::path& file,
                                                    const PackedPoint& point, std::size_t bytes);
// The report at that place. Errors: it is not what was written; of the environment.
[[nodiscard]] Result<std::string> read_packed(const std::filesystem::path& file, const PackedPoint& point);

}  // namespace daris
