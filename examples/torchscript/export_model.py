"""A model of your own as TorchScript, for `kind: torchscript`. Needs PyTorch; recgauge itself needs no Python.

    python3 export_model.py items.txt model.pt

items.txt holds the data's item names, one a line: line i is the model's item i. The model here has no training; put your
own trained weights into it.
"""
import sys

import torch


class NextItem(torch.nn.Module):
    """Numbers items from 1; 0 is the padding that fills short histories on the left."""

    def __init__(self, items: int, width: int = 32):
        super().__init__()
        self.table = torch.nn.Embedding(items + 1, width, padding_idx=0)

    @torch.jit.export
    def score(self, history: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """history: int64 [rows, length]; lengths: int64 [rows]. Gives float [rows, items + 1], column 0 being ignored."""
        state = self.table(history).sum(1) / lengths.clamp(min=1).unsqueeze(1)
        return state @ self.table.weight.t()

    @torch.jit.export
    def recommend(self, history: torch.Tensor, lengths: torch.Tensor, k: int, allowed: torch.Tensor):
        """allowed: bool [rows, items + 1], numbered like the history. Gives item numbers and scores, [rows, k] each; -1
        ends a list that is shorter than k."""
        scores = self.score(history, lengths).masked_fill(~allowed, float("-inf"))
        best = torch.topk(scores, min(k, scores.size(1)), dim=1)
        return best.indices.masked_fill(best.values == float("-inf"), -1), best.values.clamp(min=-1e30)


if __name__ == "__main__":
    item_file, model_file = sys.argv[1:]
    with open(item_file, encoding="utf-8") as lines:
        item_count = sum(1 for line in lines if line.strip())
    torch.jit.script(NextItem(item_count)).save(model_file)
