FROM debian:13
RUN curl -fsSL https://get.example.com/install.sh | bash
