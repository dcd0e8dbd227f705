// The id of a point: equal ids mean equal results.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiment/settled_config.h"

namespace daris {

// Goes up with every change that gives other results for the same inputs. Otherwise points of an older
// version would pass for finished.
inline constexpr std::uint32_t kResultsVersion = 8;

// The most that results_version() gives.
inline constexpr std::uint32_t kResultsVersionMax = kResultsVersion + 4;

// The version for this configuration: higher if its results alone changed since the version of all was
// raised. What a report says of figures, such as warnings and whether an objective was shown, is not meant.
[[nodiscard]] std::uint32_t results_version(const SettledConfig& settled);

// The id for a version of the results, and the configuration without the names of its files on one line.
[[nodiscard]] std::string id_of(std::uint32_t version, const std::string& nameless_config,
                                const std::vector<std::string>& contents);

// 16 hexadecimal digits: the head of a SHA-256 over the version of the results, the configuration without the
// names of its files, and `contents`. A policy from a file counts by what was loaded. `contents` are the
// hashes of the files' contents, in an order that the caller chooses.
[[nodiscard]] std::string point_id(const SettledConfig& settled, const std::vector<std::string>& contents);

}  // namespace daris
