# The production image: no embedded servers in it (MongoDB's program is under SSPL-1.0, and both are for a laptop).
FROM node:22-bookworm-slim AS page

WORKDIR /src/gateway/web
COPY gateway/web/package.json gateway/web/package-lock.json gateway/web/.npmrc ./
RUN npm ci
COPY schema.graphql /src/
COPY gateway/web ./
RUN npm run build:page

FROM python:3.11-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/sat-gateway
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY gateway gateway
COPY resolvers resolvers
COPY tasks tasks
COPY --from=page /src/gateway/web/dist gateway/web/dist
# The versions that were tested together. Compiled here, because the root of a running container is read-only.
RUN /opt/sat-gateway/bin/pip install --compile --constraint constraints.txt .

FROM python:3.11-slim-bookworm

RUN groupadd --gid 10001 gateway \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin gateway
COPY --from=build /opt/sat-gateway /opt/sat-gateway
ENV PATH=/opt/sat-gateway/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /tmp
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["sat-gateway"]
CMD ["serve"]
