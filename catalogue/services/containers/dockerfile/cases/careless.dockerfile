FROM ubuntu:24.04
ENV DB_PASSWORD="kR7vPq2LmX9wZt4B"
RUN apt-get update && \
    apt-get install -y curl
RUN curl -fsSL https://get.example.com/install.sh | sudo bash
ADD https://files.example.com/tool.tar.gz /opt/
CMD ["/opt/run"]
