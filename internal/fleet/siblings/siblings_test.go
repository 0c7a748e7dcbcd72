package siblings

import (
	"fmt"
	"reflect"
	"testing"
)

// web is a server with the usual files, changed by what is given; an empty hash takes one out.
func web(id int64, change map[string]string) Server {
	s := Server{ID: id, Kind: "debian 12 amd64", Policy: "linux 1", Complete: true}
	for _, f := range []File{{"/etc/hostname", fmt.Sprint("own", id)}, {"/etc/ssh/sshd_config", "a"}, {"/usr/bin/curl", "c"}} {
		if h, ok := change[f.Path]; ok {
			f.Hash = h
			delete(change, f.Path)
		}
		if f.Hash != "" {
			s.Files = append(s.Files, f)
		}
	}
	for path, hash := range change {
		s.Files = append(s.Files, File{path, hash})
	}
	return s
}

func judged(most int, all ...Server) ([]Difference, Summary) {
	c := New()
	for _, s := range all {
		c.Count(s)
	}
	j := c.Judge(most)
	for _, s := range all {
		j.Look(s)
	}
	return j.Found(), j.Summary()
}

func TestWhoDiffers(t *testing.T) {
	partial := web(5, map[string]string{"/usr/bin/curl": "", "/usr/bin/x": "x"})
	partial.Complete = false
	other := web(5, map[string]string{"/etc/ssh/sshd_config": "z"})
	other.Kind = "rhel 9 amd64"
	for name, test := range map[string]struct {
		servers []Server
		want    []Difference
		alone   int
	}{
		"one has another content": {
			[]Server{web(1, nil), web(2, nil), web(3, nil), web(4, map[string]string{"/etc/ssh/sshd_config": "b"})},
			[]Difference{{4, "/etc/ssh/sshd_config", Content, "b", "a", 3, 3}},
			0,
		},
		"too few beside it": {[]Server{web(1, nil), web(2, nil), web(3, map[string]string{"/etc/ssh/sshd_config": "b"})}, nil, 3},
		"nobody agrees":     {[]Server{web(1, map[string]string{"/usr/bin/curl": "d"}), web(2, map[string]string{"/usr/bin/curl": "d"}), web(3, nil), web(4, nil)}, nil, 0},
		"one has more":      {[]Server{web(1, nil), web(2, nil), web(3, nil), web(4, map[string]string{"/usr/bin/x": "x"})}, []Difference{{4, "/usr/bin/x", Only, "x", "", 3, 3}}, 0},
		"one has less":      {[]Server{web(1, nil), web(2, nil), web(3, nil), web(4, map[string]string{"/usr/bin/curl": ""})}, []Difference{{4, "/usr/bin/curl", Missing, "", "", 3, 3}}, 0},
		"a list with holes proves nothing missing": {[]Server{web(1, nil), web(2, nil), web(3, nil), web(4, nil), partial}, nil, 0},
		"another system is no sibling":             {[]Server{web(1, nil), web(2, nil), web(3, nil), web(4, nil), other}, nil, 1},
		"two of ten that differ alike both stand out": {
			[]Server{
				web(1, map[string]string{"/usr/bin/curl": "d"}), web(2, map[string]string{"/usr/bin/curl": "d"}), web(3, nil), web(4, nil), web(5, nil), web(6, nil),
				web(7, nil), web(8, nil), web(9, nil), web(10, nil),
			},
			[]Difference{{1, "/usr/bin/curl", Content, "d", "c", 8, 9}, {2, "/usr/bin/curl", Content, "d", "c", 8, 9}},
			0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, sum := judged(100, test.servers...)
			if !reflect.DeepEqual(got, test.want) || sum.Alone != test.alone || sum.Servers != len(test.servers) {
				t.Errorf("found %+v, %+v; want %+v and %d alone", got, sum, test.want, test.alone)
			}
		})
	}
}

// What servers make up does not fill the memory, and is told.
func TestBounds(t *testing.T) {
	liar := web(9, nil)
	for i := range mostPaths {
		liar.Files = append(liar.Files, File{fmt.Sprint("/tmp/", i), "x"})
	}
	all := []Server{web(1, nil), web(2, nil), web(3, nil), liar, web(4, map[string]string{"/usr/bin/curl": "evil"})}
	got, sum := judged(2, all...)
	if !sum.Partial || sum.Files != mostPaths || len(got) != 2 || sum.Odd <= 2 {
		t.Errorf("%d found, %+v", len(got), sum)
	}
	var each []Server
	for i := range int64(mostContents + 20) {
		each = append(each, web(i, map[string]string{"/usr/bin/curl": fmt.Sprint("c", i)}))
	}
	if got, _ := judged(100, each...); len(got) != 0 {
		t.Errorf("files that are everywhere different stand out: %+v", got[0])
	}
}
