FROM debian:13
RUN useradd shop
USER shop
CMD ["/shop"]
