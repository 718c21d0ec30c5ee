"""The bank of 26.3.8, update_bias: as learners write it, wrong and right."""
# ruff: noqa: F811, F821

from autograde.mistakes import right, wrong


@wrong("26.3.8", names="bias.sign", says="wrong way")
def update_bias(bias, chosen, rate):
    load = F.one_hot(chosen, len(bias)).sum((0, 1)).float()
    return bias + rate * (load - load.mean()).sign()


@wrong("26.3.8", names="bias.size", says="grow with the distance")
def update_bias(bias, chosen, rate):
    load = F.one_hot(chosen, len(bias)).sum((0, 1)).float()
    return bias + rate * (load.mean() - load)


@wrong("26.3.8", names="bias.size", how="of shares")
def update_bias(bias, chosen, rate):
    load = F.one_hot(chosen, len(bias)).float().mean((0, 1))
    return bias - rate * (load - load.mean())


@wrong("26.3.8", names="bias.one-sided", says="Only one side")
def update_bias(bias, chosen, rate):
    load = F.one_hot(chosen, len(bias)).sum((0, 1)).float()
    return bias - rate * (load > load.mean())


@wrong("26.3.8", names="bias.one-sided", how="idle ones only")
def update_bias(bias, chosen, rate):
    load = F.one_hot(chosen, len(bias)).sum((0, 1)).float()
    return bias + rate * (load < load.mean())


@wrong("26.3.8", names="bias.extremes", says="busiest or the idlest")
def update_bias(bias, chosen, rate):
    load = F.one_hot(chosen, len(bias)).sum((0, 1))
    step = (load == load.min()).float() - (load == load.max()).float()
    return bias + rate * step


@wrong("26.3.8", names="bias.no-mean", says="with 0")
def update_bias(bias, chosen, rate):
    load = F.one_hot(chosen, len(bias)).sum((0, 1)).float()
    return bias - rate * load.sign()


@wrong("26.3.8", names="bias.other-mean", says="another number")
def update_bias(bias, chosen, rate):
    load = F.one_hot(chosen, len(bias)).sum((0, 1)).float()
    return bias + rate * (len(chosen) / len(bias) - load).sign()


@wrong("26.3.8", names="bias.other-mean", how="the median")
def update_bias(bias, chosen, rate):
    load = torch.bincount(chosen.flatten(), minlength=len(bias)).float()
    return bias + rate * (load.median() - load).sign()


@wrong("26.3.8", names="bias.other-mean", how="the mean of experts that have tokens")
def update_bias(bias, chosen, rate):
    load = torch.bincount(chosen.flatten(), minlength=len(bias)).float()
    return bias + rate * (load[load > 0].mean() - load).sign()


@wrong("26.3.8", names="bias.first-choice", says="first choices only")
def update_bias(bias, chosen, rate):
    load = torch.bincount(chosen[:, 0], minlength=len(bias)).float()
    return bias + rate * (load.mean() - load).sign()


@wrong("26.3.8", names="bias.step-alone", says="without the old bias")
def update_bias(bias, chosen, rate):
    load = torch.bincount(chosen.flatten(), minlength=len(bias)).float()
    return rate * (load.mean() - load).sign()


@wrong("26.3.8", names="bias.tie", says="exactly at the mean")
def update_bias(bias, chosen, rate):
    load = torch.bincount(chosen.flatten(), minlength=len(bias)).float()
    return torch.where(load > load.mean(), bias - rate, bias + rate)


@wrong("26.3.8", names="bias.no-rate", says="not `rate`")
def update_bias(bias, chosen, rate):
    load = torch.bincount(chosen.flatten(), minlength=len(bias)).float()
    return bias + (load.mean() - load).sign()


@wrong("26.3.8", names="bias.times", says="multiply the old bias")
def update_bias(bias, chosen, rate):
    load = torch.bincount(chosen.flatten(), minlength=len(bias)).float()
    return bias * (1 + rate * (load.mean() - load).sign())


@wrong("26.3.8", names="bias.integers", says="floating-point")
def update_bias(bias, chosen, rate):
    load = F.one_hot(chosen, len(bias)).sum((0, 1))
    return bias + rate * (load.mean() - load).sign()


@wrong("26.3.8", names="changed-input", says="in place")
def update_bias(bias, chosen, rate):
    load = torch.bincount(chosen.flatten(), minlength=len(bias)).float()
    bias += rate * (load.mean() - load).sign()
    return bias


@right("26.3.8", how="whole numbers only")
def update_bias(bias, chosen, rate):
    E = len(bias)
    excess = torch.bincount(chosen.flatten(), minlength=E) * E - chosen.numel()
    return bias - rate * excess.sign()


@right("26.3.8", how="two wheres")
def update_bias(bias, chosen, rate):
    load = (chosen[..., None] == torch.arange(len(bias))).sum((0, 1))
    mean = chosen.numel() / len(bias)
    new = torch.where(load > mean, bias - rate, bias)
    return torch.where(load < mean, bias + rate, new)


@right("26.3.8", how="a loop over experts")
def update_bias(bias, chosen, rate):
    new, mean = bias.clone(), chosen.numel() / len(bias)
    for e in range(len(bias)):
        load = (chosen == e).sum().item()
        if load != mean:
            new[e] += rate if load < mean else -rate
    return new


@right("26.3.8", how="comparisons that are subtracted")
def update_bias(bias, chosen, rate):
    numbers = chosen.flatten().tolist()
    load = torch.tensor([numbers.count(e) for e in range(len(bias))])
    even = len(numbers) / len(bias)
    return bias + rate * ((load < even).to(bias) - (load > even).to(bias))
