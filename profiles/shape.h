// The shape of a run: how a GPU is cut into the contexts and slots that a policy decides over.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace daris {

// Says how a context gets its SMs. "Backend" is the word in code and options; profiles call it "mechanism".
enum class Backend { kGreen, kMps, kStreams, kCpu };

[[nodiscard]] std::string_view to_text(Backend backend);

struct Shape {
  Backend backend = Backend::kGreen;
  std::uint32_t contexts = 1;                       // Nc
  std::uint32_t streams = 1;                        // Ns, of each context
  std::uint32_t oversubscription_milli = 1000;      // OS in thousandths
  std::optional<std::uint32_t> sms = std::nullopt;  // the whole machine is confined to so many; nullopt: all

  friend bool operator==(const Shape&, const Shape&) = default;
};

// OS = 2, the default; if there are fewer contexts, OS is Nc.
inline constexpr std::uint32_t kDefaultOversubscriptionMilli = 2000;

// Contexts of the closed loop in which load is counted.
inline constexpr std::uint32_t kSaturationContexts = 8;

// The shape of that closed loop: kSaturationContexts of one stream each, at the default OS. On streams, where
// each context sees all SMs, OS is the number of contexts.
[[nodiscard]] Shape saturation_shape(Backend backend);

}  // namespace daris
