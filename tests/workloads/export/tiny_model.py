"""A model of three stages for tests; the second one hands the first one's output through to the third."""
import torch


class Body(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, skip):
        return skip, torch.relu(self.layer(skip))


class Head(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(8, 5)

    def forward(self, skip, body):
        return self.layer(torch.cat([skip, body], dim=1).mean(dim=(2, 3)))


def stages():
    torch.manual_seed(7)
    return [("stem", torch.nn.Conv2d(3, 4, 3, stride=2, padding=1)), ("body", Body()), ("head", Head())]
