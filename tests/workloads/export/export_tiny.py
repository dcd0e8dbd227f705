"""Exports the tiny model for the CPU into a folder.

An input and what PyTorch computes from it are written beside it, as float32 bytes.
"""
import pathlib
import sys

import torch

here = pathlib.Path(__file__).parent
sys.path[:0] = [str(here), str(here.parents[2] / "workloads" / "export")]
from export_stages import export_stages  # noqa: E402
from tiny_model import stages  # noqa: E402

folder = pathlib.Path(sys.argv[1])
export_stages(stages(), (3, 16, 16), folder, "tiny", precision="fp32", device="cpu", batch=2)
torch.manual_seed(1)
state = (torch.rand(2, 3, 16, 16),)
(folder / "input.bin").write_bytes(state[0].numpy().tobytes())
with torch.no_grad():
    for _, stage in stages():
        state = stage(*state)
        state = state if isinstance(state, tuple) else (state,)
(folder / "output.bin").write_bytes(state[0].numpy().tobytes())
