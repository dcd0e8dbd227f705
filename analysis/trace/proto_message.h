// Writes messages of Protocol Buffers, the few kinds of fields that a trace needs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace daris {

// One message under construction. Fields stand in the order in which they are added.
class ProtoMessage {
 public:
  ProtoMessage& number(std::uint32_t field, std::uint64_t value);        // uint32, uint64, bool, enum
  ProtoMessage& signed_number(std::uint32_t field, std::int64_t value);  // int32, int64
  ProtoMessage& fixed64(std::uint32_t field, std::uint64_t value);
  ProtoMessage& text(std::uint32_t field, std::string_view value);
  ProtoMessage& message(std::uint32_t field, const ProtoMessage& value);

  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void varint(std::uint64_t value);
  void key(std::uint32_t field, std::uint32_t wire_type) { varint((std::uint64_t{field} << 3) | wire_type); }

  std::string bytes_;
};

}  // namespace daris
