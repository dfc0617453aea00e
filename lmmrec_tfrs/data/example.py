"""`tf.train.Example` without TensorFlow: the same messages, by the protobuf runtime alone.

TensorFlow's own classes can only be had by importing TensorFlow, which takes seconds. These are
made from the same definition (tensorflow/core/example/{feature,example}.proto), in a pool of their
own: bytes written by either are read by the other.
"""

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_PACKAGE = "lmmrec"
_Field = descriptor_pb2.FieldDescriptorProto


def _definition() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(
        name="lmmrec/example.proto", package=_PACKAGE, syntax="proto3"
    )

    def message(name: str, *fields: descriptor_pb2.FieldDescriptorProto) -> Any:
        return file.message_type.add(name=name, field=fields)

    def field(name: str, number: int, type_name: str = "", **more: Any) -> Any:
        if type_name:
            more |= {"type": _Field.TYPE_MESSAGE, "type_name": f".{_PACKAGE}.{type_name}"}
        return _Field(name=name, number=number, **{"label": _Field.LABEL_OPTIONAL, **more})

    repeated = {"label": _Field.LABEL_REPEATED}
    message("BytesList", field("value", 1, type=_Field.TYPE_BYTES, **repeated))
    message("FloatList", field("value", 1, type=_Field.TYPE_FLOAT, **repeated))
    message("Int64List", field("value", 1, type=_Field.TYPE_INT64, **repeated))
    feature = message(
        "Feature",
        *(
            field(name, number, type_name, oneof_index=0)
            for number, (name, type_name) in enumerate(
                (
                    ("bytes_list", "BytesList"),
                    ("float_list", "FloatList"),
                    ("int64_list", "Int64List"),
                ),
                start=1,
            )
        ),
    )
    feature.oneof_decl.add(name="kind")
    features = message("Features", field("feature", 1, "Features.FeatureEntry", **repeated))
    # How protobuf writes `map<string, Feature>`.
    entry = features.nested_type.add(
        name="FeatureEntry",
        field=[field("key", 1, type=_Field.TYPE_STRING), field("value", 2, "Feature")],
    )
    entry.options.map_entry = True
    message("Example", field("features", 1, "Features"))
    return file


def _classes() -> tuple[Any, ...]:
    pool = descriptor_pool.DescriptorPool()
    pool.Add(_definition())
    return tuple(
        message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))
        for name in ("Example", "Features", "Feature", "BytesList", "FloatList", "Int64List")
    )


Example, Features, Feature, BytesList, FloatList, Int64List = _classes()
