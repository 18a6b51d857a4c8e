# One image: the site and its compute workers. Build: docker build -t warmup .
FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/warmup
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE ./
COPY tools/install tools/install
COPY app app
RUN tools/install pg && find .venv -name __pycache__ -prune -exec rm -rf {} +

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data warmup && install -d -o warmup /data
WORKDIR /srv/warmup
COPY --from=build /srv/warmup/.venv .venv
COPY pyproject.toml ./
COPY app app
COPY templates templates
COPY static static
COPY content content
ENV WARMUP_DATA_DIR=/data WARMUP_HOST=0.0.0.0 PATH=/srv/warmup/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1
USER warmup
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["warmup", "serve"]
