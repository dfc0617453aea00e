"""A copy of a layer whose weights slowly follow the layer's own."""

import math
from typing import Any

import tensorflow as tf


@tf.keras.utils.register_keras_serializable(package="lmmrec")
class EmaTeacher(tf.keras.layers.Layer):
    """Runs a layer with an exponential moving average of its weights.

    A mean teacher (Tarvainen and Valpola, 2017): after each step of the optimiser
    θ' <- δ θ' + (1 - δ) θ. The decay δ rises from a first value, while the student still learns
    fast, along a cosine to a last one (BYOL, Grill et al., 2020).

    The teacher holds a clone of the one layer that it is given, made from its config, and
    nothing else: what must not be copied, such as a huge table, is left out by not giving it.
    The clone never trains: its weights are non-trainable weights of the teacher, no
    gradient leaves it, and its dropout is off. Weights that the student does not train either (a
    standardisation) are copied as they are.

    Args:
        layer: the student. The teacher starts as its copy: now where it is built, otherwise at
            the first update.
        initial_decay: δ at the first update, in [0, 1].
        final_decay: δ from update `ramp_updates` on, in [`initial_decay`, 1].
        ramp_updates: over how many updates δ rises; 0 for the last value at once.

    Raises:
        ValueError: a setting is out of range, or a clone of the layer cannot be built.

    Example:

    >>> student = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
    >>> _ = student(tf.constant([[1.0]]))
    >>> teacher = EmaTeacher(student, initial_decay=0.75, final_decay=0.75)
    >>> _ = student.kernel.assign([[5.0]])  # a step of the optimiser
    >>> teacher.update(student)
    >>> teacher(tf.constant([[1.0]])).numpy()  # 0.75 · 1 + 0.25 · 5
    array([[2.]], dtype=float32)
    """

    def __init__(
        self,
        layer: tf.keras.layers.Layer,
        initial_decay: float = 0.99,
        final_decay: float = 0.999,
        ramp_updates: int = 1000,
        **kwargs: Any,
    ):
        # The clone casts its inputs itself, or has reasons not to.
        super().__init__(**{"autocast": False, **kwargs})
        if not 0.0 <= initial_decay <= final_decay <= 1.0 or ramp_updates < 0:
            raise ValueError(
                "expected 0 <= initial_decay <= final_decay <= 1 and ramp_updates of at least 0, "
                f"received {initial_decay}, {final_decay} and {ramp_updates}."
            )
        self.initial_decay = initial_decay
        self.final_decay = final_decay
        self.ramp_updates = ramp_updates
        self.num_updates = self.add_weight(
            name="num_updates", shape=(), dtype=tf.int64, initializer="zeros", trainable=False
        )
        self.layer = type(layer).from_config(layer.get_config())
        self._is_copy = False
        if layer.built:
            build_config = layer.get_build_config()
            if build_config is None:
                raise ValueError(
                    f"expected the layer {layer.name!r} to know its input's shape, received None "
                    "from get_build_config: call the layer once on a batch before."
                )
            self.layer.build_from_config(build_config)
            if len(self.layer.weights) != len(layer.weights):
                raise ValueError(
                    f"expected the layer {layer.name!r} to make its {len(layer.weights)} weights "
                    f"when it is built, received a clone with {len(self.layer.weights)}: give "
                    f"{type(layer).__name__} a build that builds its sublayers, instead of leaving "
                    "it to their first call."
                )
            self.built = True
            self.copy_from(layer)

    def build(self, input_shape: Any = None) -> None:
        """Creates the clone's weights, where it has none yet."""
        if not self.layer.built:
            self.layer.build(input_shape)
        super().build(input_shape)

    @property
    def trainable_weights(self) -> list[tf.Variable]:
        """None: the teacher follows."""
        return []

    @property
    def non_trainable_weights(self) -> list[tf.Variable]:
        """The number of updates and all weights of the clone."""
        return [self.num_updates, *self.layer.weights]

    def decay(self, num_updates: tf.Tensor | int) -> tf.Tensor:
        """δ at the update that comes after `num_updates` others, float32 scalar."""
        if not self.ramp_updates:
            return tf.constant(self.final_decay, tf.float32)
        progress = tf.minimum(tf.cast(num_updates, tf.float32) / self.ramp_updates, 1.0)
        still_to_rise = (tf.cos(math.pi * progress) + 1.0) / 2.0
        return self.final_decay - (self.final_decay - self.initial_decay) * still_to_rise

    def copy_from(self, student: tf.keras.layers.Layer) -> None:
        """Makes the clone's weights equal to the student's, as before the first update."""
        for target, source in self._pairs(student):
            target.assign(source)
        self._is_copy = True

    def update(self, student: tf.keras.layers.Layer) -> None:
        """Moves the clone's weights towards the student's; call it after the optimiser's step.

        Under a distribution strategy, call it in the step or in the strategy's scope: all
        replicas hold the same student, and each moves its own copy.

        Args:
            student: the layer that the teacher was made of.

        Raises:
            ValueError: the layer has other weights than the clone.
        """
        pairs = self._pairs(student)

        def move(strategy: tf.distribute.Strategy) -> None:
            rate = 1.0 - self.decay(self.num_updates)
            if not self._is_copy:
                rate = tf.where(self.num_updates == 0, 1.0, rate)
            for target, source in pairs:
                move_one = _average if source.trainable else _copy
                strategy.extended.update(target, move_one, args=(source, rate))
            strategy.extended.update(self.num_updates, lambda count: count.assign_add(1))

        strategy = tf.distribute.get_strategy()
        if tf.distribute.in_cross_replica_context():
            move(strategy)
        else:
            # As Keras's optimisers do: merged over the replicas, where the strategy has need to.
            tf.__internal__.distribute.interim.maybe_merge_call(move, strategy)

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """What the layer makes of its inputs with the averaged weights.

        Args:
            inputs: what the layer takes, and further arguments of its own; `training` is ignored.

        Returns:
            What the layer returns, without gradient.
        """
        # Keras takes it from layers whose `call` does not name it, and hands it to their sublayers.
        kwargs["training"] = False
        return tf.nest.map_structure(tf.stop_gradient, self.layer(inputs, *args, **kwargs))

    def _pairs(self, student: tf.keras.layers.Layer) -> list[tuple[tf.Variable, tf.Variable]]:
        """The clone's weights, each with the student's that it follows."""
        targets, sources = self.layer.weights, student.weights
        signatures = [
            [(tuple(weight.shape), weight.dtype, weight.trainable) for weight in weights]
            for weights in (targets, sources)
        ]
        if not sources or signatures[0] != signatures[1]:
            raise ValueError(
                f"expected a built layer like {self.layer.name!r} with {len(targets)} weights of "
                f"the same shapes, received {student.name!r} with {len(sources)}: give update the "
                "layer that the teacher was made of."
            )
        return list(zip(targets, sources, strict=True))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "layer": tf.keras.utils.serialize_keras_object(self.layer),
            "initial_decay": self.initial_decay,
            "final_decay": self.final_decay,
            "ramp_updates": self.ramp_updates,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "EmaTeacher":
        """Makes an unfilled teacher of the same settings."""
        layer = tf.keras.utils.deserialize_keras_object(config["layer"])
        return cls(**{**config, "layer": layer})


def _average(target: tf.Variable, source: tf.Tensor, rate: tf.Tensor) -> None:
    target.assign_sub(tf.cast(rate, target.dtype) * (target - source))


def _copy(target: tf.Variable, source: tf.Tensor, rate: tf.Tensor) -> None:
    target.assign(source)
