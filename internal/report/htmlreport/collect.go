package htmlreport

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/demarc-sec/demarc/internal/estate"
	"github.com/demarc-sec/demarc/internal/report"
)

// document is the page's data. Texts are numbers into Strings, and lists of
// records are stored by column, which keeps 50,000 duties small and quick to
// parse. Index -1 means none.
type document struct {
	Tool        report.Tool            `json:"tool"`
	AssessedAt  string                 `json:"assessed_at"`
	Statuses    []string               `json:"statuses"`
	Owners      []string               `json:"owners"`
	Severities  []string               `json:"severities"`
	Rows        []row                  `json:"rows"`
	Resps       []resp                 `json:"resps"`
	Dimensions  []*dimension           `json:"dimensions"`
	Whole       *column                `json:"whole"`
	Strings     []string               `json:"strings"`
	Values      []json.RawMessage      `json:"values"`
	Assets      assetColumns           `json:"assets"`
	Lines       lineColumns            `json:"lines"`
	Bases       []basis                `json:"bases"`
	Evidence    [][]int                `json:"evidence"`
	Duties      dutyColumns            `json:"duties"`
	Findings    findingColumns         `json:"findings"`
	Weakest     []report.WeakestLink   `json:"weakest"`
	Sources     []report.Source        `json:"sources"`
	Uncovered   []report.UncoveredType `json:"uncovered"`
	Limitations []string               `json:"limitations"`
	Calendar    []move                 `json:"calendar"`
	LeftOut     *leftOut               `json:"left_out,omitempty"`

	whole counts
}

type row struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Resps []int  `json:"resps"`
}

type resp struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Row   int    `json:"row"`
}

type assetColumns struct {
	ID          []int   `json:"id"`
	Address     []int   `json:"address"`
	Name        []int   `json:"name"`
	Kind        []int   `json:"kind"`
	KindTitle   []int   `json:"kind_title"`
	Provider    []int   `json:"provider"`
	Service     []int   `json:"service"`
	ServiceName []int   `json:"service_name"`
	Model       []int   `json:"model"`
	NativeType  []int   `json:"native_type"`
	Account     []int   `json:"account"`
	Region      []int   `json:"region"`
	Environment []int   `json:"environment"`
	Team        []int   `json:"team"`
	File        []int   `json:"file"`
	Line        []int   `json:"line"`
	Detailed    []int   `json:"detailed"`
	Duties      []int   `json:"duties"` // first duty of each asset, and one more at the end
	More        []*more `json:"more"`   // what only the asset's own page shows
}

// more is the detail of one asset.
type more struct {
	Addresses []int             `json:"addresses,omitempty"`
	Tags      map[string]string `json:"tags,omitempty"`
	Elsewhere bool              `json:"elsewhere,omitempty"`
	Calls     []int             `json:"calls,omitempty"`     // file, line pairs
	Facts     []int             `json:"facts,omitempty"`     // eight numbers each, see fact
	Relations []int             `json:"relations,omitempty"` // name, asset, ref triples
}

// lineColumns are the distinct ownership decisions. Many duties share one.
type lineColumns struct {
	Resp     []int   `json:"resp"`
	Owner    []int   `json:"owner"`
	Party    []int   `json:"party"`
	Possible [][]int `json:"possible"`
	Basis    []int   `json:"basis"`
	On       []int   `json:"on"`
	To       []int   `json:"to"`
}

type basis struct {
	Rule     int   `json:"r"`
	Note     int   `json:"n,omitempty"`
	Facts    []int `json:"f,omitempty"`
	URL      int   `json:"u,omitempty"`
	Document int   `json:"d,omitempty"`
	Inferred bool  `json:"i,omitempty"`
	Verified int   `json:"v,omitempty"`
}

type dutyColumns struct {
	Line     []int `json:"line"`
	Status   []int `json:"status"`
	Team     []int `json:"team"`
	Evidence []int `json:"evidence"`
}

type findingColumns struct {
	Fingerprint []int     `json:"fingerprint"`
	Check       []int     `json:"check"`
	Title       []int     `json:"title"`
	Severity    []int     `json:"severity"`
	Result      []int     `json:"result"`
	Asset       []int     `json:"asset"`
	Address     []int     `json:"address"`
	Resp        []int     `json:"resp"`
	Owner       []int     `json:"owner"`
	Status      []int     `json:"status"`
	Team        []int     `json:"team"`
	File        []int     `json:"file"`
	Line        []int     `json:"line"`
	EndLine     []int     `json:"end_line"`
	Attribute   []int     `json:"attribute"`
	Message     []int     `json:"message"`
	Text        []int     `json:"text"`   // into Texts
	Texts       []advice  `json:"texts"`  // what findings of one check share
	Waiver      []int     `json:"waiver"` // into Waivers, -1 none
	Waivers     []*waiver `json:"waivers"`
	Baseline    []int     `json:"baseline"` // positions of known findings
}

type advice struct {
	Why         string   `json:"why,omitempty"`
	Remediation string   `json:"remediation,omitempty"`
	References  []string `json:"references,omitempty"`
	Controls    []string `json:"controls,omitempty"`
	Aliases     []string `json:"aliases,omitempty"`
}

type waiver = report.Waiver

// move is a demarcation line that will move on a known date.
type move struct {
	On     string `json:"on"`
	To     string `json:"to"`
	Owner  int    `json:"owner"`
	Resp   int    `json:"resp"`
	Assets []int  `json:"assets"` // those the page lists
	Count  int    `json:"count"`
}

// collector turns an assessment into a document in a few passes.
type collector struct {
	doc      *document
	keep     bounds
	strings  *stringTable
	values   *jsonTable
	rowAt    map[string]int
	respAt   map[string]int
	assetAt  map[string]int // listed assets
	keys     map[string]columnKeys
	unique   map[string]int // lines, bases, evidence, advice and waivers by their JSON
	status   map[[2]int]int // of the duty of a listed asset
	moves    map[string]*move
	moveKeys []string
}

func collect(a *report.Assessment, keep bounds) *document {
	c := &collector{
		doc: &document{
			Tool: a.Tool, AssessedAt: a.AssessedAt, Statuses: statuses, Owners: owners, Severities: report.Severities,
			Dimensions: newDimensions(), Whole: newColumn("", "Whole estate"),
			Weakest: a.Weakest, Sources: a.Sources, Uncovered: a.Uncovered, Limitations: a.Limitations,
		},
		keep: keep, strings: newStringTable(), values: newJSONTable(),
		rowAt: map[string]int{}, respAt: map[string]int{}, assetAt: map[string]int{}, keys: map[string]columnKeys{},
		unique: map[string]int{}, status: map[[2]int]int{}, moves: map[string]*move{},
	}
	c.rows(a.Rows)
	for as := range a.Assets {
		c.asset(as)
	}
	c.relations(a)
	c.duties(a)
	for f := range a.Findings {
		if keep.keeps(f) {
			c.finding(f)
		}
	}
	return c.close()
}

func (c *collector) rows(rows []report.Row) {
	for _, r := range rows {
		i := c.row(r.ID, r.Title)
		for _, rs := range r.Responsibilities {
			c.resp(rs.ID, rs.Title, i)
		}
	}
}

func (c *collector) row(id, title string) int {
	i, ok := c.rowAt[id]
	if !ok {
		i = len(c.doc.Rows)
		c.rowAt[id] = i
		c.doc.Rows = append(c.doc.Rows, row{ID: id, Title: cmp.Or(title, id), Resps: []int{}})
	}
	return i
}

func (c *collector) resp(id, title string, row int) int {
	i, ok := c.respAt[id]
	if !ok {
		i = len(c.doc.Resps)
		c.respAt[id] = i
		c.doc.Resps = append(c.doc.Resps, resp{ID: id, Title: cmp.Or(title, id), Row: row})
		c.doc.Rows[row].Resps = append(c.doc.Rows[row].Resps, i)
	}
	return i
}

// known finds the responsibility, adding one the rows forgot.
func (c *collector) known(id, row string) int {
	if i, ok := c.respAt[id]; ok {
		return i
	}
	return c.resp(id, "", c.row(row, ""))
}

func (c *collector) asset(as report.Asset) {
	c.keys[as.ID] = columnKeys{
		model: as.Model, provider: as.Provider, service: as.Service, serviceName: as.ServiceName,
		environment: as.Environment, account: as.Account, team: as.Team,
	}
	if !c.keep.lists(as.ID) {
		return
	}
	t, s := &c.doc.Assets, c.strings.of
	c.assetAt[as.ID] = len(t.ID)
	t.ID = append(t.ID, s(as.ID))
	t.Address = append(t.Address, s(as.Address))
	t.Name = append(t.Name, s(cmp.Or(as.Name, as.Address, as.ID)))
	t.Kind = append(t.Kind, s(as.Kind))
	t.KindTitle = append(t.KindTitle, s(cmp.Or(as.KindTitle, as.Kind)))
	t.Provider = append(t.Provider, s(as.Provider))
	t.Service = append(t.Service, s(as.Service))
	t.ServiceName = append(t.ServiceName, s(cmp.Or(as.ServiceName, as.Service)))
	t.Model = append(t.Model, s(as.Model))
	t.NativeType = append(t.NativeType, s(as.NativeType))
	t.Account = append(t.Account, s(as.Account))
	t.Region = append(t.Region, s(as.Region))
	t.Environment = append(t.Environment, s(as.Environment))
	t.Team = append(t.Team, s(as.Team))
	t.File = append(t.File, s(as.Location.File))
	t.Line = append(t.Line, as.Location.Line)
	t.Detailed = append(t.Detailed, rank(c.keep.details(as.ID)))
	t.More = append(t.More, c.more(as))
}

func (c *collector) more(as report.Asset) *more {
	if !c.keep.details(as.ID) {
		return nil
	}
	m := &more{Tags: as.Tags, Elsewhere: as.Elsewhere}
	if len(as.Addresses) > 1 {
		m.Addresses = c.strings.list(as.Addresses)
	}
	for _, l := range as.Calls {
		m.Calls = append(m.Calls, c.strings.of(l.File), l.Line)
	}
	for _, f := range as.Facts {
		m.Facts = append(m.Facts, c.fact(f.Name, f.Fact, as.Location)...)
	}
	return m
}

// fact gives name, value (-1 when unknown), reason, how, attribute, address,
// file, line. A file number of -1 says: the asset's own file.
func (c *collector) fact(name string, f report.Fact, own estate.Location) []int {
	s, v := c.strings.of, -1
	if f.Unknown == "" {
		v = c.values.of(f.Value)
	}
	file := s(f.Location.File)
	if f.Location.File == own.File {
		file = -1
	}
	return []int{s(name), v, s(f.Unknown), s(f.How), s(f.Attribute), s(f.Address), file, f.Location.Line}
}

// relations need every asset's number, hence a pass of their own.
func (c *collector) relations(a *report.Assessment) {
	for as := range a.Assets {
		i, ok := c.assetAt[as.ID]
		if !ok || c.doc.Assets.More[i] == nil {
			continue
		}
		m := c.doc.Assets.More[i]
		for _, r := range as.Relations {
			to, ok := c.assetAt[r.Asset]
			if !ok {
				to = -1
			}
			m.Relations = append(m.Relations, c.strings.of(r.Name), to, c.strings.of(cmp.Or(r.Ref, r.Asset)))
		}
	}
}

func (c *collector) duties(a *report.Assessment) {
	type kept struct{ asset, line, status, team, evidence int }
	var ds []kept
	for d := range a.Duties {
		k := c.keys[d.Asset]
		r, o, st := c.known(d.Responsibility, d.Row), ownerOf(d.Owner), statusOf(d.Status)
		k.team = cmp.Or(d.Team, k.team)
		for _, dim := range c.doc.Dimensions {
			dim.add(k, d.Asset, r, o, st)
		}
		c.doc.Whole.add(d.Asset, r, o, st)
		c.doc.whole[o][st]++
		i, listed := c.assetAt[d.Asset]
		if d.ChangesOn != "" {
			c.move(d, r, o, i, listed)
		}
		if listed {
			c.status[[2]int{i, r}] = st
		}
		if listed && c.keep.details(d.Asset) {
			ds = append(ds, kept{i, c.line(d, r, o), st, c.strings.of(d.Team), c.evidence(d.Basis.Evidence)})
		}
	}
	slices.SortStableFunc(ds, func(x, y kept) int { return cmp.Compare(x.asset, y.asset) })
	t, starts := &c.doc.Duties, make([]int, len(c.doc.Assets.ID)+1)
	for _, d := range ds {
		starts[d.asset+1]++
		t.Line = append(t.Line, d.line)
		t.Status = append(t.Status, d.status)
		t.Team = append(t.Team, d.team)
		t.Evidence = append(t.Evidence, d.evidence)
	}
	for i := 1; i < len(starts); i++ {
		starts[i] += starts[i-1]
	}
	c.doc.Assets.Duties = starts
}

// seen numbers distinct records of a kind; isNew says that v must be stored.
func (c *collector) seen(kind string, v any, next int) (i int, isNew bool) {
	raw, err := json.Marshal(v)
	if err != nil {
		return next, true
	}
	key := kind + string(raw)
	i, ok := c.unique[key]
	if !ok {
		c.unique[key] = next
		return next, true
	}
	return i, false
}

func (c *collector) line(d report.Duty, resp, owner int) int {
	s, t := c.strings.of, &c.doc.Lines
	b := basis{
		Rule: s(d.Basis.Rule), Note: s(d.Basis.Note), Facts: c.strings.list(d.Basis.Facts),
		Inferred: d.Basis.Inferred, Verified: s(d.Basis.VerifiedOn),
	}
	if d.Basis.Document != nil {
		b.URL, b.Document = s(d.Basis.Document.URL), s(d.Basis.Document.Title)
	}
	bi, isNew := c.seen("basis", b, len(c.doc.Bases))
	if isNew {
		c.doc.Bases = append(c.doc.Bases, b)
	}
	possible := c.strings.list(d.Possible)
	party, on, to := s(d.Party), s(d.ChangesOn), s(d.ChangesTo)
	i, isNew := c.seen("line", []any{resp, owner, party, possible, bi, on, to}, len(t.Resp))
	if isNew {
		t.Resp = append(t.Resp, resp)
		t.Owner = append(t.Owner, owner)
		t.Party = append(t.Party, party)
		t.Possible = append(t.Possible, possible)
		t.Basis = append(t.Basis, bi)
		t.On = append(t.On, on)
		t.To = append(t.To, to)
	}
	return i
}

// evidence gives -1 for none, else the number of a list of check, result pairs.
func (c *collector) evidence(es []report.Evidence) int {
	if len(es) == 0 {
		return -1
	}
	list := make([]int, 0, 2*len(es))
	for _, e := range es {
		list = append(list, c.strings.of(e.Check), c.strings.of(e.Result))
	}
	i, isNew := c.seen("evidence", list, len(c.doc.Evidence))
	if isNew {
		c.doc.Evidence = append(c.doc.Evidence, list)
	}
	return i
}

func (c *collector) move(d report.Duty, resp, owner, asset int, listed bool) {
	key := d.ChangesOn + "\x00" + d.ChangesTo + "\x00" + d.Owner + "\x00" + d.Responsibility
	m := c.moves[key]
	if m == nil {
		m = &move{On: d.ChangesOn, To: d.ChangesTo, Owner: owner, Resp: resp, Assets: []int{}}
		c.moves[key] = m
		c.moveKeys = append(c.moveKeys, key)
	}
	m.Count++
	if listed {
		m.Assets = append(m.Assets, asset)
	}
}

func (c *collector) finding(f report.Finding) {
	t, s := &c.doc.Findings, c.strings.of
	asset, ok := c.assetAt[f.Asset]
	if !ok {
		asset = -1
	}
	r := c.known(f.Responsibility, f.Row)
	status, ok := c.status[[2]int{asset, r}]
	if !ok {
		status = -1
	}
	sev := slices.Index(report.Severities, f.Severity)
	if sev < 0 {
		sev = len(report.Severities) - 1
	}
	if f.Baseline {
		t.Baseline = append(t.Baseline, len(t.Check))
	}
	t.Fingerprint = append(t.Fingerprint, s(f.Fingerprint))
	t.Check = append(t.Check, s(f.Check))
	t.Title = append(t.Title, s(f.Title))
	t.Severity = append(t.Severity, sev)
	t.Result = append(t.Result, s(f.Result))
	t.Asset = append(t.Asset, asset)
	t.Address = append(t.Address, s(f.Address))
	t.Resp = append(t.Resp, r)
	t.Owner = append(t.Owner, ownerOf(f.Owner))
	t.Status = append(t.Status, status)
	t.Team = append(t.Team, s(f.Team))
	t.File = append(t.File, s(f.Location.File))
	t.Line = append(t.Line, f.Location.Line)
	t.EndLine = append(t.EndLine, f.Location.EndLine)
	t.Attribute = append(t.Attribute, s(f.Attribute))
	t.Message = append(t.Message, s(f.Message))
	text := advice{Why: f.Why, Remediation: f.Remediation, References: f.References, Controls: f.Controls, Aliases: f.Aliases}
	i, isNew := c.seen("advice", text, len(t.Texts))
	if isNew {
		t.Texts = append(t.Texts, text)
	}
	t.Text = append(t.Text, i)
	w := -1
	if f.Waiver != nil {
		if w, isNew = c.seen("waiver", f.Waiver, len(t.Waivers)); isNew {
			t.Waivers = append(t.Waivers, f.Waiver)
		}
	}
	t.Waiver = append(t.Waiver, w)
}

func (c *collector) close() *document {
	d := c.doc
	for _, dim := range d.Dimensions {
		dim.close()
	}
	d.Whole.flatten()
	slices.Sort(c.moveKeys) // a key begins with its date
	for _, k := range c.moveKeys {
		d.Calendar = append(d.Calendar, *c.moves[k])
	}
	if !c.keep.all {
		left := c.keep.left
		d.LeftOut = &left
	}
	d.Strings, d.Values = c.strings.all, c.values.all
	return d
}
