// The finished points of sweeps' folders, one after the other. Few bytes of each are held in memory, so that
// there may be a million.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/json.h"
#include "base/result.h"
#include "experiment/sweep/point_pack.h"

namespace daris {

// Takes a point: its text as it stands in a report of several points, without the indentation of its first
// line, and the same parsed. Returns false to end.
using TakePoint = std::function<bool(std::string_view text, const Json& point)>;

class MergedPoints {
 public:
  // Finds the points that the folders' plans name, each once, in the order of the plans, those of the first
  // folder first. A point comes from the first folder that has it, from a file of its own first. Errors: a
  // folder that is not a sweep's, a file that does not hold the point of its name, no finished point at all,
  // simulated points beside live ones; of the environment.
  [[nodiscard]] static Result<MergedPoints> of(const std::vector<std::filesystem::path>& folders);

  // The report without its points. What could not be run stands in `not_run`, if there is any.
  [[nodiscard]] const Json& head() const { return head_; }
  [[nodiscard]] std::size_t size() const { return order_.size(); }
  // Ids of points that no folder has finished (experiment/sweep/id_set.h), in the plans' order. Of some the
  // head has the reason.
  [[nodiscard]] const std::vector<std::uint64_t>& missing() const { return missing_; }

  // Hands over all points in their order. Errors: of the environment; a point changed since of().
  [[nodiscard]] Status for_each(const TakePoint& take) const;

 private:
  // Where points come from: a pack, or the files of their own in a folder.
  struct Source {
    std::uint32_t folder = 0;
    std::filesystem::path pack;  // empty: DIR/points/ID.json
  };
  struct Place {
    std::uint64_t id = 0;
    std::uint64_t offset = 0;  // these two are of a pack
    std::uint32_t bytes = 0;
    std::uint32_t source = 0;  // index into sources_

    [[nodiscard]] PackedPoint packed() const { return {id, offset, bytes}; }
  };

  [[nodiscard]] Status index_packs();
  [[nodiscard]] Status plan();
  // Adds the point to order_, if a folder has it. Returns whether one does.
  [[nodiscard]] bool find(std::uint64_t id);
  [[nodiscard]] Status merge_heads();
  [[nodiscard]] std::filesystem::path file_of(const Place& place) const;
  [[nodiscard]] bool has_own_file(const Place& place) const { return place.source < folders_.size(); }
  // Errors: the file is no report, or holds another point: it was copied or renamed.
  [[nodiscard]] Result<Json> own_file(const Place& place) const;
  // A report with the file's point alone, as write_report() writes it.
  [[nodiscard]] static Result<std::string> text_of_own_file(const std::filesystem::path& file);

  std::vector<std::filesystem::path> folders_;
  std::vector<bool> has_own_files_;   // by folder
  std::vector<Source> sources_;       // files of their own folder by folder, and then packs in the same order
  std::vector<Place> places_;         // by id; those of packs come first, in the order of their ids
  std::vector<std::uint32_t> order_;  // indices into places_
  std::vector<std::uint64_t> missing_;
  std::size_t packed_ = 0;  // how many of the places are in packs
  Json head_;
};

}  // namespace daris
