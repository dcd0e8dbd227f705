#include "runtime/mps/segment.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "base/check.h"

namespace daris {
namespace {

constexpr std::size_t kPage = 4096;

std::size_t whole_pages(std::size_t bytes) { return (bytes + kPage - 1) / kPage * kPage; }

// The offsets at which a worker's parts begin in its share of the memory.
struct Layout {
  explicit Layout(std::uint32_t streams)
      : slots(sizeof(CommandRing) + sizeof(WorkerReport)),
        lines(whole_pages(slots + streams * sizeof(SlotReport))),
        bytes(lines + whole_pages(streams * sizeof(StampLine))) {}

  static constexpr std::size_t kReport = sizeof(CommandRing);
  std::size_t slots;
  std::size_t lines;
  std::size_t bytes;
};

template <typename T>
T* at(std::byte* memory, std::size_t offset) {
  return std::launder(reinterpret_cast<T*>(memory + offset));
}

Error system_error(const std::string& what) { return environment_error(what + ": " + std::strerror(errno)); }

}  // namespace

void WorkerReport::set_fault(const std::string& text) {
  const std::size_t length = std::min(text.size(), fault.size() - 1);
  std::copy_n(text.begin(), length, fault.begin());
  fault[length] = 0;
  faulted.store(1, std::memory_order_release);
}

Segment::Segment(int descriptor, std::uint32_t workers, std::uint32_t streams)
    : descriptor_(descriptor), workers_(workers), streams_(streams) {}

std::size_t Segment::bytes() const { return workers_ * Layout(streams_).bytes; }

Result<Segment> Segment::attach(int descriptor, std::uint32_t workers, std::uint32_t streams) {
  Segment segment(descriptor, workers, streams);
  void* const memory = mmap(nullptr, segment.bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (memory == MAP_FAILED) return system_error("no shared memory");
  segment.memory_ = static_cast<std::byte*>(memory);
  return segment;
}

Result<Segment> Segment::create(std::uint32_t workers, std::uint32_t streams) {
  const int descriptor = memfd_create("daris-mps", MFD_CLOEXEC);
  if (descriptor < 0) return system_error("no shared memory");
  const Layout layout(streams);
  if (ftruncate(descriptor, static_cast<off_t>(workers * layout.bytes)) != 0) {
    close(descriptor);
    return system_error("no shared memory");
  }
  DARIS_TRY_ASSIGN(Segment made, attach(descriptor, workers, streams));
  for (std::uint32_t worker = 0; worker < workers; ++worker) {
    std::byte* const memory = made.memory_ + worker * layout.bytes;
    new (memory) CommandRing;
    new (memory + Layout::kReport) WorkerReport;
    for (std::uint32_t stream = 0; stream < streams; ++stream) {
      new (memory + layout.slots + stream * sizeof(SlotReport)) SlotReport;
      new (memory + layout.lines + stream * sizeof(StampLine)) StampLine;
    }
  }
  return made;
}

Segment::Segment(Segment&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      workers_(other.workers_),
      streams_(other.streams_),
      memory_(std::exchange(other.memory_, nullptr)) {}

Segment::~Segment() {
  if (memory_ != nullptr) munmap(memory_, bytes());
  if (descriptor_ >= 0) close(descriptor_);
}

WorkerMemory Segment::worker(ContextId context) const {
  DARIS_CHECK(context.value() < workers_);
  const Layout layout(streams_);
  std::byte* const memory = memory_ + context.at() * layout.bytes;
  return {at<CommandRing>(memory, 0),
          at<WorkerReport>(memory, Layout::kReport),
          {at<SlotReport>(memory, layout.slots), streams_},
          {at<StampLine>(memory, layout.lines), streams_}};
}

}  // namespace daris
