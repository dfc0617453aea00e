"""The names of the files that towers are saved in."""

QUERY_TOWER_FILE = "query_tower.keras"
CANDIDATE_TOWER_FILE = "candidate_tower.keras"
