"""From Moonshine's ``.ort`` files to three int8 ONNX graphs that stock ONNX Runtime runs several times faster.

The files as published keep constants behind nodes that are evaluated at every step, and hold the first decoder step and
the later ones (with cached keys and values) as two branches of one ``If``. Here the constants are folded, the branches
become two graphs, and the decoder gets 8-bit weights. Done once; the result is kept.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import filelock
import onnxruntime

ENCODER, FIRST_STEP, NEXT_STEP = "encoder.onnx", "first_step.onnx", "next_step.onnx"
FOLDER = "moonshine-base-en-2"  # the number changes with the recipe
OPSET = 14
IR_VERSION = 8


class GraphError(Exception):
    """The speech-to-text asset is not the graph that the recipe was written for."""


def build_graphs(source: Path, derived: Path) -> Path:
    """Return the folder of the three graphs under ``derived``, building them (about 12 s) when they are not there.

    The folder appears whole or not at all, and one process builds while others wait.

    Args:
        source: folder of the asset "speech-to-text".
        derived: folder for derived files; exists.

    Raises:
        GraphError: the files in ``source`` are of another build.
    """
    target = derived / FOLDER
    if target.is_dir():
        return target
    with filelock.FileLock(derived / f".{FOLDER}.lock"):
        if not target.is_dir():
            for killed in derived.glob(f".{FOLDER}.build-*"):
                shutil.rmtree(killed)
            scratch = Path(tempfile.mkdtemp(prefix=f".{FOLDER}.build-", dir=derived))
            try:
                _build(source, scratch)
                scratch.chmod(0o755)
                scratch.rename(target)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
    return target


def _build(source: Path, target: Path) -> None:
    from onnx import helper  # noqa: PLC0415 - 0.3 s to import, needed once in a machine's life

    _fold(_as_onnx(source / "encoder_model.ort", target), target / ENCODER)
    decoder = _as_onnx(source / "decoder_model_merged.ort", target).graph
    choices = [node for node in decoder.node if node.op_type == "If"]
    if len(choices) != 1:
        raise GraphError(f"the decoder in {source} has {len(choices)} branching nodes where one is expected")
    branches = {attribute.name: attribute.g for attribute in choices[0].attribute}
    for branch, name in ((branches["else_branch"], FIRST_STEP), (branches["then_branch"], NEXT_STEP)):
        graph = _branch_alone(decoder, branch, name)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        _fold(model, target / name)
        _quantise(target / name)


def _as_onnx(path: Path, scratch: Path) -> Any:
    """Return the ``.ort`` model at ``path`` as an ``onnx.ModelProto``, unchanged."""
    import onnx  # noqa: PLC0415 - see _build

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.add_session_config_entry("session.save_model_format", "ONNX")
    converted = scratch / f"{path.stem}.converted"
    options.optimized_model_filepath = str(converted)
    onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    model = onnx.load(converted)
    converted.unlink()
    return model


def _fold(model: Any, target: Path) -> None:
    """Save ``model`` with everything evaluated that does not depend on its inputs."""
    import onnx  # noqa: PLC0415 - see _build

    unfolded = target.with_suffix(".unfolded")
    onnx.save(model, unfolded)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(target)
    onnxruntime.InferenceSession(unfolded, options, providers=["CPUExecutionProvider"])
    unfolded.unlink()


def _quantise(path: Path) -> None:
    """Give the matrix products and the token table 8-bit weights, in place."""
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415 - see _build

    quantised = path.with_suffix(".quantised")
    with _without_advice():
        quantize_dynamic(
            path,
            quantised,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"],
            extra_options={"MatMulConstBOnly": True},
        )
    quantised.replace(path)


@contextmanager
def _without_advice() -> Iterator[None]:
    """Keep the quantiser from advising a preparation, on the root logger, that ``_fold`` is."""
    logger = logging.getLogger()
    logger.addFilter(_is_no_advice)
    try:
        yield
    finally:
        logger.removeFilter(_is_no_advice)


def _is_no_advice(record: logging.LogRecord) -> bool:
    return "pre-processing before quantization" not in record.getMessage()


def _branch_alone(decoder: Any, branch: Any, name: str) -> Any:
    """Return a graph that is ``decoder`` with its ``If`` replaced by the nodes of ``branch``."""
    import onnx  # noqa: PLC0415 - see _build
    from onnx import helper  # noqa: PLC0415 - see _build

    graph = onnx.GraphProto(name=name)
    graph.node.extend(node for node in decoder.node if node.op_type != "If")
    graph.node.extend(branch.node)
    for inner, outer in zip(branch.output, decoder.output, strict=True):
        if name == NEXT_STEP and ".encoder." in outer.name:
            continue  # keys and values of the sound do not change after the first step
        if inner.name != outer.name:
            graph.node.append(helper.make_node("Identity", [inner.name], [outer.name]))
        graph.output.append(outer)
    used = _drop_unused(graph)
    graph.initializer.extend(
        constant for part in (decoder, branch) for constant in part.initializer if constant.name in used
    )
    graph.input.extend(value for value in decoder.input if value.name in used)
    return graph


def _drop_unused(graph: Any) -> set[str]:
    """Remove the nodes that no output depends on and return the names of the values that are used."""
    used = {value.name for value in graph.output}
    kept = []
    for node in reversed(graph.node):  # ONNX lists nodes in topological order
        if used.intersection(node.output):
            kept.append(node)
            used.update(node.input)
            used.update(_captured(node))
    kept.reverse()
    del graph.node[:]
    graph.node.extend(kept)
    return used


def _captured(node: Any) -> Iterator[str]:
    """Yield the names that the graphs inside a node (of a loop or a choice) take from around it."""
    for attribute in node.attribute:
        if attribute.HasField("g"):
            for inner in attribute.g.node:
                yield from inner.input
                yield from _captured(inner)
