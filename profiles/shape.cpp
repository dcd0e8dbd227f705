#include "profiles/shape.h"

#include "profiles/backend_names.h"

namespace daris {

std::string_view to_text(Backend backend) { return name_in(kBackendNames, backend); }

Shape saturation_shape(Backend backend) {
  const std::uint32_t milli =
      backend == Backend::kStreams ? 1000 * kSaturationContexts : kDefaultOversubscriptionMilli;
  return {backend, kSaturationContexts, 1, milli, std::nullopt};
}

}  // namespace daris
