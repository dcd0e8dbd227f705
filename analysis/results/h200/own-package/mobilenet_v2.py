import torch, torchvision

def stages():
    torch.manual_seed(1)
    net = torchvision.models.mobilenet_v2(weights=None).eval()
    f = net.features
    head = torch.nn.Sequential(f[14:], torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), net.classifier)
    return [("early", f[:7]), ("middle", f[7:14]), ("late", head)]
