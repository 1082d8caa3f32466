"""A residual network with 18 layers for images of 32 x 32 pixels.

He, Zhang, Ren, Sun, *Deep Residual Learning for Image Recognition*, CVPR 2016; the first layer is a 3 x 3 convolution
without pooling, because these images are small.
"""

from torch import nn
from torch.nn.functional import relu

BLOCKS_PER_STAGE = (2, 2, 2, 2)


class ResidualBlock(nn.Module):
    """Two convolutions, whose result is added to their input.

    Args:
        num_in: Channels of the input.
        num_out: Channels of the result.
        stride: 2 halves height and width.
    """

    def __init__(self, num_in, num_out, stride):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(num_in, num_out, 3, stride, padding=1, bias=False),
            nn.BatchNorm2d(num_out),
            nn.ReLU(),
            nn.Conv2d(num_out, num_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(num_out),
        )
        self.shortcut = nn.Identity()
        if stride != 1 or num_in != num_out:
            self.shortcut = nn.Sequential(nn.Conv2d(num_in, num_out, 1, stride, bias=False), nn.BatchNorm2d(num_out))

    def forward(self, x):
        return relu(self.body(x) + self.shortcut(x))


def resnet18(num_classes=10, width=64):
    """The network.

    Args:
        num_classes: Number of classes.
        width: Channels of the first stage; each later stage has twice as many.
    """
    layers = [nn.Conv2d(3, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
    num_in = width
    for stage, num_blocks in enumerate(BLOCKS_PER_STAGE):
        num_out = width * 2**stage
        for block in range(num_blocks):
            layers.append(ResidualBlock(num_in, num_out, stride=2 if stage > 0 and block == 0 else 1))
            num_in = num_out
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(num_in, num_classes))
