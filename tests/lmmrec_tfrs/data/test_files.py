"""Local files need no TensorFlow, URIs go through it; both behave alike."""

import pytest
import tensorflow as tf

from lmmrec_tfrs.data import files


@pytest.fixture(params=["local", "uri"])
def folder(request, tmp_path):
    return str(tmp_path / "x") if request.param == "local" else f"ram://{tmp_path.name}/x"


def test_what_is_written_is_read_and_found(folder):
    files.write_text(f"{folder}/deep/a.txt", "grün\r\nrot\n")
    with files.open_file(f"{folder}/deep/b.bin", "wb") as file:
        file.write(b"\xff\x00")
    assert files.read_text(f"{folder}/deep/a.txt") == "grün\r\nrot\n"
    with files.open_file(f"{folder}/deep/b.bin", "rb") as file:
        assert file.read() == b"\xff\x00"
    assert files.names_in(f"{folder}/deep") == ["a.txt", "b.bin"]
    assert files.matching(f"{folder}/deep/*.txt") == [f"{folder}/deep/a.txt"]
    assert files.exists(f"{folder}/deep/a.txt")
    assert files.is_directory(f"{folder}/deep")
    assert not files.exists(f"{folder}/other")


def test_both_read_what_tensorflow_wrote(folder):
    tf.io.gfile.makedirs(folder)
    with tf.io.gfile.GFile(f"{folder}/a.txt", "w") as file:
        file.write("of TensorFlow")
    assert files.read_text(f"{folder}/a.txt") == "of TensorFlow"
