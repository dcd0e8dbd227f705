#!/usr/bin/env python3
"""Exports a PyTorch model into staged AOTInductor packages, which a task set names as its "model".

    python3 workloads/export/export_stages.py my_model.py:stages --input 3,224,224 --precision fp16 \\
        -o models/my-model

`my_model.py` has a function `stages()` that returns the model's stages in order, a list of
(name, torch.nn.Module). The first stage takes the input. Each of the others takes all tensors that the stage
before returned (one tensor or a tuple). Each returns what the next needs. Between stages the scheduler may run other jobs.

The folder then holds a package for each stage and `model.json`. A task says {"model": "models/my-model",
"precision": "fp16", ...}, with a path relative to the task set's file.

Precisions are those of the bundled models: fp16 is half precision with channels-last images, tf32 is float32 with
TF32 allowed, fp32 is float32 without it. A package is compiled for one batch size, one kind of device and, on a
GPU, its compute capability. This needs torch 2.11 and a C++ compiler.
"""
import argparse
import hashlib
import importlib.util
import json
import pathlib
import sys

import torch
from torch._inductor import aoti_compile_and_package


def as_tuple(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


class _ReturnsTuple(torch.nn.Module):
    """A stage whose outputs are always a tuple, and never its inputs: a package hands out tensors of its own."""

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


def export_stages(stages, input_shape, folder, name, precision="tf32", device="cuda", batch=1):
    """Writes the packages and model.json into `folder`.

    stages: [(name, module)]; input_shape: (channels, height, width).
    """
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
            file = folder / f"{index + 1}-{stage_name}.pt2"
            aoti_compile_and_package(torch.export.export(wrapped, state), package_path=str(file))
            state = wrapped(*state)
            rows.append({"name": stage_name, "package": file.name,
                         "sha256": hashlib.sha256(file.read_bytes()).hexdigest()})
    manifest = {"schema": "daris.model", "version": 1, "name": name, "input": list(input_shape), "precision": precision,
                "device": device, "batch": batch, "torch": torch.__version__, "stages": rows}
    (folder / "model.json").write_text(json.dumps(manifest, indent=2) + "\n")


def load_function(text):
    file, _, function = text.partition(":")
    spec = importlib.util.spec_from_file_location("exported_model", file)
    if spec is None or not function:
        sys.exit(f"{text}: FILE.py:FUNCTION is needed")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, function)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stages", metavar="FILE.py:FUNCTION")
    parser.add_argument("-o", "--output", required=True, metavar="FOLDER")
    parser.add_argument("--input", required=True, help="channels,height,width of one image")
    parser.add_argument("--precision", choices=["fp32", "tf32", "fp16"], default="tf32")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--batch", type=int, default=1)
    arguments = parser.parse_args()
    shape = tuple(int(number) for number in arguments.input.split(","))
    if len(shape) != 3:
        parser.error(f"--input: {arguments.input} is not channels,height,width")
    name = pathlib.Path(arguments.output).name
    export_stages(load_function(arguments.stages)(), shape, arguments.output, name, arguments.precision, arguments.device,
                  arguments.batch)


if __name__ == "__main__":
    main()
