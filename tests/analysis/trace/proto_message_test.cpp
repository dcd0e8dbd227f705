#include "analysis/trace/proto_message.h"

#include <gtest/gtest.h>

#include <string>

namespace daris {
namespace {

// Bytes are of the encoding guide of Protocol Buffers.
TEST(ProtoMessage, WritesVarints) {
  EXPECT_EQ(ProtoMessage().number(1, 150).bytes(), "\x08\x96\x01");
  EXPECT_EQ(ProtoMessage().number(1, 0).bytes(), std::string("\x08\x00", 2));
  EXPECT_EQ(ProtoMessage().number(16, 1).bytes(), "\x80\x01\x01");
  EXPECT_EQ(ProtoMessage().signed_number(1, -1).bytes(), "\x08" + std::string(9, '\xff') + "\x01");
}

TEST(ProtoMessage, WritesTextsMessagesAndFixedNumbers) {
  EXPECT_EQ(ProtoMessage().text(2, "testing").bytes(), "\x12\x07testing");
  EXPECT_EQ(ProtoMessage().message(3, ProtoMessage().number(1, 150)).bytes(), "\x1a\x03\x08\x96\x01");
  EXPECT_EQ(ProtoMessage().fixed64(1, 0x0102).bytes(), std::string("\x09\x02\x01\0\0\0\0\0\0", 9));
}

}  // namespace
}  // namespace daris
