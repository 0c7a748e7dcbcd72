FROM debian:13
CMD ["/shop"]
