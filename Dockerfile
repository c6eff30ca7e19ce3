# syntax=docker/dockerfile:1
# The hotline in a container. Both environments, the speech models and Rasa's model are made by the
# same script that `make run` uses, and are part of the image; data is in the volume /data.
#
#     docker build -t hotline .
#     docker run --rm -p 127.0.0.1:8080:8080 -v hotline:/data hotline

FROM python:3.10-slim-bookworm AS python310

FROM python:3.11-slim-bookworm AS build
COPY --from=python310 /usr/local /opt/python3.10
# Packages are copied out of the cache, which does not become part of the image.
ENV IVR_NLU_PYTHON=/opt/python3.10/bin/python3.10 UV_LINK_MODE=copy
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.cache \
    python3 scripts/setup.py run

FROM python:3.11-slim-bookworm
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libespeak-ng1 libportaudio2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --create-home hotline
COPY --from=python310 /usr/local /opt/python3.10
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH \
    IVR_HOME=/data \
    IVR_HOTLINE_MODELS_DIR=/app/models \
    IVR_HOTLINE_COMPANY=/app/company.toml \
    IVR_WEB_HOST=0.0.0.0
WORKDIR /data
USER 10001
VOLUME /data
EXPOSE 8080
# Rasa needs a quarter of a minute to load its model, several on a slow machine.
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s \
    CMD ["ivr", "doctor", "--health"]
CMD ["ivr", "run"]
