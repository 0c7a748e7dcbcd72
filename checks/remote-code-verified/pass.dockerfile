FROM debian:13
ADD --checksum=sha256:3333333333333333333333333333333333333333333333333333333333333333 https://files.example.com/tool.tar.gz /opt/
RUN curl -fsSLO https://get.example.com/install.sh && echo "4444  install.sh" | sha256sum -c && sh install.sh
