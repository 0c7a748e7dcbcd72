package host

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"time"

	"golang.org/x/sys/unix"
)

// kernelLive asks the running kernel.
type kernelLive struct{}

// Running returns what asks the running kernel, or nil where that is not known
// on this platform.
func Running() Live { return kernelLive{} }

// maxRules bounds what the packet filter's tools may print.
const maxRules = 16 << 20

// Rules runs the tools that print the rules, where they are installed.
func (kernelLive) Rules(ctx context.Context) (nft, v4, v6 []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var errs []error
	asked := false
	run := func(out *[]byte, program string, args ...string) {
		for _, dir := range []string{"/usr/sbin/", "/sbin/"} {
			if _, err := os.Stat(dir + program); err != nil {
				continue
			}
			asked = true
			text, err := output(ctx, dir+program, args...)
			if err != nil {
				errs = append(errs, err)
			}
			*out = text
			return
		}
	}
	run(&nft, "nft", "-j", "list", "ruleset")
	if len(nft) == 0 {
		run(&v4, "iptables-save")
		run(&v6, "ip6tables-save")
	}
	if !asked {
		return nil, nil, nil, nil // without a tool there is nothing to ask, and files are looked at
	}
	if len(nft) == 0 && len(v4) == 0 {
		return nil, nil, nil, errors.Join(errs...)
	}
	return nft, v4, v6, nil
}

func output(ctx context.Context, program string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = []string{"LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	text, readErr := io.ReadAll(io.LimitReader(pipe, maxRules+1))
	if len(text) > maxRules {
		_ = cmd.Process.Kill()
		readErr = errTooLarge
	}
	return text, errors.Join(readErr, cmd.Wait())
}

// Clock asks adjtimex.
func (kernelLive) Clock() (synced bool, off time.Duration, err error) {
	var t unix.Timex
	state, err := unix.Adjtimex(&t)
	if err != nil {
		return false, 0, err
	}
	off = time.Duration(t.Offset) * time.Microsecond
	if t.Status&unix.STA_NANO != 0 {
		off = time.Duration(t.Offset)
	}
	return state != unix.TIME_ERROR && t.Status&unix.STA_UNSYNC == 0, off, nil
}

// Audit asks over netlink: one message there, one back.
func (kernelLive) Audit() (AuditState, error) {
	const auditGet = 1000
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_AUDIT)
	if err != nil {
		return AuditState{}, err
	}
	defer func() { _ = unix.Close(fd) }()
	wait := unix.NsecToTimeval(int64(time.Second))
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &wait); err != nil {
		return AuditState{}, err
	}
	var ask bytes.Buffer
	for _, v := range []any{uint32(unix.NLMSG_HDRLEN), uint16(auditGet), uint16(unix.NLM_F_REQUEST), uint32(1), uint32(0)} {
		_ = binary.Write(&ask, binary.NativeEndian, v) // into memory
	}
	if err := unix.Sendto(fd, ask.Bytes(), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return AuditState{}, err
	}
	answer := make([]byte, 4096)
	n, _, err := unix.Recvfrom(fd, answer, 0)
	if err != nil {
		return AuditState{}, err
	}
	answer = answer[:n]
	if n < unix.NLMSG_HDRLEN+28 {
		return AuditState{}, errors.New("a short answer")
	}
	if kind := binary.NativeEndian.Uint16(answer[4:]); kind != auditGet {
		if code := int32(binary.NativeEndian.Uint32(answer[unix.NLMSG_HDRLEN:])); kind == unix.NLMSG_ERROR && code < 0 {
			return AuditState{}, unix.Errno(-code)
		}
		return AuditState{}, errors.New("another answer")
	}
	status := answer[unix.NLMSG_HDRLEN:] // mask, enabled, failure, pid, rate, backlog limit, lost
	return AuditState{Enabled: binary.NativeEndian.Uint32(status[4:]) != 0, Lost: int(binary.NativeEndian.Uint32(status[24:]))}, nil
}

// Metadata asks Amazon's service for something harmless without a token.
func (kernelLive) Metadata(ctx context.Context, _ string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://169.254.169.254/latest/meta-data/instance-id", http.NoBody)
	if err != nil {
		return false, err
	}
	client := &http.Client{Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return false, err
	}
	defer func() { _ = resp.Body.Close() }()
	switch resp.StatusCode {
	case http.StatusOK:
		return false, nil
	case http.StatusUnauthorized:
		return true, nil
	}
	return false, errors.New(resp.Status)
}
