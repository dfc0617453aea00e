"""The names of the channels that training data come through, for the trainer and the tuner."""

EXAMPLES = "examples"
TRANSFORM_GRAPH = "transform_graph"
CATALOGUE = "catalogue"
MOTIVATIONS = "motivations"

TRAINING_DATA = (EXAMPLES, TRANSFORM_GRAPH, CATALOGUE, MOTIVATIONS)
