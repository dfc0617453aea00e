"""The detectors of personal data, one file for each kind."""

from lmmrec_tfrs.privacy.detectors.registry import Detector, make_detectors

__all__ = ["Detector", "make_detectors"]
