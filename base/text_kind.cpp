#include "base/text_kind.h"

#include <algorithm>
#include <array>

namespace daris {
namespace {

struct Kind {
  std::string_view begin;
  std::string_view is;
};

using namespace std::string_view_literals;

// UTF-32 begins as UTF-16 does.
constexpr std::array kKinds = {
    Kind{"\x1f\x8b"sv, "is compressed (gzip); unpack it first"},
    Kind{"\x28\xb5\x2f\xfd"sv, "is compressed (zstd); unpack it first"},
    Kind{"\xfd\x37\x7a\x58\x5a"sv, "is compressed (xz); unpack it first"},
    Kind{"BZh"sv, "is compressed (bzip2); unpack it first"},
    Kind{"PK\x03\x04"sv, "is an archive (zip), or a spreadsheet; text is needed"},
    Kind{"\xff\xfe"sv, "is UTF-16; save it as UTF-8"},
    Kind{"\xfe\xff"sv, "is UTF-16; save it as UTF-8"},
};

}  // namespace

std::optional<std::string> why_no_text(std::string_view bytes) {
  const auto kind = std::find_if(kKinds.begin(), kKinds.end(),
                                 [&](const Kind& one) { return bytes.starts_with(one.begin); });
  if (kind == kKinds.end()) return std::nullopt;
  return std::string(kind->is);
}

}  // namespace daris
