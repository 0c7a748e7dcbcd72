module github.com/demarc-sec/demarc

go 1.26
