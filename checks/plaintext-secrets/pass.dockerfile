FROM debian:13
ARG TOKEN
RUN --mount=type=secret,id=token cat /run/secrets/token
