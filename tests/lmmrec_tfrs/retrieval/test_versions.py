"""Which of the pushed models is the newest."""

from lmmrec_tfrs.retrieval.versions import latest_version


def test_the_latest_version_is_the_highest_complete_number(tmp_path):
    for name in ("9", "10", "tmp", "11"):
        (tmp_path / name).mkdir()
        if name != "11":
            (tmp_path / name / "saved_model.pb").touch()
    assert latest_version(str(tmp_path)) == str(tmp_path / "10")
    assert latest_version(str(tmp_path / "tmp")) is None
    assert latest_version(str(tmp_path / "absent")) is None
    assert latest_version("") is None
