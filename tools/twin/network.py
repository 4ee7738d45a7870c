"""What the networks that train.py trains share: parameters by the names of the model file."""
import torch


class Network(torch.nn.Module):
    outer = ()                                 # parts of names: of arrays that are not between hidden layers, so not Muon's

    def __init__(self, name, sizes, shapes):
        """name: prefix of its arrays in model files, and of its sizes in the config; shapes: {name of an array: (its shape,
        sd of its start values)}"""
        super().__init__()
        self.name, self.sizes = name, dict(sizes)
        self.low = None                        # torch.bfloat16: type of the large products, the rest stays float
        self.w = torch.nn.ParameterDict()      # its keys may hold no dots
        for k, (shape, sd) in shapes.items():
            self.w[k.replace(".", "/")] = torch.nn.Parameter(sd * torch.randn(shape))

    def __getitem__(self, name):
        return self.w[name.replace(".", "/")]

    def names(self):
        return [k.replace("/", ".") for k in self.w]

    def hidden(self):
        """Keys in w of the matrices between hidden layers with both sides >= 32, which are Muon's."""
        return [k for k, p in self.w.items() if p.dim() == 2 and min(p.shape) >= 32 and not set(k.split("/")) & set(self.outer)]

    def linear(self, name, x):
        return self.product(name, x) + self[name + ".b"]

    def product(self, name, x):
        return self.times(x, self[name + ".w"])

    def times(self, x, w):
        return x @ w if self.low is None else (x.to(self.low) @ w.to(self.low)).to(x.dtype)
