"""Which ready stage goes first in a context of daris."""

CLASS_OF_LEVEL_0 = {("last", "late"): 0, ("last",): 1, ("late",): 2, (): 3}
CLASS_BELOW = {("last", "late"): 0, ("late",): 1, ("last",): 2, (): 3}


def class_of(level, last, late):
    """Gives the class of a stage within its level."""
    table = CLASS_OF_LEVEL_0 if level == 0 else CLASS_BELOW
    return table[("last",) * last + ("late",) * late]


def stage_key(switches, level, last, late, virtual_deadline, job_id):
    """Gives the key of a ready stage. The least key goes first."""
    if not switches.fixed_priority:
        return (virtual_deadline, job_id)
    last = last and switches.last_class
    late = late and switches.late_class
    return (level, class_of(level, last, late), virtual_deadline, job_id)
