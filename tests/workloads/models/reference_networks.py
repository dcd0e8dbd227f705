"""UNet and the small CNN, written again in Python for comparison with the C++ models: torchvision lacks both.

Written from the description of these networks, with plain layers in a row: widths 64 to 1024, two 3x3
convolutions with batch norm and ReLU a level, 2x2 transposed convolutions up, skips by concatenation, 10
outputs. Only the names of the weights follow the C++ code.
"""

import torch
from torch import nn


def convolution_block(inputs, outputs):
    block = nn.Sequential()
    block.add_module("conv", nn.Conv2d(inputs, outputs, 3, padding=1, bias=False))
    block.add_module("bn", nn.BatchNorm2d(outputs))
    block.add_module("relu", nn.ReLU())
    return block


def two_convolutions(inputs, outputs):
    return nn.Sequential(convolution_block(inputs, outputs), convolution_block(outputs, outputs))


class Decoder(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.up = nn.ConvTranspose2d(2 * width, width, kernel_size=2, stride=2)
        self.convolutions = two_convolutions(2 * width, width)

    def forward(self, x, skip):
        return self.convolutions(torch.cat([skip, self.up(x)], dim=1))


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder1 = two_convolutions(3, 64)
        self.encoder2 = two_convolutions(64, 128)
        self.encoder3 = two_convolutions(128, 256)
        self.encoder4 = two_convolutions(256, 512)
        self.bottom = two_convolutions(512, 1024)
        self.decoder4 = Decoder(512)
        self.decoder3 = Decoder(256)
        self.decoder2 = Decoder(128)
        self.decoder1 = Decoder(64)
        self.output = nn.Conv2d(64, 10, kernel_size=1)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        level1 = self.encoder1(x)
        level2 = self.encoder2(self.pool(level1))
        level3 = self.encoder3(self.pool(level2))
        level4 = self.encoder4(self.pool(level3))
        x = self.bottom(self.pool(level4))
        x = self.decoder4(x, level4)
        x = self.decoder3(x, level3)
        x = self.decoder2(x, level2)
        x = self.decoder1(x, level1)
        return self.output(x)


class SmallCnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.block1 = convolution_block(3, 16)
        self.block2 = convolution_block(16, 32)
        self.block3 = convolution_block(32, 64)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        x = nn.functional.max_pool2d(self.block1(x), 2)
        x = nn.functional.max_pool2d(self.block2(x), 2)
        return self.fc(self.block3(x).mean(dim=(2, 3)))
