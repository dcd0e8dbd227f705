#include "runtime/step_recorder.h"

#include <chrono>

#include "base/check.h"
#include "runtime/core_pin.h"

namespace daris {
namespace {

constexpr std::chrono::milliseconds kLook{1};  // how often the observers' thread looks for filled chunks

StepChunk* reversed(StepChunk* list) {
  StepChunk* result = nullptr;
  while (list != nullptr) {
    StepChunk* const next = list->next;
    list->next = result;
    result = list;
    list = next;
  }
  return result;
}

}  // namespace

StepRecorder::StepRecorder(std::span<Observer* const> observers, std::size_t chunks,
                           std::optional<std::uint32_t> scheduler_core)
    : observers_(observers.begin(), observers.end()), scheduler_core_(scheduler_core), set_aside_(chunks) {
  DARIS_CHECK(chunks > 0);
  chunks_.reserve(2 * chunks);
  for (std::size_t i = 0; i < chunks; ++i) {
    chunks_.push_back(std::make_unique<StepChunk>());
    free_.put(chunks_.back().get());
  }
  take_chunk();
  thread_ = std::thread([this] { observe(); });
}

StepRecorder::~StepRecorder() {
  if (thread_.joinable()) finish(end_);
}

void StepRecorder::record(const Step& step) {
  if (filling_->full()) {
    filled_.put(filling_);
    take_chunk();
  }
  filling_->add(step);
}

void StepRecorder::finish(Time end) {
  DARIS_CHECK(thread_.joinable());
  filled_.put(filling_);
  end_ = end;
  finishing_.store(true, std::memory_order_release);
  thread_.join();
}

void StepRecorder::take_chunk() {
  // Chunks that have come back go on top.
  if (StepChunk* const back = free_.take_all()) {
    StepChunk* last = back;
    while (last->next != nullptr) last = last->next;
    last->next = spare_;
    spare_ = back;
  }
  if (spare_ == nullptr) {
    chunks_.push_back(std::make_unique<StepChunk>());
    spare_ = chunks_.back().get();
    spare_->next = nullptr;
  }
  filling_ = spare_;
  spare_ = spare_->next;
}

void StepRecorder::observe() {
  keep_off(scheduler_core_);
  for (;;) {
    const bool last = finishing_.load(std::memory_order_acquire);
    if (tell_filled()) continue;
    if (last) break;
    std::this_thread::sleep_for(kLook);
  }
  for (Observer* const observer : observers_) observer->on_end(end_);
}

// Returns false if there was nothing to tell.
bool StepRecorder::tell_filled() {
  StepChunk* chunk = reversed(filled_.take_all());
  if (chunk == nullptr) return false;
  while (chunk != nullptr) {
    StepChunk* const next = chunk->next;
    chunk->replay(observers_);
    chunk->clear();
    free_.put(chunk);
    chunk = next;
  }
  return true;
}

}  // namespace daris
