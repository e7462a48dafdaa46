package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/outdial/outdial/internal/loopback"
)

// demoResult is what the demo found out, and what --json writes. All times are
// milliseconds.
type demoResult struct {
	With    halfResult  `json:"persistentConnection"`
	Without halfResult  `json:"withoutPersistentConnection"`
	Bars    []barResult `json:"bars"`
	Met     bool        `json:"met"`
}

// halfResult is one shift.
type halfResult struct {
	Calls []callResult `json:"calls"`
	// From the customer's answer to the first packet of the agent's voice sent to
	// the customer, and to the first of the customer's sent to the agent, as the
	// server counts it; and to its arrival there, as the far ends count it.
	ToCustomer spread `json:"serverToCustomerMs"`
	ToAgent    spread `json:"serverToAgentMs"`
	Customer   spread `json:"customerHeardMs"`
	Agent      spread `json:"agentHeardMs"`

	// The agent's phone.
	Invites   int     `json:"invitesToPhone"`
	Streams   int     `json:"streamsToPhone"` // SSRCs
	Gaps      int     `json:"sequenceGaps"`
	Backwards int     `json:"timestampsBackwards"`
	Silence   float64 `json:"longestSilenceMs"`
}

// callResult is one call. Latencies that do not exist are nil.
type callResult struct {
	Call        string   `json:"call"`
	Name        string   `json:"name"`
	Number      string   `json:"number"`
	Outcome     string   `json:"outcome"`
	Reason      string   `json:"reason"`
	SIP         int      `json:"sip,omitempty"`
	Disposition string   `json:"disposition,omitempty"`
	WrapUpCode  string   `json:"wrapUpCode,omitempty"`
	ToCustomer  *float64 `json:"serverToCustomerMs,omitempty"`
	ToAgent     *float64 `json:"serverToAgentMs,omitempty"`
	Customer    *float64 `json:"customerHeardMs,omitempty"`
	Agent       *float64 `json:"agentHeardMs,omitempty"`
}

// spread sums up a series.
type spread struct {
	N   int     `json:"n"`
	Min float64 `json:"min"`
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

// spreadOf a series, by nearest rank.
func spreadOf(calls []callResult, of func(callResult) *float64) spread {
	var v []float64
	for _, c := range calls {
		if ms := of(c); ms != nil {
			v = append(v, *ms)
		}
	}
	if len(v) == 0 {
		return spread{}
	}
	slices.Sort(v)
	rank := func(percent int) float64 { return v[max(0, (len(v)*percent+99)/100-1)] }
	return spread{N: len(v), Min: v[0], P50: rank(50), P99: rank(99), Max: v[len(v)-1]}
}

// barResult is a promise, and whether it was kept.
type barResult struct {
	Bar  string `json:"bar"`
	Seen string `json:"seen"`
	Met  bool   `json:"met"`
}

// bars are the promises about latency.
type bars struct {
	P50, P99 time.Duration // with a persistent connection, at most
	Least    time.Duration // without, at least: the phone must ring
}

// sumUp makes the result of a shift from the server's book and the far ends'.
func sumUp(people []person, rows []attemptRow, customers []loopback.Hearing, phone *loopback.Phone) halfResult {
	var r halfResult
	heard := phone.Hearings()
	for _, p := range people {
		for _, row := range rows {
			if row.Number == p.number {
				c := callResult{Call: row.Call, Name: p.name, Number: row.Number, Outcome: row.Outcome, Reason: row.Reason, SIP: row.SIP,
					Disposition: row.Label, WrapUpCode: row.WrapUpCode, ToCustomer: latency(row.ToCustomerMs), ToAgent: latency(row.ToAgentMs)}
				c.Customer, c.Agent = farLatencies(p, customers, heard)
				r.Calls = append(r.Calls, c)
			}
		}
	}
	r.ToCustomer = spreadOf(r.Calls, func(c callResult) *float64 { return c.ToCustomer })
	r.ToAgent = spreadOf(r.Calls, func(c callResult) *float64 { return c.ToAgent })
	r.Customer = spreadOf(r.Calls, func(c callResult) *float64 { return c.Customer })
	r.Agent = spreadOf(r.Calls, func(c callResult) *float64 { return c.Agent })
	r.Invites = phone.Invites()
	for _, h := range heard {
		r.Streams += len(h.SSRCs)
		r.Gaps += h.Gaps
		r.Backwards += h.Backwards
		r.Silence = max(r.Silence, milliseconds(h.LongestSilence))
	}
	return r
}

// latency leaves out what never came.
func latency(ms *float64) *float64 {
	if ms == nil || *ms <= 0 {
		return nil
	}
	return ms
}

// farLatencies of a call, as both far ends heard it.
func farLatencies(p person, customers, phone []loopback.Hearing) (customer, agent *float64) {
	at := slices.IndexFunc(customers, func(h loopback.Hearing) bool { return h.Number == p.number && !h.Answered.IsZero() })
	if at < 0 {
		return nil, nil
	}
	answered := customers[at].Answered
	if heard, ok := customers[at].Tone(agentTone, answered); ok {
		ms := milliseconds(heard.Sub(answered))
		customer = &ms
	}
	voice := p.customer.Voice.Hz
	if p.turn == machine {
		voice = 0
	}
	for _, h := range phone {
		if heard, ok := h.Tone(voice, answered); ok && agent == nil {
			ms := milliseconds(heard.Sub(answered))
			agent = &ms
		}
	}
	return customer, agent
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// judge compares the result with what was promised.
func (r *demoResult) judge(b bars) {
	with, without := r.With, r.Without
	r.bar("persistent: half of the customers hear the agent within "+b.P50.String(), inMs(with.ToCustomer.P50), with.ToCustomer.N > 0 && with.ToCustomer.P50 <= milliseconds(b.P50))
	r.bar("persistent: 99 of 100 within "+b.P99.String(), inMs(with.ToCustomer.P99), with.ToCustomer.N > 0 && with.ToCustomer.P99 <= milliseconds(b.P99))
	r.bar("persistent: the agent's phone is called once", fmt.Sprintf("%d INVITE", with.Invites), with.Invites == 1)
	r.bar("persistent: the agent's phone hears one stream without a gap", fmt.Sprintf("%d SSRC, %d gaps, %d steps back", with.Streams, with.Gaps, with.Backwards),
		with.Streams == 1 && with.Gaps == 0 && with.Backwards == 0)
	r.bar("without: the customer waits "+b.Least.String()+" or more", inMs(without.ToCustomer.Min), without.ToCustomer.N > 0 && without.ToCustomer.Min >= milliseconds(b.Least))
	r.Met = !slices.ContainsFunc(r.Bars, func(b barResult) bool { return !b.Met })
}

func (r *demoResult) bar(what, seen string, met bool) {
	r.Bars = append(r.Bars, barResult{what, seen, met})
}

func inMs(ms float64) string { return fmt.Sprintf("%.2f ms", ms) }

// write prints the tables.
func (r *demoResult) write(w io.Writer) error {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 2, 8, 2, ' ', 0)
	for _, half := range []struct {
		title string
		halfResult
	}{{"With a persistent connection", r.With}, {"Without", r.Without}} {
		fmt.Fprintf(t, "\n%s\n\n", half.title)
		fmt.Fprintln(t, "call\tnumber\tname\toutcome\tdisposition\tagent→customer\tas heard\tcustomer→agent\tas heard")
		for _, c := range half.Calls {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", c.Call, c.Number, c.Name, outcomeOf(c), cell(c.Disposition),
				number(c.ToCustomer), number(c.Customer), number(c.ToAgent), number(c.Agent))
		}
	}
	fmt.Fprint(t, "\nMilliseconds from the customer's answer to the first packet of the other's voice: as the\n"+
		"server counts it when it sends, and as heard at the far end of the wire.\n\n\tn\tp50\tp99\tmax\n")
	for _, row := range []struct {
		what string
		spread
	}{
		{"agent→customer, persistent", r.With.ToCustomer}, {"  as heard", r.With.Customer},
		{"customer→agent, persistent", r.With.ToAgent}, {"  as heard", r.With.Agent},
		{"agent→customer, without", r.Without.ToCustomer}, {"  as heard", r.Without.Customer},
		{"customer→agent, without", r.Without.ToAgent}, {"  as heard", r.Without.Agent},
	} {
		fmt.Fprintf(t, "%s\t%d\t%.2f\t%.2f\t%.2f\n", row.what, row.N, row.P50, row.P99, row.Max)
	}
	fmt.Fprint(t, "\nThe agent's phone\n\n\tINVITEs\tSSRCs\tsequence gaps\tlongest silence\n")
	fmt.Fprintf(t, "persistent\t%d\t%d\t%d\t%.0f ms\n", r.With.Invites, r.With.Streams, r.With.Gaps, r.With.Silence)
	fmt.Fprintf(t, "without\t%d\t%d\t%d\t%.0f ms\n\n", r.Without.Invites, r.Without.Streams, r.Without.Gaps, r.Without.Silence)
	for _, bar := range r.Bars {
		verdict := "met"
		if !bar.Met {
			verdict = "NOT MET"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", verdict, bar.Seen, bar.Bar)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// outcomeOf a call, with the reason where it was not a talk.
func outcomeOf(c callResult) string {
	if c.Reason == "" || c.Reason == "normal" {
		return cell(c.Outcome)
	}
	return cell(c.Outcome) + ", " + c.Reason
}

func cell(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func number(ms *float64) string {
	if ms == nil {
		return "-"
	}
	return fmt.Sprintf("%.2f", *ms)
}

// save writes the result as JSON.
func (r *demoResult) save(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}
