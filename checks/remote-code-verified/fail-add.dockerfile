FROM debian:13
ADD https://files.example.com/tool.tar.gz /opt/
