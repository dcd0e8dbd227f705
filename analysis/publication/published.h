// What is published together: reports, and documents that were made of reports.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analysis/report/flat_config.h"
#include "base/json/json.h"
#include "base/result.h"

namespace daris {

struct PublishedDocument {
  std::string file;    // as it was named
  std::string sha256;  // of its bytes
  Json content;
};

struct Published {
  std::vector<PublishedDocument> reports;      // schema daris.report
  std::vector<PublishedDocument> validations;  // daris.validation
  std::vector<PublishedDocument> ablations;    // daris.ablations
  std::vector<PublishedDocument> others;       // daris.published: what others found
};

// Reads the files, whatever their order, with `threads` threads. Errors: as docs/formats.md, "Input that is
// wrong"; a file of another schema, or of another version of a schema.
[[nodiscard]] Result<Published> read_published(std::span<const std::string> files, std::size_t threads);

// Errors: there is no report, or none has a point.
[[nodiscard]] Status check_points(const Published& published);

// One point of the reports, with its configuration as texts.
struct PublishedPoint {
  std::size_t report = 0;  // index
  const Json* point = nullptr;
  FlatConfig config;
};
// In the order of the reports. The pointers live as long as `published`.
[[nodiscard]] std::vector<PublishedPoint> points_of(const Published& published);

// The levels that any of the points has, ascending.
[[nodiscard]] std::vector<std::uint64_t> levels_in(std::span<const PublishedPoint> points);

// Tells whether a setting is a switch that has one value for each policy, such as one that a policy alone
// obeys. It says nothing beside the policy.
[[nodiscard]] bool is_of_policy(const std::string& key, std::span<const PublishedPoint> points);

// What a report is called beside the others: its file without folders, unless two are called so.
[[nodiscard]] std::string short_name(const Published& published, std::size_t report);

// "simulated: NVIDIA H100 80GB HBM3, driver 580.159.04", "measured on ...". REQUIRES: a valid report.
[[nodiscard]] std::string world_of(const Json& report);

}  // namespace daris
