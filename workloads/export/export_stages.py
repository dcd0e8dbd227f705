#!/usr/bin/env python3
"""Exports a PyTorch model into staged AOTInductor packages, which a task set names as its "model".

    python3 workloads/export/export_stages.py my_model.py:stages --input 3,224,224 --precision fp16 \\
        -o models/my-model

`my_model.py` has a function `stages()` that returns the model's stages in order, a list of (name,
torch.nn.Module). The first stage takes the input. Each of the others takes all tensors that the stage before
returned (one tensor or a tuple). Each returns what the next needs. Between stages the scheduler may run other
jobs.

The folder then holds a package for each stage and `model.json`. A task says {"model": "models/my-model",
"precision": "fp16", ...}, with a path relative to the task set's file.

Precisions are those of the bundled models: fp16 is half precision with channels-last images, tf32 is float32
with TF32 allowed, fp32 is float32 without it. A package is compiled for one batch size, one kind of device
and, on a GPU, its compute capability. This needs torch 2.11 and a C++ compiler.
"""
import argparse
import hashlib
import importlib.util
import json
import pathlib
import re
import sys
from importlib.machinery import SourceFileLoader

import torch
from torch._inductor import aoti_compile_and_package


def as_tuple(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


class _ReturnsTuple(torch.nn.Module):
    """A stage whose outputs are a tuple, and never its inputs: a package hands out tensors of its own."""

    def __init__(self, stage):
        super().__init__()
        self.stage = stage

    def forward(self, *inputs):
        outputs = as_tuple(self.stage(*inputs))
        return tuple(output.clone() if any(output is one for one in inputs) else output for output in outputs)


def place(tensor, device, precision):
    if precision == "fp16":
        return tensor.to(device=device, dtype=torch.half, memory_format=torch.channels_last)
    return tensor.to(device=device, dtype=torch.float)


def package_name(index, stage_name):
    """The file of a stage. A name may have characters that a file name can't, and any length."""
    return f"{index + 1}-{re.sub(r'[^A-Za-z0-9_.+-]+', '_', stage_name)[:80]}.pt2"


def checked(stages):
    """Gives the list of stages, or raises ValueError with what is wrong with it."""
    try:
        stages = list(stages)
    except TypeError:
        stages = []
    if not stages:
        raise ValueError("gives no list of stages; a list of (name, torch.nn.Module) is needed")
    for index, stage in enumerate(stages):
        is_pair = isinstance(stage, (list, tuple)) and len(stage) == 2
        if not is_pair or not isinstance(stage[1], torch.nn.Module):
            raise ValueError(f"stage {index + 1} is {stage!r:.80}; (name, torch.nn.Module) is needed")
        if not isinstance(stage[0], str) or not stage[0]:
            raise ValueError(f"stage {index + 1}: the name is {stage[0]!r}; a text is needed")
    return stages


def export_stages(stages, input_shape, folder, name, precision="tf32", device="cuda", batch=1):
    """Writes the packages and model.json into `folder`.

    stages: [(name, module)]; input_shape: (channels, height, width). Raises ValueError if `stages` is wrong.
    """
    stages = checked(stages)
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "tf32"
    state = (place(torch.rand(batch, *input_shape) * 2 - 1, device, precision),)
    rows = []
    with torch.inference_mode(False), torch.no_grad():
        for index, (stage_name, module) in enumerate(stages):
            module = module.eval().to(device)
            if precision == "fp16":
                module = module.half().to(memory_format=torch.channels_last)
            wrapped = _ReturnsTuple(module)
            print(f"stage {index + 1} of {len(stages)}: {stage_name}", file=sys.stderr)
            file = folder / package_name(index, stage_name)
            aoti_compile_and_package(torch.export.export(wrapped, state), package_path=str(file))
            state = wrapped(*state)
            rows.append({"name": stage_name, "package": file.name,
                         "sha256": hashlib.sha256(file.read_bytes()).hexdigest()})
    manifest = {"schema": "daris.model", "version": 1, "name": name, "input": list(input_shape),
                "precision": precision, "device": device, "batch": batch, "torch": torch.__version__,
                "stages": rows}
    (folder / "model.json").write_text(json.dumps(manifest, indent=2) + "\n")


def load_function(text):
    """The function of a model file, which runs as by `python3 FILE.py`: it may import its neighbours."""
    file, _, function = text.rpartition(":")
    path = pathlib.Path(file)
    if not file or not function:
        sys.exit(f"{text}: FILE.py:FUNCTION is needed")
    if not path.exists() or path.is_dir():
        sys.exit(f"{text}: there is no file {file}")
    name = "exported_model"
    spec = importlib.util.spec_from_file_location(name, path, loader=SourceFileLoader(name, str(path)))
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.resolve().parent))
    sys.modules[name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    if not callable(getattr(module, function, None)):
        sys.exit(f"{text}: {file} has no function {function}")
    return getattr(module, function)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stages", metavar="FILE.py:FUNCTION")
    parser.add_argument("-o", "--output", required=True, metavar="FOLDER")
    parser.add_argument("--input", required=True, help="channels,height,width of one image")
    parser.add_argument("--precision", choices=["fp32", "tf32", "fp16"], default="tf32")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--batch", type=int, default=1)
    arguments = parser.parse_args()
    if not re.fullmatch(r"[0-9]+,[0-9]+,[0-9]+", arguments.input):
        parser.error(f"--input: {arguments.input} is not channels,height,width")
    shape = tuple(int(number) for number in arguments.input.split(","))
    name = pathlib.Path(arguments.output).resolve().name
    stages = load_function(arguments.stages)()
    try:
        stages = checked(stages)
    except ValueError as error:
        sys.exit(f"{arguments.stages}: {error}")
    export_stages(stages, shape, arguments.output, name, arguments.precision, arguments.device,
                  arguments.batch)


if __name__ == "__main__":
    main()
