package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"github.com/demarc-sec/demarc/internal/store"
	"github.com/demarc-sec/demarc/internal/tenant"
	vulnstore "github.com/demarc-sec/demarc/internal/vuln/store"
)

// FamilyData is what the database has of one family of distributions.
type FamilyData struct {
	vulnstore.Meta

	Releases []string `json:"releases"`
	// TooOld says that nothing is evaluated by it any more.
	TooOld bool `json:"too_old"`
}

// VulnerabilityData is the database of vulnerabilities, as the replica that
// evaluates has it.
type VulnerabilityData struct {
	Families []FamilyData          `json:"families"`
	Signals  vulnstore.SignalsMeta `json:"signals"`
	Problems []string              `json:"problems,omitempty"` // files that could not be read
	Since    time.Time             `json:"since,omitzero"`     // it is this one
	MaxAge   time.Duration         `json:"-"`
	Waiting  int64                 `json:"waiting"` // servers that are due
	Update   *DataUpdate           `json:"update,omitempty"`
}

// DataUpdate is how the last update of the database went.
type DataUpdate struct {
	From    string    `json:"from"`
	At      time.Time `json:"at"`
	Every   string    `json:"every"`
	Replica string    `json:"replica"`
	Updated []string  `json:"updated,omitempty"` // families
	Failed  []string  `json:"failed,omitempty"`  // part: why
	Missing []string  `json:"missing,omitempty"` // parts that the mirror does not have
}

// maxReleases bounds how many releases of a family are told of.
const maxReleases = 300

// noteData writes down which data there is. When it is another than before, all
// servers are evaluated by it, and their sources assessed anew.
func (f *Fleet) noteData(ctx context.Context, db *vulnstore.DB) (string, error) {
	stamp := db.Stamp()
	var rows []dataRow
	if err := f.DB.NewSelect().Model(&rows).Column("name", "stamp", "at").Where("name = ?", theData).Scan(ctx); err != nil {
		return "", store.Translate(err)
	}
	if len(rows) == 1 && rows[0].Stamp == stamp {
		return stamp, nil
	}
	data := VulnerabilityData{Signals: db.Signals}
	for _, family := range db.Families() {
		releases := family.Releases()
		data.Families = append(data.Families, FamilyData{Meta: family.Meta, Releases: releases[:min(len(releases), maxReleases)]})
	}
	for _, p := range db.Problems {
		data.Problems = append(data.Problems, line(p.Error(), 300))
	}
	text, err := json.Marshal(data)
	if err != nil {
		return "", err
	}
	now := store.At(f.Now())
	return stamp, f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := store.Upsert(ctx, tx, []dataRow{{Name: theData, Stamp: stamp, Body: string(text), At: now}}, "name"); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model((*softwareRow)(nil)).Set("due = ?", now).Where("data <> ? AND due > ?", stamp, now).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewUpdate().Model((*sourceRow)(nil)).Set("dirty = ?", now).Where("dirty IS NULL").Exec(ctx)
		return err
	})
}

// NoteUpdate writes down how an update of the database went, for people.
func (f *Fleet) NoteUpdate(ctx context.Context, u DataUpdate) error {
	u.Replica = f.Replica
	for _, list := range []*[]string{&u.Updated, &u.Failed, &u.Missing} {
		*list = (*list)[:min(len(*list), 50)]
		for i := range *list {
			(*list)[i] = line((*list)[i], 300)
		}
	}
	text, err := json.Marshal(u)
	if err != nil {
		return err
	}
	return f.DB.Write(ctx, func(ctx context.Context, tx bun.Tx) error {
		return store.Upsert(ctx, tx, []dataRow{{Name: theUpdate, Body: string(text), At: store.At(u.At)}}, "name")
	})
}

// VulnerabilityData tells which data servers are held against.
func (f *Fleet) VulnerabilityData(ctx context.Context, who tenant.Who) (VulnerabilityData, error) {
	data := VulnerabilityData{Families: []FamilyData{}}
	if who.Reach(tenant.Read).None() {
		return data, tenant.ErrForbidden
	}
	var rows []dataRow
	if err := f.DB.NewSelect().Model(&rows).Scan(ctx); err != nil {
		return data, store.Translate(err)
	}
	for _, r := range rows {
		var err error
		switch r.Name {
		case theData:
			err = json.Unmarshal([]byte(r.Body), &data)
			data.Since = r.At.Time
		case theUpdate:
			err = json.Unmarshal([]byte(r.Body), &data.Update)
		}
		if err != nil {
			return data, errors.Join(errors.New("what is known of the database of vulnerabilities cannot be read"), err)
		}
	}
	if f.Software != nil {
		data.MaxAge = f.Software.Policy.MaxAge
		for i := range data.Families {
			data.Families[i].TooOld = data.Families[i].Old(f.Now()) > data.MaxAge
		}
	}
	n, err := f.DB.NewSelect().Model((*softwareRow)(nil)).Where("org = ? AND due <= ?", who.Org, store.At(f.Now())).Count(ctx)
	data.Waiting = n
	return data, store.Translate(err)
}
