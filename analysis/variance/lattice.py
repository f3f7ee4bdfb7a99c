"""The sampling tree of one set of cells, and the variance of totals on it.

A *node* is a sampling unit in one domain. Totals enter at the deepest used stage and are
added up to the first; at each stage the squared deviations inside (stratum, domain) are
weighted by (1 - f) n / (n - 1) and by the sampling fractions of the stages above
(Särndal, Swensson and Wretman 1992, §4.4; Bellhouse 1985). Units that were drawn but have
no node are zeros: they are counted, not stored.
"""

from dataclasses import dataclass

import numpy as np

from analysis.design import CERTAINTY, LonelyPolicy, SurveyDesign, require_no_lonely
from analysis.sources.arrays import compress
from analysis.vectors import Bools, Floats, Ints, group_counts, group_sums


@dataclass(frozen=True, eq=False)
class _Level:
    """Nodes of one stage, grouped by (stratum, domain)."""

    group: Ints
    group_domain: Ints
    sampled: Floats
    present: Floats
    unsampled: Floats
    unsampled_sum: Floats
    unsampled_present: Floats
    outer: Floats
    parent: Ints

    @property
    def n_groups(self) -> int:
        return len(self.group_domain)


@dataclass(frozen=True, eq=False)
class Lattice:
    """Sampling tree × domains, prepared once and used for every item.

    Attributes
    ----------
    n_domains : int
    n_psus, n_strata : float arrays (domains)
        First-stage units and strata that have members in each domain.
    lonely : bool array (domains)
        Whether a single-unit stratum touches the domain.
    complete : bool array (domains)
        Whether every stratum that the domain touches was taken as a whole.
    """

    levels: tuple[_Level, ...]
    n_domains: int
    policy: LonelyPolicy
    adjust_domain_lonely: bool
    n_psus: Floats
    n_strata: Floats
    lonely: Bools
    complete: Bools

    @classmethod
    def build(cls, design: SurveyDesign, leaf: Ints, domain: Ints, n_domains: int) -> "Lattice":
        """Prepare the tree for cells given by (unit of the last used stage, domain).

        Parameters
        ----------
        leaf : int array (cells)
            Unit of the last used stage.
        domain : int array (cells)
            Domain of each cell.
        """
        require_no_lonely(design)
        parents = _parents(design)
        levels: list[_Level] = []
        units, domains = leaf, domain
        lonely = np.zeros(n_domains, dtype=np.bool_)
        for depth in reversed(range(len(design.stages))):
            stage = design.stages[depth]
            stratum = stage.stratum_of_unit[units]
            keys, group = compress(stratum * n_domains + domains)
            group_stratum, group_domain = keys // n_domains, keys % n_domains
            unsampled = stage.unsampled[units]
            if depth:
                node_key = parents[depth][units] * n_domains + domains
                above, parent = compress(node_key)
            else:
                above, parent = np.empty(0, np.int64), np.empty(0, np.int64)
            n_groups = len(keys)
            lonely[group_domain[np.isin(group_stratum, stage.lonely())]] = True
            levels.append(
                _Level(
                    group=group,
                    group_domain=group_domain,
                    sampled=stage.sampled[group_stratum],
                    present=group_counts(group, n_groups),
                    unsampled=unsampled,
                    unsampled_sum=stage.unsampled_sum[group_stratum],
                    unsampled_present=group_sums(group, unsampled, n_groups),
                    outer=_outer(design, parents, depth, units, group, n_groups),
                    parent=parent,
                )
            )
            if depth:
                units, domains = above // n_domains, above % n_domains
        first = levels[-1]
        return cls(
            levels=tuple(levels),
            n_domains=n_domains,
            policy=design.lonely_psu,
            adjust_domain_lonely=design.adjust_domain_lonely,
            n_psus=group_sums(first.group_domain, first.present, n_domains),
            n_strata=group_counts(first.group_domain, n_domains),
            lonely=lonely,
            complete=group_sums(first.group_domain, first.unsampled_sum >= CERTAINTY, n_domains)
            == 0,
        )

    def variances(self, influence: Floats) -> Floats:
        """Return the variance of the total of ``influence`` in each domain.

        Parameters
        ----------
        influence : float array (cells)
            Weighted, linearised contributions; their sum is the estimate's deviation.
        """
        result = np.zeros(self.n_domains)
        totals = influence
        for level in self.levels:
            result += self._level_variance(level, totals)
            if len(level.parent):
                totals = group_sums(level.parent, totals, int(level.parent.max()) + 1)
        return result

    def _level_variance(self, level: _Level, totals: Floats) -> Floats:
        sums = group_sums(level.group, totals, level.n_groups)
        centre = sums / level.sampled
        complete = level.unsampled_sum < CERTAINTY
        single = (level.sampled == 1) & ~complete
        thinned = (
            (level.present == 1) & (level.sampled > 1) & ~complete
            if self.adjust_domain_lonely
            else np.zeros(level.n_groups, dtype=np.bool_)
        )
        if self.policy is LonelyPolicy.ADJUST:
            centre = np.where(single | thinned, 0.0, centre)
        deviation = totals - centre[level.group]
        squares = group_sums(level.group, level.unsampled * deviation**2, level.n_groups)
        absent = np.maximum(level.unsampled_sum - level.unsampled_present, 0.0)
        squares = squares + absent * centre**2
        spread = np.where(level.sampled > 1, level.sampled / np.maximum(level.sampled - 1, 1), 1.0)
        parts = np.where(complete, 0.0, level.outer * spread * squares)
        if self.policy is LonelyPolicy.AVERAGE:
            unknown = single | thinned
            known = np.where(unknown, 0.0, parts)
            return self._averaged(level, known, unknown)
        return group_sums(level.group_domain, parts, self.n_domains)

    def _averaged(self, level: _Level, parts: Floats, unknown: Bools) -> Floats:
        """Give unknown strata the average contribution of the known ones."""
        domain = level.group_domain
        total = group_sums(domain, parts, self.n_domains)
        strata = np.bincount(domain, minlength=self.n_domains)
        known = group_sums(domain, ~unknown, self.n_domains)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(known > 0, total * strata / known, np.where(strata > 0, np.nan, 0.0))


def _parents(design: SurveyDesign) -> list[Ints]:
    """Return, for each stage, the unit of the stage above that each unit lies in."""
    result: list[Ints] = [np.empty(0, np.int64)]
    for above, stage in zip(design.stages, design.stages[1:], strict=False):
        parent = np.zeros(stage.n_units, dtype=np.int64)
        parent[stage.unit] = above.unit
        result.append(parent)
    return result


def _outer(
    design: SurveyDesign, parents: list[Ints], depth: int, units: Ints, group: Ints, n_groups: int
) -> Floats:
    """Product of the sampling fractions of the stages above, for each group."""
    product = np.ones(n_groups)
    above = units
    for level in range(depth, 0, -1):
        above = parents[level][above]
        fraction = np.zeros(n_groups)
        fraction[group] = 1.0 - design.stages[level - 1].unsampled[above]
        product *= fraction
    return product
