// Ids of points as numbers, so that a million of them take little memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daris {

// Tells whether a text is an id: 16 hexadecimal digits (experiment/point_id.h).
[[nodiscard]] bool is_id(std::string_view text);
// The number behind an id; nullopt if the text is none.
[[nodiscard]] std::optional<std::uint64_t> id_number(std::string_view id);
// The id of that number.
[[nodiscard]] std::string id_text(std::uint64_t number);

// Takes 11 to 22 bytes for each of many ids.
class IdSet {
 public:
  // Returns false if it was there.
  bool insert(std::uint64_t id);
  [[nodiscard]] bool contains(std::uint64_t id) const;
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  // Where the id is or would be. REQUIRES: slots_ has a free one, and id is not 0.
  [[nodiscard]] std::size_t slot_of(std::uint64_t id) const;
  void grow();

  std::vector<std::uint64_t> slots_;  // as many as a power of two; 0: free
  std::size_t size_ = 0;
  bool has_zero_ = false;
};

}  // namespace daris
