"""Settings of what admins teach."""

from pydantic import Field

from ivr.config.section import Section


class Training(Section):
    """What admins teach the assistant."""

    keep_models: int = Field(
        5, ge=2, le=100, description="Trained models that are kept, the active one besides."
    )
    most_lost: float = Field(
        0.01,
        ge=0,
        le=1,
        description="Share of right answers a new model may lose before an admin has to insist.",
    )
    low_confidence: float = Field(
        0.6, ge=0, le=1, description="Confidence below which an utterance comes into the inbox."
    )
    sample: float = Field(
        0.02, ge=0, le=1, description="Share of all other utterances that comes there as well."
    )
    heard_examples: int = Field(
        20,
        ge=1,
        le=1000,
        description="Examples of an intent that are spoken to train on what the phone hears.",
    )
    agent_minutes: float = Field(
        4.0,
        ge=0,
        le=120,
        description="Minutes a hand-over costs a colleague; the reports reckon with it.",
    )
    finish_s: float = Field(
        1800,
        ge=0,
        le=14400,
        description="Seconds that calls may go on with the model before, after a switch-over.",
    )
