#include "analysis/trace/proto_message.h"

namespace daris {
namespace {

constexpr std::uint32_t kVarint = 0;
constexpr std::uint32_t kFixed64 = 1;
constexpr std::uint32_t kBytes = 2;

}  // namespace

void ProtoMessage::varint(std::uint64_t value) {
  while (value >= 0x80) {
    bytes_.push_back(static_cast<char>((value & 0x7f) | 0x80));
    value >>= 7;
  }
  bytes_.push_back(static_cast<char>(value));
}

ProtoMessage& ProtoMessage::number(std::uint32_t field, std::uint64_t value) {
  key(field, kVarint);
  varint(value);
  return *this;
}

ProtoMessage& ProtoMessage::signed_number(std::uint32_t field, std::int64_t value) {
  return number(field, static_cast<std::uint64_t>(value));  // in two's complement
}

ProtoMessage& ProtoMessage::fixed64(std::uint32_t field, std::uint64_t value) {
  key(field, kFixed64);
  for (int byte = 0; byte < 8; ++byte) bytes_.push_back(static_cast<char>((value >> (8 * byte)) & 0xff));
  return *this;
}

ProtoMessage& ProtoMessage::text(std::uint32_t field, std::string_view value) {
  key(field, kBytes);
  varint(value.size());
  bytes_.append(value);
  return *this;
}

ProtoMessage& ProtoMessage::message(std::uint32_t field, const ProtoMessage& value) {
  return text(field, value.bytes());
}

}  // namespace daris
