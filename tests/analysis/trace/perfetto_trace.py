"""Reads a trace by Perfetto's own protos (PyPI `perfetto`, which scripts/setup.sh puts into .venv-tests/)."""

import glob
import pathlib
import sys
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path += glob.glob(str(ROOT / ".venv-tests/lib/python3*/site-packages"))


@dataclass
class Track:
    uuid: int
    name: str
    parent: int
    is_counter: bool


@dataclass
class Slice:
    track: Track
    begin: int
    category: str
    name: str
    facts: dict
    flows: list
    ending: list
    end: int = None


@dataclass
class Instant:
    track: Track
    at: int
    category: str
    name: str
    facts: dict


@dataclass
class Trace:
    tracks: dict = field(default_factory=dict)
    slices: list = field(default_factory=list)
    instants: list = field(default_factory=list)
    counters: dict = field(default_factory=dict)  # uuid -> list of (ns, value)

    def path(self, track):
        """The names from the process down to the track."""
        names = []
        while track is not None:
            names.insert(0, track.name)
            track = self.tracks.get(track.parent)
        return names

    def counter(self, name):
        return next(self.counters[track.uuid] for track in self.tracks.values() if track.name == name)


class _Reader:
    def __init__(self, protos):
        self.protos = protos
        self.trace = Trace()
        self.names = {"event_categories": {}, "event_names": {}, "debug_annotation_names": {}}
        self.open = {}  # uuid of a track -> slices that have not ended
        self.events = []

    def read(self, data):
        parsed = self.protos.Trace()
        parsed.ParseFromString(data)
        assert parsed.ByteSize() == len(data), "the trace has fields that Perfetto does not know"
        for packet in parsed.packet:
            self.take(packet)
        # As Perfetto does: by time, and in the order of the file if times are equal.
        for at, event, named in sorted(self.events, key=lambda one: one[0]):
            self.take_event(at, event, named)
        assert not any(self.open.values()), "a slice does not end"
        return self.trace

    def take(self, packet):
        for kind, names in self.names.items():
            for entry in getattr(packet.interned_data, kind):
                names[entry.iid] = entry.name
        if packet.HasField("track_descriptor"):
            one = packet.track_descriptor
            name = one.process.process_name if one.HasField("process") else one.name
            assert one.uuid not in self.trace.tracks
            self.trace.tracks[one.uuid] = Track(one.uuid, name, one.parent_uuid, one.HasField("counter"))
        if packet.HasField("track_event"):
            event = packet.track_event
            named = {"category": [self.names["event_categories"][iid] for iid in event.category_iids],
                     "name": self.names["event_names"].get(event.name_iid),
                     "facts": {self.names["debug_annotation_names"][one.name_iid]:
                               getattr(one, one.WhichOneof("value")) for one in event.debug_annotations}}
            self.events.append((packet.timestamp, event, named))

    def take_event(self, at, event, named):
        kinds = self.protos.TrackEvent
        track = self.trace.tracks[event.track_uuid]
        if event.type == kinds.TYPE_SLICE_BEGIN:
            one = Slice(track, at, named["category"][0], named["name"], named["facts"],
                        list(event.flow_ids), list(event.terminating_flow_ids))
            assert not self.open.get(track.uuid), f"{self.trace.path(track)}: slices overlap at {at} ns"
            self.open[track.uuid] = [one]
            self.trace.slices.append(one)
        elif event.type == kinds.TYPE_SLICE_END:
            self.open[track.uuid].pop().end = at
        elif event.type == kinds.TYPE_INSTANT:
            self.trace.instants.append(Instant(track, at, named["category"][0], named["name"],
                                               named["facts"]))
        elif event.type == kinds.TYPE_COUNTER:
            assert track.is_counter
            self.trace.counters.setdefault(track.uuid, []).append((at, event.counter_value))


def protos():
    """Perfetto's messages; None if they are not installed."""
    try:
        from perfetto.protos.perfetto.trace import perfetto_trace_pb2
    except ImportError:
        return None
    return perfetto_trace_pb2


def read_trace(file):
    with open(file, "rb") as data:
        return _Reader(protos()).read(data.read())
