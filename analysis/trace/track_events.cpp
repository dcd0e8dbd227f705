#include "analysis/trace/track_events.h"

#include <utility>

namespace daris {
namespace {

// Numbers of fields and values, from Perfetto's protos/perfetto/trace/.
namespace trace {
constexpr std::uint32_t kPacket = 1;
}
namespace packet {
constexpr std::uint32_t kTimestamp = 8;
constexpr std::uint32_t kSequenceId = 10;
constexpr std::uint32_t kTrackEvent = 11;
constexpr std::uint32_t kInternedData = 12;
constexpr std::uint32_t kSequenceFlags = 13;
constexpr std::uint32_t kTrackDescriptor = 60;
constexpr std::uint64_t kIncrementalStateCleared = 1;
constexpr std::uint64_t kNeedsIncrementalState = 2;
}  // namespace packet
namespace descriptor {
constexpr std::uint32_t kUuid = 1;
constexpr std::uint32_t kName = 2;
constexpr std::uint32_t kProcess = 3;
constexpr std::uint32_t kParentUuid = 5;
constexpr std::uint32_t kCounter = 8;
constexpr std::uint32_t kChildOrdering = 11;
constexpr std::uint32_t kSiblingOrderRank = 12;
constexpr std::uint64_t kExplicitOrder = 3;
constexpr std::uint32_t kProcessPid = 1;
constexpr std::uint32_t kProcessName = 6;
}  // namespace descriptor
namespace track_event {
constexpr std::uint32_t kCategoryIids = 3;
constexpr std::uint32_t kDebugAnnotations = 4;
constexpr std::uint32_t kType = 9;
constexpr std::uint32_t kNameIid = 10;
constexpr std::uint32_t kTrackUuid = 11;
constexpr std::uint32_t kCounterValue = 30;
constexpr std::uint32_t kFlowIds = 47;
constexpr std::uint32_t kTerminatingFlowIds = 48;
constexpr std::uint64_t kSliceBegin = 1;
constexpr std::uint64_t kSliceEnd = 2;
constexpr std::uint64_t kInstant = 3;
constexpr std::uint64_t kCounter = 4;
}  // namespace track_event
namespace annotation {
constexpr std::uint32_t kNameIid = 1;
constexpr std::uint32_t kBool = 2;
constexpr std::uint32_t kInt = 4;
constexpr std::uint32_t kText = 6;
}  // namespace annotation
namespace interned {
constexpr std::uint32_t kCategories = 1;
constexpr std::uint32_t kEventNames = 2;
constexpr std::uint32_t kAnnotationNames = 3;
constexpr std::uint32_t kIid = 1;
constexpr std::uint32_t kName = 2;
}  // namespace interned

constexpr std::uint64_t kSequence = 1;

void add_value(ProtoMessage& to, const Annotation& one) {
  if (const auto* const number = std::get_if<std::int64_t>(&one.value)) {
    to.signed_number(annotation::kInt, *number);
  } else if (const auto* const yes = std::get_if<bool>(&one.value)) {
    to.number(annotation::kBool, *yes ? 1 : 0);
  } else {
    to.text(annotation::kText, std::get<std::string_view>(one.value));
  }
}

}  // namespace

TrackEventTrace::TrackEventTrace() {
  ProtoMessage first;
  first.number(packet::kSequenceId, kSequence)
      .number(packet::kSequenceFlags, packet::kIncrementalStateCleared);
  trace_.message(trace::kPacket, first);
}

void TrackEventTrace::add_packet(ProtoMessage& packet) {
  packet.number(packet::kSequenceId, kSequence)
      .number(packet::kSequenceFlags, packet::kNeedsIncrementalState);
  if (!new_names_.bytes().empty()) packet.message(packet::kInternedData, std::exchange(new_names_, {}));
  trace_.message(trace::kPacket, packet);
}

TrackUuid TrackEventTrace::add_process(std::int32_t number, const std::string& name) {
  ProtoMessage process;
  process.signed_number(descriptor::kProcessPid, number).text(descriptor::kProcessName, name);
  ProtoMessage track;
  track.number(descriptor::kUuid, ++last_uuid_)
      .message(descriptor::kProcess, process)
      .number(descriptor::kChildOrdering, descriptor::kExplicitOrder);
  ProtoMessage packet;
  packet.message(packet::kTrackDescriptor, track);
  add_packet(packet);
  return last_uuid_;
}

TrackUuid TrackEventTrace::add_track(TrackUuid parent, const std::string& name, bool is_counter) {
  ProtoMessage track;
  track.number(descriptor::kUuid, ++last_uuid_)
      .text(descriptor::kName, name)
      .number(descriptor::kParentUuid, parent)
      .number(descriptor::kChildOrdering, descriptor::kExplicitOrder)
      .signed_number(descriptor::kSiblingOrderRank, ++children_[parent]);
  if (is_counter) track.message(descriptor::kCounter, {});
  ProtoMessage packet;
  packet.message(packet::kTrackDescriptor, track);
  add_packet(packet);
  return last_uuid_;
}

TrackUuid TrackEventTrace::add_track(TrackUuid parent, const std::string& name) {
  return add_track(parent, name, false);
}

TrackUuid TrackEventTrace::add_counter(TrackUuid parent, const std::string& name) {
  return add_track(parent, name, true);
}

std::uint64_t TrackEventTrace::id_of(Names& names, std::uint32_t field, std::string_view name) {
  if (const auto known = names.find(name); known != names.end()) return known->second;
  const std::uint64_t id = names.size() + 1;
  names.emplace(name, id);
  ProtoMessage entry;
  entry.number(interned::kIid, id).text(interned::kName, name);
  new_names_.message(field, entry);
  return id;
}

ProtoMessage TrackEventTrace::event(std::uint64_t type, TrackUuid track) {
  ProtoMessage event;
  event.number(track_event::kType, type).number(track_event::kTrackUuid, track);
  return event;
}

void TrackEventTrace::describe(ProtoMessage& event, std::string_view category, std::string_view name,
                               Annotations annotations) {
  event.number(track_event::kCategoryIids, id_of(categories_, interned::kCategories, category))
      .number(track_event::kNameIid, id_of(event_names_, interned::kEventNames, name));
  for (const Annotation& one : annotations) {
    ProtoMessage entry;
    entry.number(annotation::kNameIid, id_of(annotation_names_, interned::kAnnotationNames, one.name));
    add_value(entry, one);
    event.message(track_event::kDebugAnnotations, entry);
  }
}

void TrackEventTrace::add(Time at, const ProtoMessage& event) {
  ProtoMessage packet;
  packet.number(packet::kTimestamp, static_cast<std::uint64_t>(at.ns())).message(packet::kTrackEvent, event);
  add_packet(packet);
}

void TrackEventTrace::begin(TrackUuid track, Time at, std::string_view category, std::string_view name,
                            const Flows& flows, Annotations annotations) {
  ProtoMessage slice = event(track_event::kSliceBegin, track);
  describe(slice, category, name, annotations);
  for (const std::uint64_t flow : flows.through) slice.fixed64(track_event::kFlowIds, flow);
  for (const std::uint64_t flow : flows.ending) slice.fixed64(track_event::kTerminatingFlowIds, flow);
  add(at, slice);
}

void TrackEventTrace::end(TrackUuid track, Time at) { add(at, event(track_event::kSliceEnd, track)); }

void TrackEventTrace::instant(TrackUuid track, Time at, std::string_view category, std::string_view name,
                              Annotations annotations) {
  ProtoMessage mark = event(track_event::kInstant, track);
  describe(mark, category, name, annotations);
  add(at, mark);
}

void TrackEventTrace::count(TrackUuid counter, Time at, std::int64_t value) {
  ProtoMessage sample = event(track_event::kCounter, counter);
  sample.signed_number(track_event::kCounterValue, value);
  add(at, sample);
}

}  // namespace daris
