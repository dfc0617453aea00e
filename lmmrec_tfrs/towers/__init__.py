"""Towers (Keras 2): from the features, or the id, of a user or an item to an embedding."""

from lmmrec_tfrs.extras import named_extra

with named_extra("lmmrec_tfrs.towers", "train"):
    import lmmrec_tfrs.backbones.encoders  # noqa: F401  (what a saved tower may hold)
    from lmmrec_tfrs.towers.candidate_tower import CandidateTower
    from lmmrec_tfrs.towers.identified_tower import IdentifiedTower
    from lmmrec_tfrs.towers.owner_tower import MotivationSettings, OwnerTower, TowerOutput
    from lmmrec_tfrs.towers.query_tower import QueryTower

__all__ = [
    "CandidateTower",
    "IdentifiedTower",
    "MotivationSettings",
    "OwnerTower",
    "QueryTower",
    "TowerOutput",
]
