package normalise

import (
	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/source"
)

// Comment is a source comment that belongs to an asset.
type Comment struct {
	Text string
	At   estate.Location
	Call bool // it stands at a module call that led to the asset
}

func (n *Normaliser) note(a *estate.Asset, r *source.Resource) {
	if cs := commentsOf(r); len(cs) > 0 {
		n.comments[a] = append(n.comments[a], cs...)
	}
}

// commentsOf places a resource's comments.
func commentsOf(r *source.Resource) (out []Comment) {
	for _, c := range r.Comments {
		out = append(out, Comment{Text: c.Text, At: estate.Location{File: r.Location.File, Line: c.Line}})
	}
	for _, c := range r.CallComments {
		out = append(out, Comment{Text: c.Text, At: c.At, Call: true})
	}
	return out
}
