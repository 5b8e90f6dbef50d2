# The worker as an image: `docker run IMAGE` is the scheduler, `docker run IMAGE sverka check` any other command.
# Nothing of a company is in it: secrets come as files at run time (NAME_FILE), memory lies in the volume /data.

FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
WORKDIR /app
COPY requirements.lock ./
RUN /venv/bin/pip install --no-deps --require-hashes -r requirements.lock
# Installed where it lies, as in a checkout: config, templates and crontab stand beside the packages. The sandbox is there too: it is
# small, and `docker run --rm IMAGE sverka demo` is how somebody gets to know Sverka before there is anything to connect.
COPY pyproject.toml README.md crontab ./
COPY sverka sverka
COPY jobs jobs
COPY reconcilers reconcilers
COPY sandbox sandbox
COPY templates templates
COPY config config
RUN /venv/bin/pip install --no-deps --no-build-isolation --editable . && /venv/bin/python -m compileall -q sverka jobs reconcilers sandbox

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="Sverka" \
      org.opencontainers.image.description="Keeps a company's CRM, stock and accounts in agreement, on a schedule" \
      org.opencontainers.image.version="0.1.0"
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin sverka \
    && install --directory --mode=0700 --owner=sverka --group=sverka /data
COPY --from=build /venv /venv
COPY --from=build /app /app
# Memory lies under var/ if the environment names no other place, and that is the volume.
RUN ln -s /data /app/var
# The lock's time zones count, not the image's; business time is Sverka's own affair (SVERKA_TZ), the rest is told in UTC.
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONTZPATH="" \
    TZ=UTC \
    MPLCONFIGDIR=/tmp/matplotlib \
    SVERKA_LOG=json \
    SVERKA_LOG_LEVEL=info
USER 10001:10001
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=60s --timeout=30s --start-period=180s --retries=3 CMD ["sverka", "health"]
# The shell sets what no image can say, that new files are their owner's only, and gives its place to the command: signals reach it.
ENTRYPOINT ["/bin/sh", "-c", "umask 077 && exec \"$@\"", "sh"]
CMD ["sverka", "scheduler"]
