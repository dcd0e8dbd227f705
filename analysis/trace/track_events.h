// Writes a trace of Perfetto's TrackEvents: tracks, slices, instants, counters and flows between slices.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analysis/trace/proto_message.h"
#include "base/time.h"

namespace daris {

using TrackUuid = std::uint64_t;

// A fact about a slice or an instant, which Perfetto shows beside it.
struct Annotation {
  std::string_view name;
  std::variant<std::int64_t, bool, std::string_view> value;
};
using Annotations = std::initializer_list<Annotation>;

// The arrows that begin or go on at a slice, and those that end there. Equal ids are one flow.
struct Flows {
  std::vector<std::uint64_t> through;
  std::vector<std::uint64_t> ending;
};

// Slices of one track must nest or follow each other. Events of equal times stand in the order in which they
// were added. Names are written once and then referred to. One owner, one thread.
class TrackEventTrace {
 public:
  TrackEventTrace();

  // A group of tracks, as those of a process; `number` is its place, from 1.
  [[nodiscard]] TrackUuid add_process(std::int32_t number, const std::string& name);
  // Tracks stand in the order in which they are added to their parent.
  [[nodiscard]] TrackUuid add_track(TrackUuid parent, const std::string& name);
  [[nodiscard]] TrackUuid add_counter(TrackUuid parent, const std::string& name);

  void begin(TrackUuid track, Time at, std::string_view category, std::string_view name, const Flows& flows,
             Annotations annotations);
  void end(TrackUuid track, Time at);
  void instant(TrackUuid track, Time at, std::string_view category, std::string_view name,
               Annotations annotations);
  void count(TrackUuid counter, Time at, std::int64_t value);

  // The trace: a message perfetto.protos.Trace.
  [[nodiscard]] const std::string& bytes() const { return trace_.bytes(); }

 private:
  using Names = std::map<std::string, std::uint64_t, std::less<>>;

  [[nodiscard]] TrackUuid add_track(TrackUuid parent, const std::string& name, bool is_counter);
  [[nodiscard]] std::uint64_t id_of(Names& names, std::uint32_t field, std::string_view name);
  [[nodiscard]] ProtoMessage event(std::uint64_t type, TrackUuid track);
  void describe(ProtoMessage& event, std::string_view category, std::string_view name,
                Annotations annotations);
  void add(Time at, const ProtoMessage& event);
  void add_packet(ProtoMessage& packet);

  ProtoMessage trace_;
  ProtoMessage new_names_;  // that no packet has told yet
  TrackUuid last_uuid_ = 0;
  std::map<TrackUuid, std::int32_t> children_;  // how many a track has
  Names categories_, event_names_, annotation_names_;
};

}  // namespace daris
