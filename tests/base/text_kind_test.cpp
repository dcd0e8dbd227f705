#include "base/text_kind.h"

#include <gtest/gtest.h>

#include <string>

namespace daris {
namespace {

TEST(TextKind, SaysWhatOtherFilesAreAndWhatToDo) {
  EXPECT_EQ(why_no_text("\x1f\x8b\x08"), "is compressed (gzip); unpack it first");
  EXPECT_EQ(why_no_text("PK\x03\x04more"), "is an archive (zip), or a spreadsheet; text is needed");
  EXPECT_EQ(why_no_text(std::string("\xff\xfe{\0", 4)), "is UTF-16; save it as UTF-8");
  EXPECT_EQ(why_no_text(std::string("\xfe\xff\0{", 4)), "is UTF-16; save it as UTF-8");
}

TEST(TextKind, TextMayBeginWithAnyCharacter) {
  for (const char* const text : {"", "{}", "PK", "BZ", "0.5\n", "\xef\xbb\xbf{}", "\xff"})
    EXPECT_EQ(why_no_text(text), std::nullopt) << text;
}

}  // namespace
}  // namespace daris
