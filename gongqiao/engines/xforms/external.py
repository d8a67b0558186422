"""Instances that come with a form as files: CSV, XML, GeoJSON → `root/item/column`."""

import csv
import io
import json
import re
from typing import Any

from gongqiao.engines.xforms.errors import XFormError
from gongqiao.engines.xforms.nodes import MOST_BYTES, MOST_NODES, Node, node_of, parse_xml

_NAME = re.compile(r"[^\W\d][\w.\-]*")


def read_external(name: str, content: bytes) -> Node:
    """A document node; XFormError names the file and line. The kind is told by the name's ending."""
    if len(content) > MOST_BYTES:
        raise XFormError(f"{name}: more than {MOST_BYTES // 1_000_000} MB")
    ending = name.lower().rpartition(".")[2]
    match ending:
        case "csv":
            return _document(_csv(name, _decoded(name, content)))
        case "xml":
            return _document(node_of(parse_xml(content, name)))
        case "geojson":
            return _document(_geojson(name, _decoded(name, content)))
    raise XFormError(f"{name}: only .csv, .xml and .geojson hold choices")


def empty() -> Node:
    """For a file that is not there yet (last-saved before the first answer)."""
    return _document(Node("root"))


def _document(root: Node) -> Node:
    document = Node("#document")
    document.append(root)
    return document


def _decoded(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        raise XFormError(f"{name}: not UTF-8 at byte {why.start}") from None


def _csv(name: str, text: str) -> Node:
    """The separator is a comma, or a semicolon or tab when the header has more of those."""
    header = text.partition("\n")[0]
    separator = max(",;\t", key=header.count)
    root = Node("root")
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        columns = [column.strip() for column in next(rows, [])]
        for column in columns:
            if column and not _NAME.fullmatch(column):
                raise XFormError(f"{name}: {column!r} cannot name a column")
        for row in rows:
            if len(root.children) * max(1, len(columns)) > MOST_NODES:
                raise XFormError(f"{name}: more than {MOST_NODES} cells")
            if row:
                root.append(_item(dict(zip(columns, row, strict=False))))
    except csv.Error as why:
        raise XFormError(f"{name}, line {len(root.children) + 2}: {why}") from None
    return root


def _item(cells: dict[str, str]) -> Node:
    item = Node("item")
    for column, cell in cells.items():
        if column:
            item.append(Node(column, cell))
    return item


def _geojson(name: str, text: str) -> Node:
    """Properties become columns, the geometry becomes `geometry` (ODK: select from GeoJSON)."""
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError) as why:
        raise XFormError(f"{name}: not JSON: {why}") from None
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        raise XFormError(f"{name}: a FeatureCollection is expected")
    root = Node("root")
    features = found.get("features")
    for number, feature in enumerate(features if isinstance(features, list) else [], 1):
        if not isinstance(feature, dict):
            raise XFormError(f"{name}, feature {number}: not an object")
        properties = feature.get("properties") or {}
        if not isinstance(properties, dict):
            raise XFormError(f"{name}, feature {number}: properties are not an object")
        cells = {str(key): "" if cell is None else str(cell) for key, cell in properties.items()}
        if "id" in feature:
            cells["id"] = str(feature["id"])
        cells["geometry"] = _geometry(name, number, feature.get("geometry"))
        root.append(_item(cells))
    return root


def _geometry(name: str, number: int, geometry: Any) -> str:
    """ODK's order: latitude, longitude, altitude, accuracy; points joined by semicolons."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    try:
        match kind:
            case "Point":
                points = [geometry["coordinates"]]
            case "LineString":
                points = geometry["coordinates"]
            case "Polygon":
                points = geometry["coordinates"][0]
            case _:
                raise XFormError(f"{name}, feature {number}: {kind!r} is not supported")
        return "; ".join(f"{float(point[1]):g} {float(point[0]):g} 0 0" for point in points)
    except (KeyError, IndexError, TypeError, ValueError):
        raise XFormError(f"{name}, feature {number}: its coordinates cannot be read") from None
