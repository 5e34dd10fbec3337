package inspect

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"privateplayback/infra/outputs"
)

// Kind is what was inspected.
type Kind string

// The kinds.
const (
	SignedURL     Kind = "signed URL"
	SignedCookies Kind = "signed cookies"
	PlaybackToken Kind = "playback token"
)

// Verdict is the answer of the edge, foretold.
type Verdict string

// The verdicts. Undecided: nothing is wrong, but not all could be checked;
// Report.Open says what is missing.
const (
	Accepted  Verdict = "accepted"
	Refused   Verdict = "refused"
	Undecided Verdict = "undecided"
)

// A Report is what an inspection found. It holds no secret and is good JSON.
type Report struct {
	Kind    Kind    `json:"kind"`
	Verdict Verdict `json:"verdict"`

	// Status is the HTTP status of the refusal, 0 if there is none.
	Status int `json:"status,omitempty"`

	// Code is the code in the body of the refusal: MissingKey, InvalidKey,
	// MalformedSignature, MalformedPolicy or AccessDenied from CloudFront,
	// invalid_playback_auth_token from IVS. It is "" for a refusal by an HTML
	// page or of an unknown body, and without refusal.
	Code string `json:"code,omitempty"`

	// Grants is what the grant opens if it is good, as far as it could be
	// read.
	Grants Grants `json:"grants"`

	// Reasons are why the edge refuses: the one it answers with first, and
	// those that show once that is mended.
	Reasons []Finding `json:"reasons,omitempty"`

	// Open is what could not be checked for want of information.
	Open []Finding `json:"open,omitempty"`

	// Notes are worth knowing and refuse nothing.
	Notes []Finding `json:"notes,omitempty"`
}

// A Finding is one thing that an inspection has to say.
type Finding struct {
	Code   Code   `json:"code"`   // stable
	Text   string `json:"text"`   // one sentence or two, for people
	Next   string `json:"next"`   // what to do about it
	Source string `json:"source"` // "documented: URL", "reported: URL" or "inferred: why"
}

// Grants is what a grant opens. The zero value of a field means that the grant
// does not say, or could not be read.
type Grants struct {
	// Of CloudFront. Resource is a pattern for a custom policy, and the one URL
	// without its query for a canned one.
	Policy    string       `json:"policy,omitempty"` // "canned" or "custom"
	Resource  string       `json:"resource,omitempty"`
	Address   netip.Prefix `json:"address,omitzero"`
	KeyPairID string       `json:"keyPairId,omitempty"`
	Hash      string       `json:"hash,omitempty"` // "SHA-1" or "SHA-256"

	// Of both. The grant holds after From and before Until, in UTC. The role
	// is that of the key whose signature it bears.
	From    time.Time    `json:"from,omitzero"`
	Until   time.Time    `json:"until,omitzero"`
	KeyRole outputs.Role `json:"keyRole,omitempty"`
	KeyKind string       `json:"keyKind,omitempty"` // "RSA 2048", "ECDSA P-256" or "ECDSA P-384"

	// Of IVS. Origins is nil when every origin may play.
	Channel        string   `json:"channel,omitempty"` // ARN
	ChannelName    string   `json:"channelName,omitempty"`
	PlaybackKey    string   `json:"playbackKey,omitempty"` // ARN
	Origins        []string `json:"origins,omitempty"`
	StrictOrigin   bool     `json:"strictOrigin,omitempty"`
	SingleUse      bool     `json:"singleUse,omitempty"`
	ViewerID       string   `json:"viewerId,omitempty"`
	SessionVersion int64    `json:"sessionVersion,omitempty"`
	MaxResolution  string   `json:"maxResolution,omitempty"`
}

// inspection is a report in the making.
type inspection struct {
	at      time.Time
	kind    Kind
	grants  Grants
	reasons []reason
	open    []Finding
	notes   []Finding
	secrets []string
}

// reason is a finding that refuses, at one of the edge's checks.
type reason struct {
	Finding
	stage stage
	rank  int
}

// refuse records a reason, at the stage that the table names for its code.
func (in *inspection) refuse(code Code, format string, args ...any) {
	f, r, rank := finding(code, format, args)
	s := r.stage
	if in.kind == PlaybackToken && s != stagePage && s != stageChannel {
		s = stageToken // IVS has one code for all that is wrong with a token
	}
	in.reasons = append(in.reasons, reason{f, s, rank})
}

// refuseAt is refuse with another stage.
func (in *inspection) refuseAt(s stage, code Code, format string, args ...any) {
	in.refuse(code, format, args...)
	in.reasons[len(in.reasons)-1].stage = s
}

func (in *inspection) leaveOpen(code Code, format string, args ...any) {
	f, _, _ := finding(code, format, args)
	in.open = append(in.open, f)
}

func (in *inspection) note(code Code, format string, args ...any) {
	f, _, _ := finding(code, format, args)
	in.notes = append(in.notes, f)
}

func finding(code Code, format string, args []any) (Finding, rule, int) {
	i := slices.IndexFunc(rules, func(r rule) bool { return r.code == code })
	r := rules[max(i, 0)]
	return Finding{Code: code, Text: fmt.Sprintf(format, args...), Next: r.next, Source: r.source}, r, i
}

// answer is the first stage that refuses, or stageNone.
func (in *inspection) answer() stage {
	first := stageNone
	for _, r := range in.reasons {
		if first == stageNone || r.stage < first {
			first = r.stage
		}
	}
	return first
}

// report closes the inspection. answer is the stage at which the edge refuses.
func (in *inspection) report(answer stage) *Report {
	slices.SortStableFunc(in.reasons, func(a, b reason) int {
		return cmp.Or(cmp.Compare(a.stage, b.stage), cmp.Compare(a.rank, b.rank))
	})
	r := &Report{Kind: in.kind, Verdict: Accepted, Grants: in.grants, Open: in.open, Notes: in.notes}
	for _, one := range in.reasons {
		r.Reasons = append(r.Reasons, one.Finding)
	}
	switch {
	case len(in.reasons) > 0:
		r.Verdict = Refused
		r.Status, r.Code = answer.answer()
	case len(in.open) > 0:
		r.Verdict = Undecided
	}
	in.scrub(r)
	return r
}

// scrub takes out of every text that came from the input whatever is a secret
// in it. It is the second line: texts are written without secrets.
func (in *inspection) scrub(r *Report) {
	hide := func(s *string) {
		for _, secret := range in.secrets {
			*s = strings.ReplaceAll(*s, secret, "…")
		}
	}
	for _, list := range [][]Finding{r.Reasons, r.Open, r.Notes} {
		for i := range list {
			hide(&list[i].Text)
		}
	}
	r.Grants.Origins = slices.Clone(r.Grants.Origins)
	for i := range r.Grants.Origins {
		hide(&r.Grants.Origins[i])
	}
	for _, s := range []*string{&r.Grants.Resource, &r.Grants.KeyPairID, &r.Grants.Channel, &r.Grants.ViewerID} {
		hide(s)
	}
}
