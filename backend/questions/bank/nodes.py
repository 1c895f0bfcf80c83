"""Turn YAML bytes into plain values that remember their lines. Nothing is constructed but text, numbers and dates."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import yaml

from backend.questions.bank.errors import BankError

DEPTH_MAX = 12  # the deepest file of the format has 6 levels
Path = tuple[str | int, ...]


@dataclass(slots=True)
class Tree:
    """A file's values and where each stands. `data` is None where the file could not be read at all."""

    file: str
    data: Any = None
    errors: list[BankError] = field(default_factory=list)
    _lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Iterable[str | int] = ()) -> int:
        """Return the line of the value at `path`, or of the nearest value around it."""
        path = tuple(path)
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def add(self, path: Iterable[str | int], code: str, sentence: str) -> None:
        """Note an error at the value at `path`."""
        self.errors.append(BankError(self.file, self.line(path), code, sentence))

    def at(self, line: int, code: str, sentence: str) -> None:
        """Note an error at a line counted from 1."""
        self.errors.append(BankError(self.file, line, code, sentence))

    def remember(self, path: Path, line: int) -> None:
        """Note where the value at `path` begins."""
        self._lines[path] = line


def read_tree(file: str, content: bytes) -> Tree:
    """Read one file. What is wrong with its form stands in `errors`."""
    tree = Tree(file)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        tree.at(content.count(b"\n", 0, error.start) + 1, "not_utf8", "Tệp không phải UTF-8.")
        return tree
    if _refuse_unsafe(tree, text):
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        if node is None:
            tree.at(1, "empty_file", "Tệp trống.")
        else:
            tree.data = _value(tree, node, ())
    return tree


def _refuse_unsafe(tree: Tree, text: str) -> bool:
    """Look at the event stream, which costs what the file's size costs, before anything is built from it."""
    depth = documents = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
                tree.at(line, "yaml_anchor", "Không dùng neo (&) và tham chiếu (*) của YAML.")
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEPTH_MAX:
                tree.at(line, "yaml_too_deep", f"Lồng nhau quá {DEPTH_MAX} tầng.")
                return False
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        # PyYAML's own words quote the file, which may hold a key: only the place is told.
        tree.at(mark.line + 1 if mark else 1, "yaml_syntax", "YAML sai cú pháp ở đây hoặc ngay phía trên.")
        return False
    except yaml.YAMLError as error:
        position = getattr(error, "position", 0)
        tree.at(text.count("\n", 0, position) + 1, "yaml_character", "Tệp có ký tự mà YAML không nhận.")
        return False
    if documents > 1:
        tree.at(1, "yaml_documents", "Mỗi tệp chỉ được có một tài liệu YAML.")
    return not tree.errors


def _value(tree: Tree, node: yaml.Node, path: Path) -> Any:
    tree.remember(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode) and node.tag == "tag:yaml.org,2002:map":
        return _mapping(tree, node, path)
    if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
        return [_value(tree, item, (*path, index)) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode):
        return _scalar(tree, node, path)
    tree.add(path, "yaml_tag", "Không dùng nhãn kiểu (!) của YAML.")
    return None


def _mapping(tree: Tree, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            tree.at(line, "yaml_key", "Tên trường phải là chữ.")
            continue
        name = key_node.value
        if name in values:
            tree.at(line, "duplicate_field", f"Trường “{name[:40]}” có hai lần trong cùng một mục.")
            continue
        values[name] = _value(tree, value_node, (*path, name))
        # A field is found by its name, also where its text begins a line below.
        tree.remember((*path, name), line)
    return values


def _scalar(tree: Tree, node: yaml.ScalarNode, path: Path) -> Any:
    match node.tag.removeprefix("tag:yaml.org,2002:"):
        case "str" | "timestamp":
            # A date stays text: the shape decides whether it is one.
            return node.value
        case "int" if node.value.lstrip("+-").isdecimal() and len(node.value) < 10:
            return int(node.value)
        case "bool" if node.value.lower() in {"true", "false"}:
            return node.value.lower() == "true"
        case "null":
            return None
        case "bool" | "int" | "float":
            tree.add(path, "unquoted_text", "Giá trị này bị YAML hiểu thành số hoặc đúng/sai: hãy đặt trong dấu nháy.")
        case _:
            tree.add(path, "yaml_tag", "Không dùng nhãn kiểu (!) của YAML.")
    return None
