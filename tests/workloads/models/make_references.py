#!/usr/bin/env python3
"""Writes weights, an input and the output that Python computes from them, for comparison with the C++ models.

usage: make_references.py DIR

DIR/MODEL.pt holds {"weights": {name: tensor}, "input": tensor, "output": tensor} for each bundled model. The
networks are torchvision's (UNet, small CNN: reference_networks.py) with random weights; nothing is
downloaded. Batch norm gets scales, shifts and running statistics that differ by channel, so that none of them
can be left out unnoticed.
"""

import pathlib
import sys

import torch
import torchvision
from reference_networks import SmallCnn, UNet
from torch import nn

NETWORKS = {
    "resnet18": (lambda: torchvision.models.resnet18(weights=None), 224),
    "resnet50": (lambda: torchvision.models.resnet50(weights=None), 224),
    "inception_v3": (
        lambda: torchvision.models.inception_v3(weights=None, aux_logits=False, init_weights=False), 224),
    "unet": (UNet, 224),
    "small_cnn": (SmallCnn, 32),
}


def randomize(network):
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        elif isinstance(module, nn.BatchNorm2d):
            module.weight.uniform_(0.5, 1.5)
            module.bias.normal_(0, 0.1)
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 1.5)


def reference(make_network, size):
    network = make_network()
    randomize(network)
    network.eval()
    image_pair = torch.randn(2, 3, size, size)
    return {"weights": dict(network.state_dict()), "input": image_pair, "output": network(image_pair)}


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    with torch.no_grad():
        for name, (make_network, size) in NETWORKS.items():
            torch.save(reference(make_network, size), folder / f"{name}.pt")


if __name__ == "__main__":
    main()
