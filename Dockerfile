# docker compose up -d, or: docker build -t layso . && docker run -p 8080:8080 -v layso:/var/lib/layso layso
FROM python:3.13-slim-bookworm AS build
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends make npm
WORKDIR /src
COPY . .
RUN make wheel

FROM python:3.13-slim-bookworm
COPY --from=build /src/dist/ /tmp/dist/
RUN pip install --no-cache-dir -c /tmp/dist/constraints.txt "$(echo /tmp/dist/layso-*.whl)[voice]" && rm -r /tmp/dist
# The number is fixed, so that the files of the volume have one owner after every build.
RUN useradd --system --uid 64321 --home-dir /var/lib/layso --create-home --shell /usr/sbin/nologin layso \
 && chmod 700 /var/lib/layso
USER layso
WORKDIR /var/lib/layso
VOLUME /var/lib/layso
ENV LAYSO_DATA=/var/lib/layso LAYSO_HOST=0.0.0.0 LAYSO_PORT=8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['LAYSO_PORT']}/readyz\", timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["layso"]
CMD ["serve"]
