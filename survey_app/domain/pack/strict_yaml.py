"""YAML with nothing surprising in it, and the line of every value.

No aliases (a few lines of them unfold into gigabytes), no tags, no key twice, no deep nesting. A
scalar is the text that stands there: ``no`` is not false and ``080`` is not a number; what is
meant is decided by the model that reads it. Only an empty value or ``null`` is nothing.
"""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

MAX_DEPTH: Final = 30


class _StrictLoader(yaml.SafeLoader):
    """SafeLoader, stricter."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML's stubs
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _refusal("an alias or anchor is not allowed; write the value out", event)
        if getattr(event, "tag", None) is not None:
            raise _refusal("a tag is not allowed; leave it out", event)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _refusal("is nested too deeply", event)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def compose_mapping_node(self, anchor: dict[Any, yaml.Node]) -> yaml.MappingNode:
        node: yaml.MappingNode = super().compose_mapping_node(anchor)
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refusal("a key is not a plain word", key)
            if key.value in seen:
                raise _refusal(f"the key {key.value!r} stands twice", key)
            seen.add(key.value)
        return node


_StrictLoader.yaml_implicit_resolvers = {}
_StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(?:null|~)?$"), ["n", "~", ""]
)


def _refusal(problem: str, where: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=where.start_mark)


def read_yaml(text: str) -> tuple[Any, yaml.Node | None]:
    """Return a document's value and its node tree.

    Raises
    ------
    yaml.MarkedYAMLError
        With the line, for anything that is refused.
    """
    loader = _StrictLoader(text)
    try:
        node = loader.get_single_node()
        return (loader.construct_document(node) if node is not None else None), node
    finally:
        loader.dispose()


def line_of(node: yaml.Node | None, where: tuple[int | str, ...]) -> int:
    """Return the line on which the value at a path of keys and positions stands."""
    line = node.start_mark.line + 1 if node is not None else 1
    for part in where:
        child: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            child = next((v for k, v in node.value if k.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            child = node.value[part] if part < len(node.value) else None
        if child is None:
            break
        node, line = child, child.start_mark.line + 1
    return line
