"""Neural recommenders as one would write them plainly in PyTorch, for comparing training speed (training_epochs.cpp).

plain_models.py KIND SEQUENCES ITEMS THREADS: reads a user's items in time order, a line each, says "ready", and trains one
epoch for each line of standard input, saying "done" after it.
"""
import sys

import torch
import torch.nn.functional as F
from torch import nn

LENGTH = 50
WIDTH = 64


class MultVae(nn.Module):
    batch_size = 500

    def __init__(self, items):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(items, 600), nn.Tanh(), nn.Linear(600, 400))
        self.decoder = nn.Sequential(nn.Linear(200, 600), nn.Tanh(), nn.Linear(600, items))

    def loss(self, x):
        mean, log_variance = self.encoder(F.dropout(F.normalize(x), 0.5)).split(200, dim=1)
        code = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
        likelihood = (F.log_softmax(self.decoder(code), dim=1) * x).sum(1).mean()
        divergence = 0.5 * (log_variance.exp() + mean ** 2 - 1 - log_variance).sum(1).mean()
        return 0.2 * divergence - likelihood


class DiffRec(nn.Module):
    batch_size = 400

    def __init__(self, items):
        super().__init__()
        self.step_layer = nn.Linear(10, 10)
        self.layers = nn.Sequential(nn.Linear(items + 10, 600), nn.Tanh(), nn.Linear(600, 200), nn.Tanh(),
                                    nn.Linear(200, 600), nn.Tanh(), nn.Linear(600, items))
        variance = torch.linspace(0.005 * 0.005, 0.005 * 0.01, 40)
        self.kept = torch.cumprod(1 - variance, 0)

    def loss(self, x):
        step = torch.randint(0, 40, (len(x),))
        kept = self.kept[step].unsqueeze(1)
        noisy = kept.sqrt() * x + (1 - kept).sqrt() * torch.randn_like(x)
        angles = step.unsqueeze(1) * torch.exp(-torch.arange(5) * 1.842)
        embedding = self.step_layer(torch.cat([angles.cos(), angles.sin()], dim=1))
        rebuilt = self.layers(torch.cat([F.dropout(noisy, 0.5), embedding], dim=1))
        return ((rebuilt - x) ** 2).mean(1).mean()


class Gru4Rec(nn.Module):
    batch_size = 128

    def __init__(self, items):
        super().__init__()
        self.items = nn.Embedding(items + 1, WIDTH, padding_idx=items)
        self.bias = nn.Parameter(torch.zeros(items))
        self.recurrent = nn.GRU(WIDTH, WIDTH, batch_first=True)

    def states(self, sequences):
        return F.dropout(self.recurrent(F.dropout(self.items(sequences), 0.1))[0], 0.1)

    def loss(self, sequences):
        targets = sequences[:, 1:]
        real = targets != self.items.padding_idx
        states = self.states(sequences[:, :-1])[real]
        return F.cross_entropy(states @ self.items.weight[:-1].t() + self.bias, targets[real])


class SasRec(Gru4Rec):
    def __init__(self, items):
        super().__init__(items)
        self.bias.requires_grad_(False)
        self.positions = nn.Embedding(LENGTH, WIDTH)
        self.attention = nn.ModuleList([nn.MultiheadAttention(WIDTH, 1, 0.2, batch_first=True) for _ in range(2)])
        self.inner = nn.ModuleList([nn.Linear(WIDTH, WIDTH) for _ in range(2)])
        self.outer = nn.ModuleList([nn.Linear(WIDTH, WIDTH) for _ in range(2)])
        self.norms = nn.ModuleList([nn.LayerNorm(WIDTH) for _ in range(5)])

    def states(self, sequences):
        length = sequences.shape[1]
        later = torch.ones(length, length, dtype=torch.bool).triu(1)
        x = F.dropout(self.items(sequences) * WIDTH ** 0.5 + self.positions.weight[:length], 0.2)
        for i in range(2):
            queries = self.norms[2 * i](x)
            x = queries + self.attention[i](queries, x, x, attn_mask=later, need_weights=False)[0]
            x = self.norms[2 * i + 1](x)
            x = x + F.dropout(self.outer[i](F.relu(F.dropout(self.inner[i](x), 0.2))), 0.2)
        return self.norms[4](x)


def dense(rows, items):
    x = torch.zeros(len(rows), items)
    for i, row in enumerate(rows):
        x[i, row] = 1.0
    return x


def padded(rows, items):
    rows = [row[-LENGTH - 1:] for row in rows]
    width = max(len(row) for row in rows)
    return torch.tensor([row + [items] * (width - len(row)) for row in rows])


def main():
    kind, path, items, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    torch.set_num_threads(threads)
    with open(path) as file:
        rows = [[int(item) for item in line.split()] for line in file]
    model = {"mult_vae": MultVae, "diffrec": DiffRec, "gru4rec": Gru4Rec, "sasrec": SasRec}[kind](items)
    batch_of = padded if isinstance(model, Gru4Rec) else dense
    optimiser = torch.optim.Adam(model.parameters(), lr=0.001)
    print("ready", flush=True)
    for _ in sys.stdin:
        order = torch.randperm(len(rows)).tolist()
        for begin in range(0, len(rows), model.batch_size):
            batch = [rows[i] for i in order[begin:begin + model.batch_size]]
            optimiser.zero_grad()
            model.loss(batch_of(batch, items)).backward()
            optimiser.step()
        print("done", flush=True)


main()
