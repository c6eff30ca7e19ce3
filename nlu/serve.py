"""Starts Rasa's server for the hotline: as `rasa run` does, but sooner, and never left behind.

Three things differ from `rasa run`:

- A model is loaded in less than half the time. Rasa 3.6 trains DIET on one example, only to learn
  the sizes of its weights, and has TensorFlow trace and compile the whole training for that; here
  the one example runs step by step instead.
- Rasa's HTTP interface for administration stays off: the voice channel is the only way in.
- The server ends when the program that started it ends, in whatever way that may be, and when the
  model cannot be loaded.

    python serve.py --model FILE [--host ADDRESS] [--port NUMBER] [--parent PID]
"""

import argparse
import logging
import os
import sys
import warnings
from typing import Any

from with_parent import end_with

logger = logging.getLogger("rasa.hotline")


def main() -> None:
    """Serve until a signal, or the end of the parent, says stop."""
    arguments = _arguments()
    if arguments.parent:
        end_with(arguments.parent)
    # TensorFlow's converter for phones imports JAX if it can: a second and 60 MB for nothing.
    sys.modules["jax"] = None
    _serve(arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Rasa's server for the hotline.")
    parser.add_argument("--model", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument("--parent", type=int, default=0, help="process to end with")
    return parser.parse_args()


def _serve(arguments: argparse.Namespace) -> None:
    import rasa.core.run
    import rasa.utils.tensorflow.environment
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    # Before Rasa's own, which would leave out the time.
    logging.basicConfig(
        format="%(asctime)s %(levelname)s %(name)s  %(message)s", level=logging.INFO
    )
    configure_logging_and_warnings(logging.INFO)
    configure_structlog(logging.INFO)
    rasa.utils.tensorflow.environment.setup_tf_environment()
    _load_models_sooner()
    # The channel and the stores are named by module: they are found in the project's folder.
    sys.path.insert(0, os.getcwd())
    rasa.core.run.serve_application(
        arguments.model,
        interface=arguments.host,
        port=arguments.port,
        credentials="credentials.yml",
        endpoints=AvailableEndpoints.read_endpoints("endpoints.yml"),
        enable_api=False,
        server_listeners=[(_refuse_without_model, "after_server_start")],
    )


def _load_models_sooner() -> None:
    import tensorflow as tf
    from rasa.utils.tensorflow.models import RasaModel

    fit = RasaModel.fit

    def fit_step_by_step(self: Any, *args: Any, **kwargs: Any) -> Any:
        tf.config.run_functions_eagerly(True)
        try:
            with warnings.catch_warnings():
                # TensorFlow warns that its data pipelines stay as fast as they are.
                warnings.simplefilter("ignore")
                return fit(self, *args, **kwargs)
        finally:
            tf.config.run_functions_eagerly(False)

    # A server never trains: the only fit it makes is the one while a model is loaded.
    RasaModel.fit = fit_step_by_step


async def _refuse_without_model(app: Any, _: Any) -> None:
    agent = getattr(app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        logger.error("The model cannot be loaded; train it again with `ivr nlu train`")
        logging.shutdown()
        os._exit(3)


if __name__ == "__main__":
    main()
